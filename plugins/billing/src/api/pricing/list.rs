//! `GET /pricing`.

use ward_sdk::Json;
use ward_sdk::detail::Failure;
use ward_sdk::input::{Fields, Number, Page, Query, Read};

use crate::access::Viewer;
use crate::api::docs::Refusals;
use crate::domain::CentreId;
use crate::store::prices::{self, Price};

/// What a list of prices is asked for.
pub struct Asked {
    centre: Option<CentreId>,
    page: Page,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let centre = fields.optional("centre_id", &Number(CentreId));
        let page = Page::read(fields);
        Some(Self { centre: centre?, page: page? })
    }
}

/// List prices
///
/// In the order of their numbers; those of the centres that the caller may see.
#[utoipa::path(
    get, path = "/pricing", operation_id = "list_pricing", tag = "Pricing",
    security(("bearer" = []), ("password" = [])),
    params(
        ("centre_id" = Option<i64>, Query, description = "Only of this centre"),
        ("skip" = Option<u32>, Query, description = "Prices to leave out at the start (0)"),
        ("limit" = Option<u32>, Query, description = "Prices to give at most (100; 1,000 at most)"),
    ),
    responses((status = 200, description = "Prices", body = Vec<Price>), Refusals)
)]
pub async fn list_pricing(viewer: Viewer, Query(asked): Query<Asked>) -> Result<Json<Vec<Price>>, Failure> {
    Ok(Json(prices::list(viewer.scope, asked.centre, asked.page)?))
}
