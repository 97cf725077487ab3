//! What the OpenAPI document says once for all operations.

use std::collections::BTreeMap;

use utoipa::openapi::{OpenApi as Built, RefOr, Response};
use utoipa::{IntoResponses, Modify, OpenApi};

use crate::failure::{ErrorBody, ErrorText};

/// The document without its operations.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Registration API",
        description = "The outpatient registration system (挂号) of a hospital.\n\n\
            **Envelope**: `{\"code\": 0, \"message\": …}`; a failure has another code and \
            `{\"error\": …, \"msg\": …}` as its message. Codes: 97 unknown, 98 HTTP, 99 request, 100 registration, \
            101 sign-in, 102 authority, 103 user, 104 profile, 105 token, 106 data; from 1001 on rules of booking.\n\n\
            **Sign in** with `POST /auth/patient/login` or `POST /auth/staff/login` and send \
            `Authorization: Bearer <token>`. A token lives 60 minutes.\n\n\
            **Times** are the hospital's, without a zone; days are `YYYY-MM-DD`; prices are yuan.\n\n\
            **Prefixes**: what administrators do is also reached under `/admin`, what patients do under `/patient`, \
            the doctor's workbench under `/doctor`. A trailing slash makes no difference."
    ),
    tags(
        (name = "Accounts", description = "Signing in and out, users"),
        (name = "Administration", description = "Departments, clinics, doctors, schedules, prices, configuration"),
        (name = "Audits", description = "Leave, schedule changes, additional slots"),
        (name = "Risk", description = "Risks, bans and absences"),
        (name = "Statistics", description = "Counts and rankings"),
        (name = "Doctor", description = "Workbench, consultation, leave"),
        (name = "Public", description = "What anybody may read"),
        (name = "Patient", description = "Orders, waitlist and persons of the caller"),
        (name = "Common", description = "Files, visit and medical records"),
    ),
    components(schemas(ErrorBody, ErrorText)),
    modifiers(&Security),
)]
pub struct Document;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut Built) {
        ward_sdk::docs::sign_in(document, "auth/swagger-login");
    }
}

const COMMON: [(&str, &str); 5] = [
    ("400", "Refused; `msg` says why"),
    ("429", "Too many requests; `Retry-After` says when to come back"),
    ("500", "未知错误"),
    ("503", "Overloaded, or something it stands on is away"),
    ("504", "It took too long"),
];

const PROTECTED: [(&str, &str); 3] = [
    ("401", "No token, or one that is expired or revoked (105)"),
    ("403", "权限不足 (102)"),
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
        table(COMMON.iter().chain(&[("404", "Not there")]))
    }
}

/// Refusals of an upload.
pub struct UploadRefusals;

impl IntoResponses for UploadRefusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        table(COMMON.iter().chain(&PROTECTED).chain(&[("413", "A file that is too large")]))
    }
}

fn table<'a>(rows: impl Iterator<Item = &'a (&'a str, &'a str)>) -> BTreeMap<String, RefOr<Response>> {
    ward_sdk::docs::refusals(rows, |_| "ErrorBody")
}
