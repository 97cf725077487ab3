//! `GET /centres` and `GET /centres/{centre_id}`.

use ward_sdk::sql::Database;
use ward_sdk::{Json, Path};

use crate::api::docs::Refusals;
use crate::domain::{CentreId, Page};
use crate::failure::Failure;
use crate::input::{Bool, Fields, Query, Read};
use crate::store::centres::{self, Centre};

/// What a list of centres is asked for.
pub struct Asked {
    is_active: Option<bool>,
    page: Page,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let is_active = fields.optional("is_active", &Bool);
        let page = Page::read(fields);
        Some(Self { is_active: is_active?, page: page? })
    }
}

/// List centres, filtered by active state
///
/// In the order of their numbers.
#[utoipa::path(
    get, path = "/centres", operation_id = "list_centres", tag = "Diagnostic Centres",
    security(("bearer" = []), ("password" = [])),
    params(
        ("skip" = Option<u32>, Query, description = "Centres to leave out at the start (0)"),
        ("limit" = Option<u32>, Query, description = "Centres to give at most (100; 1,000 at most)"),
        ("is_active" = Option<bool>, Query, description = "Only active, or only deactivated ones"),
    ),
    responses((status = 200, description = "Centres", body = Vec<Centre>), Refusals)
)]
pub async fn list_centres(Query(asked): Query<Asked>) -> Result<Json<Vec<Centre>>, Failure> {
    Ok(Json(centres::list(asked.is_active, asked.page)?))
}

/// Show one centre
#[utoipa::path(
    get, path = "/centres/{centre_id}", operation_id = "get_centre", tag = "Diagnostic Centres",
    security(("bearer" = []), ("password" = [])),
    params(("centre_id" = i64, Path, description = "Number of the centre")),
    responses((status = 200, description = "The centre", body = Centre), Refusals)
)]
pub async fn get_centre(Path(id): Path<CentreId>) -> Result<Json<Centre>, Failure> {
    centres::find(id, &Database)?.map(Json).ok_or(Failure::NotFound("Centre"))
}
