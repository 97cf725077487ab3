//! What the tests' guests share.
//!
//! Each file (or folder) in `examples/` is one guest and one behaviour; its first lines say what the host
//! must do. They are built as components for `wasm32-wasip2` and are empty crates elsewhere. Guests that
//! break the calling convention itself are written as core modules in `wat/`; [`lying::component`] turns
//! them into components on the machine that runs the tests.

#[cfg(not(target_family = "wasm"))]
pub mod lying;
#[cfg(target_family = "wasm")]
pub mod raw;
pub mod shifting;

use serde_json::json;
use ward_sdk::prelude::*;

/// Policies under which everyone may call everything.
pub const OPEN: &str = "permit (principal, action, resource);";

/// Answers: proof that a guest works, and goes on working.
#[utoipa::path(get, path = "/fine", operation_id = "fine", responses((status = 200, body = bool)))]
pub async fn fine() -> Json<bool> {
    Json(true)
}

/// Adds [`fine`] to the operations of a guest.
pub fn with_fine(router: OpenApiRouter) -> OpenApiRouter {
    router.routes(routes!(fine))
}

/// Declares a guest that everyone may call: its name, its capabilities, its router (to which `/fine` is
/// added), then any other field of [`ward_sdk::Plugin`].
#[macro_export]
macro_rules! guest {
    ($name:literal, [$($capability:ident),*], $router:expr $(, $field:ident: $value:expr)* $(,)?) => {
        ward_sdk::plugin! {
            name: $name,
            version: "1.0.0",
            capabilities: [$($capability),*],
            router: || $crate::with_fine($router),
            policies: $crate::OPEN,
            envelope: $crate::envelope
            $(, $field: $value)*
        }
    };
}

/// The guests' own envelope, unlike any that the host or the SDK would make.
#[must_use]
pub fn envelope(failure: Failure) -> Response {
    let status = failure.status();
    let body = match failure {
        Failure::Problem(problem) => json!({
            "guest_error": word(problem.kind),
            "detail": problem.detail,
            "operation": problem.operation,
            "request_id": problem.request_id,
        }),
        Failure::Rejections(rejections) => match rejections.as_slice() {
            [rejection, ..] => json!({
                "guest_error": "rejection",
                "location": rejection.location.as_str(),
                "field": rejection.field_path(),
                "detail": rejection.message(),
            }),
            [] => json!({ "guest_error": "rejection" }),
        },
    };
    (status, Json(body)).into_response()
}

fn word(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::Malformed => "malformed",
        ProblemKind::Unauthenticated => "unauthenticated",
        ProblemKind::Forbidden => "forbidden",
        ProblemKind::NotFound => "not-found",
        ProblemKind::MethodNotAllowed => "method-not-allowed",
        ProblemKind::RequestTimeout => "request-timeout",
        ProblemKind::TooLarge => "too-large",
        ProblemKind::UnsupportedMediaType => "unsupported-media-type",
        ProblemKind::TooManyRequests => "too-many-requests",
        ProblemKind::Internal => "internal",
        ProblemKind::Unavailable => "unavailable",
        ProblemKind::Timeout => "timeout",
    }
}
