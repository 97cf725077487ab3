//! `GET /clinics`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::Database;

use super::shape::Shown;
use crate::answer::{Answer, ok};
use crate::api::docs::PublicRefusals;
use crate::clock::Now;
use crate::domain::{AreaId, MinorId, Page};
use crate::failure::Failure;
use crate::input::{Fields, Number, Query, Read};
use crate::store::clinics;

/// Which clinics are asked for.
pub struct Asked {
    dept: Option<MinorId>,
    area: Option<AreaId>,
    page: Page,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let dept = fields.optional("dept_id", &Number(MinorId));
        let area = fields.optional("area_id", &Number(AreaId));
        let page = Page::read(fields, 50);
        Some(Self { dept: dept?, area: area?, page: page? })
    }
}

/// A page of clinics.
#[derive(Serialize, ToSchema)]
pub struct PageOfClinics {
    /// How many there are in all.
    total: i64,
    /// From 1.
    page: i64,
    /// Clinics on a page.
    page_size: i64,
    /// In the order of their numbers.
    clinics: Vec<Shown>,
}

/// List clinics
#[utoipa::path(
    get, path = "/clinics", operation_id = "list_clinics", tag = "Public",
    params(
        ("dept_id" = Option<i64>, Query, description = "Only those of this minor department"),
        ("area_id" = Option<i64>, Query, description = "Only those in this area"),
        ("page" = Option<i64>, Query, description = "From 1"),
        ("page_size" = Option<i64>, Query, description = "Clinics on a page (50; 10,000 at most)"),
    ),
    responses((status = 200, description = "Clinics", body = Answer<PageOfClinics>), PublicRefusals)
)]
pub async fn list_clinics(
    now: Now,
    Query(Asked { dept, area, page }): Query<Asked>,
) -> Result<Answer<PageOfClinics>, Failure> {
    let (total, found) = clinics::list(dept, area, page, &Database)?;
    let clinics = found.into_iter().map(|listed| Shown::of(listed.clinic, listed.prices, &now)).collect();
    Ok(ok(PageOfClinics { total, page: page.page, page_size: page.page_size, clinics }))
}
