//! `GET /statistics/hospital/registrations` and `/statistics/areas/{area_id}/registrations`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::Path;
use ward_sdk::sql::Database;

use super::period::{Period, Range, Totals, totals};
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::domain::{AreaId, Day, MinorId, Money};
use crate::failure::Failure;
use crate::store::areas;
use crate::store::statistics::{self, ByDepartment, OrderBy, Scope};

/// Registrations of the hospital.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HospitalStatistics)]
pub struct Hospital {
    /// The last of the days.
    date: Day,
    date_range: Option<Range>,
    #[serde(flatten)]
    totals: Totals,
    /// Patients who have been seen.
    completed_consultations: i64,
}

/// Registrations of an area.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AreaStatistics)]
pub struct InArea {
    area_id: AreaId,
    #[serde(flatten)]
    totals: Totals,
    /// Those with registrations, those with most first.
    departments: Vec<Department>,
}

/// Registrations of a department in an area.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AreaDepartment)]
pub struct Department {
    minor_dept_id: MinorId,
    dept_name: String,
    registrations: i64,
    /// In yuan.
    revenue: Money,
}

/// Departments of one answer.
const MOST: i64 = 10_000;

/// Registrations of the hospital (四.4.1)
#[utoipa::path(
    get, path = "/statistics/hospital/registrations", operation_id = "hospital_registrations", tag = "Statistics",
    security(("bearer" = []), ("password" = [])),
    params(
        ("date" = Option<String>, Query, description = "A day; today without it"),
        ("date_range" = Option<String>, Query, description = "`today`, `7days` or `30days`; beats `date`")
    ),
    responses((status = 200, description = "How many", body = Answer<Hospital>), Refusals)
)]
pub async fn hospital_registrations(period: Period) -> Result<Answer<Hospital>, Failure> {
    let (totals, completed_consultations) = totals(Scope::Hospital, period.days)?;
    Ok(ok(Hospital { date: period.days.end, date_range: period.range, totals, completed_consultations }))
}

/// Registrations of an area by department (四.4.2)
#[utoipa::path(
    get, path = "/statistics/areas/{area_id}/registrations", operation_id = "area_registrations", tag = "Statistics",
    security(("bearer" = []), ("password" = [])),
    params(
        ("area_id" = i64, Path, description = "Number of the area"),
        ("date" = Option<String>, Query, description = "A day; today without it"),
        ("date_range" = Option<String>, Query, description = "`today`, `7days` or `30days`; beats `date`")
    ),
    responses((status = 200, description = "How many", body = Answer<InArea>), Refusals)
)]
pub async fn area_registrations(period: Period, Path(id): Path<AreaId>) -> Result<Answer<InArea>, Failure> {
    areas::find(id, &Database)?.ok_or_else(|| Failure::missing("院区不存在"))?;
    let scope = Scope::Area(id);
    let found = statistics::departments(scope, period.days, OrderBy::Registrations, MOST, &Database)?;
    let department = |each: ByDepartment| Department {
        minor_dept_id: each.dept_id,
        dept_name: each.dept_name,
        registrations: each.registrations,
        revenue: each.revenue,
    };
    Ok(ok(InArea {
        area_id: id,
        totals: totals(scope, period.days)?.0,
        departments: found.into_iter().map(department).collect(),
    }))
}
