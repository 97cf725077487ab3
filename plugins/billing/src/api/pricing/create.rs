//! `POST /pricing`.

use serde::Deserialize;
use utoipa::ToSchema;
use ward_sdk::detail::Failure;
use ward_sdk::input::{Body, Choice, Fields, Number, Read};
use ward_sdk::{Json, Timestamp, sql};

use crate::api::docs::Refusals;
use crate::domain::{Amount, CentreId, Currency, Modality};
use crate::pacs;
use crate::store::prices::{self, NewPrice, Price};

/// A price to be.
#[derive(ToSchema, Deserialize)]
#[schema(as = NewPricing, example = json!({"centre_id": 1, "modality": "ct", "price": 150.0, "currency": "usd"}))]
#[expect(dead_code, reason = "describes the body; the store's type is read from it")]
struct New {
    /// The number of an active centre.
    centre_id: i64,
    /// The modality.
    #[schema(value_type = Modality)]
    modality: String,
    /// With two decimals at most.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    price: f64,
    /// The currency.
    #[schema(value_type = Currency)]
    currency: String,
}

impl Read for NewPrice {
    fn read(fields: &mut Fields) -> Option<Self> {
        let centre = fields.required("centre_id", &Number(CentreId));
        let modality = fields.required("modality", &Choice::<Modality>::new());
        let price = fields.required("price", &Amount);
        let currency = fields.required("currency", &Choice::<Currency>::new());
        Some(Self { centre: centre?, modality: modality?, price: price?, currency: currency? })
    }
}

/// Set the price of a modality at a centre
///
/// There is one for each; it is changed by `PATCH`.
#[utoipa::path(
    post, path = "/pricing", operation_id = "create_pricing", tag = "Pricing",
    security(("bearer" = []), ("password" = [])),
    request_body = New,
    responses((status = 200, description = "The new price", body = Price), Refusals)
)]
pub async fn create_pricing(Body(new): Body<NewPrice>) -> Result<Json<Price>, Failure> {
    if !pacs::is_active(new.centre)? {
        return Err(Failure::refused("Centre is not active"));
    }
    match prices::insert(&new, Timestamp::now()) {
        Ok(price) => Ok(Json(price)),
        Err(sql::Error::Unique(_)) => Err(Failure::refused("Pricing already exists for this centre and modality")),
        Err(error) => Err(error.into()),
    }
}
