//! What the OpenAPI document says once for all operations.

use std::collections::BTreeMap;

use utoipa::openapi::{OpenApi as Built, RefOr, Response};
use utoipa::{IntoResponses, Modify, OpenApi};
use ward_sdk::detail::{ErrorBody, Issue, Step, ValidationBody};

/// The document without its operations.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Billing API",
        description = "Prices of each centre and modality, and invoices for studies.\n\n\
            **Accounts** are those of PACS: sign in there, and send `Authorization: Bearer <access_token>`.\n\n\
            **Money** is a number with two decimals at most, from 0 to 1,000,000,000, in `usd`, `inr` or `aed`.\n\n\
            **Invoice numbers** are `INV`, the last two digits of the year (UTC), and the invoice's place in the year, of \
            at least six digits: `INV25000001`. They run through all centres without a gap.\n\n\
            **Lists** take `skip` (0) and `limit` (100); more than 1,000 is answered as 1,000. A trailing slash makes no \
            difference.\n\n\
            **Errors** are `{\"detail\": …}`: a sentence, or, for 422, a list of what is wrong. A record that the caller \
            may not see is answered as one that does not exist."
    ),
    tags(
        (name = "Pricing", description = "What studies cost"),
        (name = "Billing", description = "Invoices for studies"),
    ),
    components(schemas(ErrorBody, ValidationBody, Issue, Step)),
    modifiers(&Security),
)]
pub struct Document;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut Built) {
        ward_sdk::docs::sign_in(document, "../auth/token");
    }
}

const ROWS: [(&str, &str); 9] = [
    ("400", "Refused; the sentence says why"),
    ("401", "No token, or one that is expired or revoked"),
    ("403", "Not authorized to perform this action"),
    ("404", "Not there, or not for the caller to see"),
    ("422", "Fields that are missing or wrong"),
    ("429", "Too many requests; `Retry-After` says when to come back"),
    ("500", "Internal server error"),
    ("503", "Overloaded, or something it stands on is away, such as PACS"),
    ("504", "It took too long"),
];

/// Refusals of an operation.
pub struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        ward_sdk::docs::refusals(&ROWS, |status| if status == "422" { "ValidationBody" } else { "ErrorBody" })
    }
}
