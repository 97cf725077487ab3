//! What the OpenAPI document says once for all operations.

use std::collections::BTreeMap;

use utoipa::openapi::{OpenApi as Built, RefOr, Response};
use utoipa::{IntoResponses, Modify, OpenApi};
use ward_sdk::detail::{Issue, Step};

use crate::failure::{ErrorBody, ValidationBody};

/// The document without its operations.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "PACS API",
        description = "Users, diagnostic centres, studies with their DICOM files, and reports.\n\n\
            **Sign in** with `POST /auth/token` and send `Authorization: Bearer <access_token>`. A token lives 30 minutes.\n\n\
            **Limits**: 100 requests a minute for an address, 1,000 an hour for an account, 10 uploads a minute for an account; \
            100 MB (104,857,600 bytes) for a file. A request over a limit is answered 429 or 413.\n\n\
            **Lists** take `skip` (0) and `limit` (100); more than 1,000 is answered as 1,000. A trailing slash makes no difference.\n\n\
            **Errors** are `{\"detail\": …}`: a sentence, or, for 422, a list of what is wrong. A record that the caller may not \
            see is answered as one that does not exist."
    ),
    tags(
        (name = "Authentication", description = "Signing in and out, the own account, new users"),
        (name = "Users", description = "Who works here"),
        (name = "Studies", description = "Studies and their DICOM files"),
        (name = "Reports", description = "What radiologists write"),
        (name = "Diagnostic Centres", description = "Where studies come from"),
        (name = "Health", description = "Whether it works"),
    ),
    components(schemas(ErrorBody, ValidationBody, Issue, Step)),
    modifiers(&Security),
)]
pub struct Document;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut Built) {
        ward_sdk::docs::sign_in(document, "auth/token");
    }
}

const COMMON: [(&str, &str); 6] = [
    ("400", "Refused; the sentence says why"),
    ("422", "Fields that are missing or wrong"),
    ("429", "Too many requests; `Retry-After` says when to come back"),
    ("500", "Internal server error"),
    ("503", "Overloaded, or something it stands on is away"),
    ("504", "It took too long"),
];

const PROTECTED: [(&str, &str); 3] = [
    ("401", "No token, or one that is expired or revoked"),
    ("403", "Not authorized to perform this action"),
    ("404", "Not there, or not for the caller to see"),
];

/// Refusals of an operation that needs a token.
pub struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        table(COMMON.iter().chain(&PROTECTED))
    }
}

/// Refusals of an operation that needs none.
pub struct PublicRefusals;

impl IntoResponses for PublicRefusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        table(COMMON.iter())
    }
}

/// Refusals of an upload.
pub struct UploadRefusals;

impl IntoResponses for UploadRefusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        table(COMMON.iter().chain(&PROTECTED).chain(&[("413", "A file of more than 100 MB, or too much in all")]))
    }
}

fn table<'a>(rows: impl Iterator<Item = &'a (&'a str, &'a str)>) -> BTreeMap<String, RefOr<Response>> {
    ward_sdk::docs::refusals(rows, |status| if status == "422" { "ValidationBody" } else { "ErrorBody" })
}
