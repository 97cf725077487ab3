//! `PATCH /centres/{centre_id}`, `PATCH /centres/{centre_id}/deactivate` and `DELETE /centres/{centre_id}`.

use serde::Deserialize;
use utoipa::ToSchema;
use ward_sdk::{Json, Path, sql};

use crate::api::docs::Refusals;
use crate::domain::CentreId;
use crate::failure::Failure;
use crate::input::{Body, Bool, Email, Fields, Read, Text};
use crate::store::centres::{self, Centre};

/// What to change; what is absent stays.
#[derive(ToSchema, Deserialize)]
#[schema(as = CentreChange, example = json!({
    "name": "Updated Centre Name",
    "address": "New Address",
    "contact_email": "newemail@centre.com",
    "contact_phone": "+9876543210"
}))]
#[expect(dead_code, reason = "describes the body; `Change` is read from it")]
struct ChangeBody {
    /// Its name.
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    /// Where it is.
    #[schema(max_length = 500)]
    address: Option<String>,
    /// An e-mail address.
    #[schema(format = Email)]
    contact_email: Option<String>,
    /// A phone number.
    #[schema(max_length = 50)]
    contact_phone: Option<String>,
    /// Whether it takes studies and users.
    is_active: Option<bool>,
}

/// What to change.
#[derive(Clone, Debug, Default)]
pub struct Change {
    name: Option<String>,
    address: Option<String>,
    contact_email: Option<String>,
    contact_phone: Option<String>,
    is_active: Option<bool>,
}

impl Read for Change {
    fn read(fields: &mut Fields) -> Option<Self> {
        let name = fields.optional("name", &Text::line(200));
        let address = fields.optional("address", &Text::lines(500).or_blank());
        let contact_email = fields.optional("contact_email", &Email);
        let contact_phone = fields.optional("contact_phone", &Text::line(50).or_blank());
        let is_active = fields.optional("is_active", &Bool);
        Some(Self {
            name: name?,
            address: address?,
            contact_email: contact_email?,
            contact_phone: contact_phone?,
            is_active: is_active?,
        })
    }
}

impl Change {
    fn apply(self, centre: Centre) -> Centre {
        Centre {
            name: self.name.unwrap_or(centre.name),
            address: self.address.unwrap_or(centre.address),
            contact_email: self.contact_email.unwrap_or(centre.contact_email),
            contact_phone: self.contact_phone.unwrap_or(centre.contact_phone),
            is_active: self.is_active.unwrap_or(centre.is_active),
            ..centre
        }
    }
}

/// Change a centre
///
/// The names in the file paths of its studies stay as they are.
#[utoipa::path(
    patch, path = "/centres/{centre_id}", operation_id = "update_centre", tag = "Diagnostic Centres",
    security(("bearer" = []), ("password" = [])),
    params(("centre_id" = i64, Path, description = "Number of the centre")),
    request_body = ChangeBody,
    responses((status = 200, description = "The centre, changed", body = Centre), Refusals)
)]
pub async fn update_centre(Path(id): Path<CentreId>, Body(change): Body<Change>) -> Result<Json<Centre>, Failure> {
    store(id, &change)
}

/// Deactivate a centre
#[utoipa::path(
    patch, path = "/centres/{centre_id}/deactivate", operation_id = "deactivate_centre", tag = "Diagnostic Centres",
    security(("bearer" = []), ("password" = [])),
    params(("centre_id" = i64, Path, description = "Number of the centre")),
    responses((status = 200, description = "The centre, deactivated", body = Centre), Refusals)
)]
pub async fn deactivate_centre(Path(id): Path<CentreId>) -> Result<Json<Centre>, Failure> {
    store(id, &Change { is_active: Some(false), ..Change::default() })
}

/// Deactivate a centre; nothing is erased
#[utoipa::path(
    delete, path = "/centres/{centre_id}", operation_id = "delete_centre", tag = "Diagnostic Centres",
    security(("bearer" = []), ("password" = [])),
    params(("centre_id" = i64, Path, description = "Number of the centre")),
    responses((status = 200, description = "The centre, deactivated", body = Centre), Refusals)
)]
pub async fn delete_centre(Path(id): Path<CentreId>) -> Result<Json<Centre>, Failure> {
    store(id, &Change { is_active: Some(false), ..Change::default() })
}

fn store(id: CentreId, change: &Change) -> Result<Json<Centre>, Failure> {
    sql::transaction(|within| {
        let centre = centres::find(id, within)?.ok_or(Failure::NotFound("Centre"))?;
        let centre = change.clone().apply(centre);
        centres::update(&centre, within)?;
        Ok(Json(centre))
    })
}
