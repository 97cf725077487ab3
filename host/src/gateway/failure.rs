//! What the host refuses, before it is put into anyone's envelope.

use std::borrow::Cow;

use http::{HeaderValue, StatusCode};

use crate::metrics::Incident;
use crate::runtime::{Fault, ProblemKind};
use crate::storage::BlobError;

/// A request that the host answers itself, and why.
///
/// The detail is one sentence for the client and holds no value that it sent.
#[derive(Debug)]
pub struct Failure {
    /// What kind of failure.
    pub kind: ProblemKind,
    /// The status of the host's own answer.
    pub status: StatusCode,
    /// One sentence.
    pub detail: Cow<'static, str>,
    /// Seconds for `Retry-After`.
    pub retry_after: Option<u32>,
    /// The value of `Allow`.
    pub allow: Option<HeaderValue>,
    /// What is counted for it.
    pub incident: Option<Incident>,
}

impl Failure {
    /// A failure with the status of its kind.
    pub fn new(kind: ProblemKind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, status: status(kind), detail: detail.into(), retry_after: None, allow: None, incident: None }
    }

    /// 400.
    pub fn malformed(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ProblemKind::Malformed, detail)
    }

    /// 413; the detail names the limit.
    pub fn too_large(detail: impl Into<Cow<'static, str>>) -> Self {
        Self { incident: Some(Incident::BodyBytes), ..Self::new(ProblemKind::TooLarge, detail) }
    }

    /// 401.
    pub fn unauthenticated(detail: &'static str) -> Self {
        Self::new(ProblemKind::Unauthenticated, detail)
    }

    /// 503, to be tried again after so many seconds.
    pub fn unavailable(detail: &'static str, retry_after: u32) -> Self {
        Self { retry_after: Some(retry_after), ..Self::new(ProblemKind::Unavailable, detail) }
    }

    /// 503: as many requests are here as may be.
    pub fn full(retry_after: u32) -> Self {
        let failure = Self::unavailable("too many requests at once", retry_after);
        Self { incident: Some(Incident::Concurrency), ..failure }
    }

    /// 429, to be tried again after so many seconds.
    pub fn too_many_requests(retry_after: u32) -> Self {
        let failure = Self::new(ProblemKind::TooManyRequests, "too many requests");
        Self { retry_after: Some(retry_after), incident: Some(Incident::Rate), ..failure }
    }

    /// 405.
    pub fn method_not_allowed(allow: &HeaderValue) -> Self {
        let failure = Self::new(ProblemKind::MethodNotAllowed, "this path has other methods");
        Self { allow: Some(allow.clone()), ..failure }
    }

    /// 404.
    pub fn not_found() -> Self {
        Self::new(ProblemKind::NotFound, "there is no such operation")
    }

    /// 431.
    pub fn headers_too_large() -> Self {
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        Self { status, ..Self::malformed("the request's headers are too large") }
    }

    /// 500, the plugin's fault.
    pub fn internal() -> Self {
        Self::new(ProblemKind::Internal, "the plugin failed")
    }

    /// 500, the host's own fault.
    pub fn host_failed() -> Self {
        Self::new(ProblemKind::Internal, "the host failed")
    }
}

impl From<&Fault> for Failure {
    fn from(fault: &Fault) -> Self {
        let failure = match fault {
            Fault::NoRoom => Self::unavailable("too many requests at once", 1),
            fault if fault.is_timeout() => Self::new(ProblemKind::Timeout, "the plugin took too long"),
            _ => Self::internal(),
        };
        Self { incident: Some(Incident::from(fault)), ..failure }
    }
}

impl From<&BlobError> for Failure {
    fn from(error: &BlobError) -> Self {
        match error {
            BlobError::NotFound => Self::new(ProblemKind::NotFound, "the file is not there any more"),
            _ => Self::unavailable("the file cannot be read now", 5),
        }
    }
}

/// The status of a kind, as `wit/http.wit` says.
pub fn status(kind: ProblemKind) -> StatusCode {
    match kind {
        ProblemKind::Malformed => StatusCode::BAD_REQUEST,
        ProblemKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ProblemKind::Forbidden => StatusCode::FORBIDDEN,
        ProblemKind::NotFound => StatusCode::NOT_FOUND,
        ProblemKind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ProblemKind::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        ProblemKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ProblemKind::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ProblemKind::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        ProblemKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        ProblemKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ProblemKind::Timeout => StatusCode::GATEWAY_TIMEOUT,
    }
}

/// The name of a kind, as `wit/http.wit` writes it.
pub fn name(kind: ProblemKind) -> &'static str {
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
