//! `POST /centres`.

use serde::Deserialize;
use utoipa::ToSchema;
use ward_sdk::Json;

use crate::api::docs::Refusals;
use crate::domain::Timestamp;
use crate::failure::Failure;
use crate::input::{Body, Email, Fields, Read, Text};
use crate::store::centres::{self, Centre, NewCentre};

/// A centre to be.
#[derive(ToSchema, Deserialize)]
#[schema(as = NewCentre, example = json!({
    "name": "Main Diagnostic Centre",
    "address": "123 Medical Street, City",
    "contact_email": "contact@centre.com",
    "contact_phone": "+1234567890"
}))]
#[expect(dead_code, reason = "describes the body; the store's type is read from it")]
struct New {
    /// Its name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Where it is.
    #[schema(max_length = 500)]
    address: Option<String>,
    /// An e-mail address.
    #[schema(format = Email)]
    contact_email: Option<String>,
    /// A phone number.
    #[schema(max_length = 50)]
    contact_phone: Option<String>,
}

impl Read for NewCentre {
    fn read(fields: &mut Fields) -> Option<Self> {
        let name = fields.required("name", &Text::line(200));
        let address = fields.optional("address", &Text::lines(500).or_blank());
        let email = fields.optional("contact_email", &Email);
        let phone = fields.optional("contact_phone", &Text::line(50).or_blank());
        Some(Self {
            name: name?,
            address: address?.unwrap_or_default(),
            contact_email: email?.unwrap_or_default(),
            contact_phone: phone?.unwrap_or_default(),
        })
    }
}

/// Create a diagnostic centre
#[utoipa::path(
    post, path = "/centres", operation_id = "create_centre", tag = "Diagnostic Centres",
    security(("bearer" = []), ("password" = [])),
    request_body = New,
    responses((status = 200, description = "The new centre", body = Centre), Refusals)
)]
pub async fn create_centre(Body(new): Body<NewCentre>) -> Result<Json<Centre>, Failure> {
    Ok(Json(centres::insert(&new, Timestamp::now())?))
}
