//! `GET /departments/{dept_id}/schedules`, `/doctors/{doctor_id}/schedules`, `/clinics/{clinic_id}/schedules`.

use ward_sdk::Path;
use ward_sdk::sql::Database;

use super::shape::{Schedules, Shift};
use super::span::Span;
use crate::answer::{Answer, ok};
use crate::api::docs::PublicRefusals;
use crate::api::{clinics as clinic, departments as department, doctors as doctor};
use crate::clock::Now;
use crate::domain::{ClinicId, DoctorId, MinorId};
use crate::failure::Failure;
use crate::input::Query;
use crate::store::schedules::{self, Asked};
use crate::store::{clinics, departments, doctors};

/// List the schedules of a department
#[utoipa::path(
    get, path = "/departments/{dept_id}/schedules", operation_id = "department_schedules", tag = "Public",
    params(
        ("dept_id" = i64, Path, description = "Number of the minor department"),
        ("start_date" = String, Query, description = "The first day, `YYYY-MM-DD`"),
        ("end_date" = String, Query, description = "The last day; at most 366 days"),
    ),
    responses((status = 200, description = "Schedules", body = Answer<Schedules<Shift>>), PublicRefusals)
)]
pub async fn department_schedules(
    now: Now,
    Path(id): Path<MinorId>,
    Query(span): Query<Span>,
) -> Result<Answer<Schedules<Shift>>, Failure> {
    let exists = || departments::find_minor(id, &Database)?.map(drop).ok_or_else(department::no_minor);
    list(&Asked::between(span.from, span.to).of_department(id), &now, exists)
}

/// List the schedules of a doctor
#[utoipa::path(
    get, path = "/doctors/{doctor_id}/schedules", operation_id = "doctor_schedules", tag = "Public",
    params(
        ("doctor_id" = i64, Path, description = "Number of the doctor"),
        ("start_date" = String, Query, description = "The first day, `YYYY-MM-DD`"),
        ("end_date" = String, Query, description = "The last day; at most 366 days"),
    ),
    responses((status = 200, description = "Schedules", body = Answer<Schedules<Shift>>), PublicRefusals)
)]
pub async fn doctor_schedules(
    now: Now,
    Path(id): Path<DoctorId>,
    Query(span): Query<Span>,
) -> Result<Answer<Schedules<Shift>>, Failure> {
    let exists = || doctors::find(id, &Database)?.map(drop).ok_or_else(doctor::missing);
    list(&Asked::between(span.from, span.to).of_doctor(id), &now, exists)
}

/// List the schedules of a clinic
#[utoipa::path(
    get, path = "/clinics/{clinic_id}/schedules", operation_id = "clinic_schedules", tag = "Public",
    params(
        ("clinic_id" = i64, Path, description = "Number of the clinic"),
        ("start_date" = String, Query, description = "The first day, `YYYY-MM-DD`"),
        ("end_date" = String, Query, description = "The last day; at most 366 days"),
    ),
    responses((status = 200, description = "Schedules", body = Answer<Schedules<Shift>>), PublicRefusals)
)]
pub async fn clinic_schedules(
    now: Now,
    Path(id): Path<ClinicId>,
    Query(span): Query<Span>,
) -> Result<Answer<Schedules<Shift>>, Failure> {
    let exists = || clinics::find(id, &Database)?.map(drop).ok_or_else(clinic::missing);
    list(&Asked::between(span.from, span.to).of_clinic(id), &now, exists)
}

/// An empty list is worth the question whether what was named exists at all.
fn list(
    asked: &Asked,
    now: &Now,
    exists: impl FnOnce() -> Result<(), Failure>,
) -> Result<Answer<Schedules<Shift>>, Failure> {
    let found = schedules::list(asked, &Database)?;
    if found.is_empty() {
        exists()?;
    }
    Ok(ok(Schedules { schedules: found.into_iter().map(|detail| Shift::of(detail, now)).collect() }))
}
