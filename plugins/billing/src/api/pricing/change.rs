//! `PATCH /pricing/{pricing_id}`.

use serde::Deserialize;
use utoipa::ToSchema;
use ward_sdk::detail::Failure;
use ward_sdk::input::{Body, Choice, Fields, Read};
use ward_sdk::{Json, Path, sql};

use crate::api::docs::Refusals;
use crate::domain::{Amount, Currency, Money, PriceId};
use crate::store::prices::{self, Price};

/// What to change; what is absent stays.
#[derive(ToSchema, Deserialize)]
#[schema(as = PricingChange, example = json!({"price": 175.0, "currency": "usd"}))]
#[expect(dead_code, reason = "describes the body; `Change` is read from it")]
struct ChangeBody {
    /// With two decimals at most.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    price: Option<f64>,
    /// The currency.
    #[schema(value_type = Option<Currency>)]
    currency: Option<String>,
}

/// What to change.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    price: Option<Money>,
    currency: Option<Currency>,
}

impl Read for Change {
    fn read(fields: &mut Fields) -> Option<Self> {
        let price = fields.optional("price", &Amount);
        let currency = fields.optional("currency", &Choice::<Currency>::new());
        Some(Self { price: price?, currency: currency? })
    }
}

/// Change a price
///
/// Invoices that were made before stay as they are.
#[utoipa::path(
    patch, path = "/pricing/{pricing_id}", operation_id = "update_pricing", tag = "Pricing",
    security(("bearer" = []), ("password" = [])),
    params(("pricing_id" = i64, Path, description = "Number of the price")),
    request_body = ChangeBody,
    responses((status = 200, description = "The price, changed", body = Price), Refusals)
)]
pub async fn update_pricing(Path(id): Path<PriceId>, Body(change): Body<Change>) -> Result<Json<Price>, Failure> {
    sql::transaction(|within| {
        let price = prices::find(id, within)?.ok_or(Failure::NotFound("Pricing"))?;
        let changed = Price {
            price: change.price.unwrap_or(price.price),
            currency: change.currency.unwrap_or(price.currency),
            ..price
        };
        prices::update(&changed, within)?;
        Ok(Json(changed))
    })
}
