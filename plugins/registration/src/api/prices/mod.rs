//! Global prices: what is charged where neither doctor, clinic nor department says otherwise.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use ward_sdk::sql::{self, Database};

use crate::answer::{Answer, Done, done, ok};
use crate::api::docs::Refusals;
use crate::domain::SlotType;
use crate::failure::Failure;
use crate::input::{Fields, Query, Read};
use crate::store::config::Scope;
use crate::store::prices::{self, PriceChange, Prices};

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(global_prices, update_global_prices))
}

/// Show the global prices
#[utoipa::path(
    get, path = "/admin/global-prices", operation_id = "global_prices", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    responses((status = 200, description = "The prices", body = Answer<Prices>), Refusals)
)]
pub async fn global_prices() -> Result<Answer<Prices>, Failure> {
    let own = prices::of(Scope::Global, &Database)?;
    let effective = |slot| Some(own.get(slot).unwrap_or(Prices::fallback(slot)));
    Ok(ok(Prices {
        default_price_normal: effective(SlotType::Normal),
        default_price_expert: effective(SlotType::Expert),
        default_price_special: effective(SlotType::Special),
    }))
}

/// The query of a change.
pub struct Asked(PriceChange);

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        PriceChange::read(fields).map(Self)
    }
}

/// Change global prices
///
/// At least one; the others stay.
#[utoipa::path(
    put, path = "/admin/global-prices", operation_id = "update_global_prices", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(
        ("default_price_normal" = Option<f64>, Query, description = "Of a normal slot (普通)"),
        ("default_price_expert" = Option<f64>, Query, description = "With an expert (专家)"),
        ("default_price_special" = Option<f64>, Query, description = "Special needs (特需)"),
    ),
    responses((status = 200, description = "Changed", body = Answer<Done>), Refusals)
)]
pub async fn update_global_prices(Query(Asked(change)): Query<Asked>) -> Result<Answer<Done>, Failure> {
    if change.is_empty() {
        return Err(Failure::refused("至少需要提供一个价格"));
    }
    sql::transaction(|tx| prices::change(Scope::Global, change, tx)).map_err(Failure::from)?;
    Ok(done("全局价格配置更新成功"))
}
