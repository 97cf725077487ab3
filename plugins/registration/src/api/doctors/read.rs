//! `GET /doctors` and `GET /doctors/{doctor_id}`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::Path;
use ward_sdk::sql::Database;

use super::shape::{Shown, missing};
use crate::answer::{Answer, ok};
use crate::api::docs::PublicRefusals;
use crate::clock::Now;
use crate::domain::{DoctorId, MinorId, Page};
use crate::failure::Failure;
use crate::input::{Fields, Number, Query, Read, Text};
use crate::store::doctors;

/// Which doctors are asked for.
pub struct Asked {
    dept: Option<MinorId>,
    name: Option<String>,
    page: Page,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let dept = fields.optional("dept_id", &Number(MinorId));
        let name = fields.optional("name", &Text::line(50).or_blank());
        let page = Page::read(fields, 50);
        let name = name?.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        Some(Self { dept: dept?, name, page: page? })
    }
}

/// A page of doctors.
#[derive(Serialize, ToSchema)]
pub struct PageOfDoctors {
    /// How many there are in all.
    total: i64,
    /// From 1.
    page: i64,
    /// Doctors on a page.
    page_size: i64,
    /// In the order of their numbers.
    doctors: Vec<Shown>,
}

/// List doctors
#[utoipa::path(
    get, path = "/doctors", operation_id = "list_doctors", tag = "Public",
    params(
        ("dept_id" = Option<i64>, Query, description = "Only those of this minor department"),
        ("name" = Option<String>, Query, description = "Only those whose name holds this"),
        ("page" = Option<i64>, Query, description = "From 1"),
        ("page_size" = Option<i64>, Query, description = "Doctors on a page (50; 10,000 at most)"),
    ),
    responses((status = 200, description = "Doctors", body = Answer<PageOfDoctors>), PublicRefusals)
)]
pub async fn list_doctors(
    now: Now,
    Query(Asked { dept, name, page }): Query<Asked>,
) -> Result<Answer<PageOfDoctors>, Failure> {
    let (total, found) = doctors::list(dept, name.as_deref(), page, &Database)?;
    let doctors = found.into_iter().map(|listed| Shown::of(listed, &now)).collect();
    Ok(ok(PageOfDoctors { total, page: page.page, page_size: page.page_size, doctors }))
}

/// Show one doctor
#[utoipa::path(
    get, path = "/doctors/{doctor_id}", operation_id = "get_doctor", tag = "Public",
    params(("doctor_id" = i64, Path, description = "Number of the doctor")),
    responses((status = 200, description = "The doctor", body = Answer<Shown>), PublicRefusals)
)]
pub async fn get_doctor(now: Now, Path(id): Path<DoctorId>) -> Result<Answer<Shown>, Failure> {
    let listed = doctors::show(id, &Database)?.ok_or_else(missing)?;
    Ok(ok(Shown::of(listed, &now)))
}
