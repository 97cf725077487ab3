//! Prices.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::Timestamp;
use ward_sdk::input::Page;
use ward_sdk::sql::{self, Conditions, Connection, from_row, params};

use crate::domain::{CentreId, Currency, Modality, Money, PriceId};

/// What a study of a modality costs at a centre.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Pricing, example = json!({
    "id": 1, "centre_id": 1, "modality": "ct", "price": 150.0, "currency": "usd",
    "created_at": "2025-10-06T17:04:07.321123"
}))]
pub struct Price {
    /// Its number.
    pub id: PriceId,
    /// The centre.
    pub centre_id: CentreId,
    /// The modality.
    pub modality: Modality,
    /// In units of the currency, with two decimals at most.
    #[schema(value_type = f64)]
    pub price: Money,
    /// The currency.
    pub currency: Currency,
    /// UTC, with microseconds.
    #[schema(value_type = String)]
    pub created_at: Timestamp,
}

from_row!(Price { id, centre_id, modality, price, currency, created_at });

/// A price to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewPrice {
    /// The centre.
    pub centre: CentreId,
    /// The modality.
    pub modality: Modality,
    /// How much.
    pub price: Money,
    /// Of what.
    pub currency: Currency,
}

const COLUMNS: &str = "id, centre AS centre_id, modality, amount AS price, currency, created_at";

/// Adds a price; `Unique` where the centre has one for the modality.
pub fn insert(new: &NewPrice, now: Timestamp) -> Result<Price, sql::Error> {
    sql::query_one(
        &format!(
            "INSERT INTO price (centre, modality, amount, currency, created_at) VALUES ($1, $2, $3, $4, $5) \
             RETURNING {COLUMNS}"
        ),
        &params![new.centre, new.modality, new.price, new.currency, now],
    )
}

/// One price.
pub fn find(id: PriceId, within: &impl Connection) -> Result<Option<Price>, sql::Error> {
    within.query_optional(&format!("SELECT {COLUMNS} FROM price WHERE id = $1"), &params![id])
}

/// The price of a modality at a centre.
pub fn of(centre: CentreId, modality: Modality, within: &impl Connection) -> Result<Option<Price>, sql::Error> {
    let statement = format!("SELECT {COLUMNS} FROM price WHERE centre = $1 AND modality = $2");
    within.query_optional(&statement, &params![centre, modality])
}

/// Prices in the order of their numbers: those of a centre that are in the scope.
pub fn list(scope: Option<CentreId>, centre: Option<CentreId>, page: Page) -> Result<Vec<Price>, sql::Error> {
    let (statement, parameters) = Conditions::new().and("centre = ?", scope).and("centre = ?", centre).page(
        &format!("SELECT {COLUMNS} FROM price"),
        "id",
        page,
    );
    sql::query(&statement, &parameters)
}

/// Writes what `price` became.
pub fn update(price: &Price, within: &impl Connection) -> Result<(), sql::Error> {
    let statement = "UPDATE price SET amount = $2, currency = $3 WHERE id = $1";
    within.execute(statement, &params![price.id, price.price, price.currency])?;
    Ok(())
}
