//! Diagnostic centres.

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use ward_sdk::policy::Entity;
use ward_sdk::sql::{self, Conditions, Connection, from_row, params};

use crate::domain::{CentreId, Page, Timestamp};

/// A diagnostic centre.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 1,
    "name": "Main Diagnostic Centre",
    "address": "123 Medical Street, City",
    "contact_email": "contact@centre.com",
    "contact_phone": "+1234567890",
    "is_active": true,
    "created_at": "2025-10-06T17:04:07.087857"
}))]
pub struct Centre {
    /// Its number.
    pub id: CentreId,
    /// Its name. Several may have the same.
    pub name: String,
    /// Where it is; may be empty.
    pub address: String,
    /// May be empty.
    pub contact_email: String,
    /// May be empty.
    pub contact_phone: String,
    /// Whether it takes studies and users.
    pub is_active: bool,
    /// UTC, with microseconds.
    #[schema(value_type = String)]
    pub created_at: Timestamp,
}

from_row!(Centre { id, name, address, contact_email, contact_phone, is_active, created_at });

impl Centre {
    /// The centre as policies see it.
    #[must_use]
    pub fn entity(&self) -> Entity {
        let attributes = json!({ "number": self.id, "active": self.is_active });
        Entity { kind: "Centre", id: self.id.0.to_string(), attributes }
    }
}

/// A centre to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCentre {
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// Its e-mail address.
    pub contact_email: String,
    /// Its phone number.
    pub contact_phone: String,
}

const COLUMNS: &str = "id, name, address, contact_email, contact_phone, is_active, created_at";

/// Adds a centre.
pub fn insert(new: &NewCentre, now: Timestamp) -> Result<Centre, sql::Error> {
    sql::query_one(
        &format!(
            "INSERT INTO centre (name, address, contact_email, contact_phone, is_active, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6) RETURNING {COLUMNS}"
        ),
        &params![new.name, new.address, new.contact_email, new.contact_phone, true, now],
    )
}

/// One centre.
pub fn find(id: CentreId, within: &impl Connection) -> Result<Option<Centre>, sql::Error> {
    within.query_optional(&format!("SELECT {COLUMNS} FROM centre WHERE id = $1"), &params![id])
}

/// The first centre that is active.
pub fn first_active(within: &impl Connection) -> Result<Option<Centre>, sql::Error> {
    let statement = format!("SELECT {COLUMNS} FROM centre WHERE is_active = $1 ORDER BY id LIMIT 1");
    within.query_optional(&statement, &params![true])
}

/// Centres in the order of their numbers.
pub fn list(is_active: Option<bool>, page: Page) -> Result<Vec<Centre>, sql::Error> {
    let (statement, parameters) =
        Conditions::new().and("is_active = ?", is_active).page(&format!("SELECT {COLUMNS} FROM centre"), "id", page);
    sql::query(&statement, &parameters)
}

/// Writes what `centre` became.
pub fn update(centre: &Centre, within: &impl Connection) -> Result<(), sql::Error> {
    within.execute(
        "UPDATE centre SET name = $2, address = $3, contact_email = $4, contact_phone = $5, is_active = $6 \
         WHERE id = $1",
        &params![centre.id, centre.name, centre.address, centre.contact_email, centre.contact_phone, centre.is_active],
    )?;
    Ok(())
}
