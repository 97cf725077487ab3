//! `GET /statistics/departments/ranking` and `/statistics/doctors/ranking`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::Database;

use super::period::Period;
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::domain::{Day, DoctorId, MinorId, Money};
use crate::failure::Failure;
use crate::input::{Choice, Fields, Int, Number, Query, Read};
use crate::store::departments;
use crate::store::statistics::{self, ByDepartment, ByDoctor, OrderBy, Scope};

/// How many places a ranking has unless asked for more.
const USUAL: i64 = 10;
/// The most that it has.
const MOST: i64 = 1_000;

/// What the ranking is of.
pub struct Asked {
    order: OrderBy,
    limit: i64,
    dept: Option<MinorId>,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let order = fields.optional("order_by", &Choice::<OrderBy>::new());
        let limit = fields.optional("limit", &Int::at_least(1));
        let dept = fields.optional("dept_id", &Number(MinorId));
        Some(Self {
            order: order?.unwrap_or(OrderBy::Registrations),
            limit: limit?.unwrap_or(USUAL).min(MOST),
            dept: dept?,
        })
    }
}

/// A ranking.
#[derive(Debug, Serialize, ToSchema)]
pub struct Places<T> {
    /// The last of the days.
    date: Day,
    start_date: Day,
    end_date: Day,
    order_by: OrderBy,
    /// The first first; nobody without registrations is in it.
    ranking: Vec<T>,
}

/// A department's place.
#[derive(Debug, Serialize, ToSchema)]
pub struct DepartmentPlace {
    minor_dept_id: MinorId,
    dept_name: String,
    registrations: i64,
    /// In yuan.
    revenue: Money,
}

/// A doctor's place.
#[derive(Debug, Serialize, ToSchema)]
pub struct DoctorPlace {
    doctor_id: DoctorId,
    doctor_name: String,
    title: String,
    dept_name: String,
    registrations: i64,
    /// In yuan.
    revenue: Money,
}

impl From<ByDepartment> for DepartmentPlace {
    fn from(row: ByDepartment) -> Self {
        let ByDepartment { dept_id, dept_name, registrations, revenue } = row;
        Self { minor_dept_id: dept_id, dept_name, registrations, revenue }
    }
}

impl From<ByDoctor> for DoctorPlace {
    fn from(row: ByDoctor) -> Self {
        let ByDoctor { doctor_id, doctor_name, title, dept_name, registrations, revenue } = row;
        Self { doctor_id, doctor_name, title, dept_name, registrations, revenue }
    }
}

fn ranking<R, T: From<R>>(period: Period, asked: &Asked, rows: Vec<R>) -> Answer<Places<T>> {
    ok(Places {
        date: period.days.end,
        start_date: period.days.start,
        end_date: period.days.end,
        order_by: asked.order,
        ranking: rows.into_iter().map(T::from).collect(),
    })
}

/// Departments by registrations or revenue (四.4.5)
#[utoipa::path(
    get, path = "/statistics/departments/ranking", operation_id = "rank_departments", tag = "Statistics",
    security(("bearer" = []), ("password" = [])),
    params(
        ("date" = Option<String>, Query, description = "A day; today without it"),
        ("date_range" = Option<String>, Query, description = "`today`, `7days` or `30days`; beats `date`"),
        ("order_by" = Option<String>, Query, description = "`registrations` (without it) or `revenue`"),
        ("limit" = Option<i64>, Query, description = "10 unless it says otherwise, at most 1,000")
    ),
    responses((status = 200, description = "The ranking", body = Answer<Places<DepartmentPlace>>), Refusals)
)]
pub async fn rank_departments(
    period: Period,
    Query(asked): Query<Asked>,
) -> Result<Answer<Places<DepartmentPlace>>, Failure> {
    let rows = statistics::departments(Scope::Hospital, period.days, asked.order, asked.limit, &Database)?;
    Ok(ranking(period, &asked, rows))
}

/// Doctors by registrations or revenue (四.4.6)
#[utoipa::path(
    get, path = "/statistics/doctors/ranking", operation_id = "rank_doctors", tag = "Statistics",
    security(("bearer" = []), ("password" = [])),
    params(
        ("dept_id" = Option<i64>, Query, description = "Only for this department"),
        ("date" = Option<String>, Query, description = "A day; today without it"),
        ("date_range" = Option<String>, Query, description = "`today`, `7days` or `30days`; beats `date`"),
        ("order_by" = Option<String>, Query, description = "`registrations` (without it) or `revenue`"),
        ("limit" = Option<i64>, Query, description = "10 unless it says otherwise, at most 1,000")
    ),
    responses((status = 200, description = "The ranking", body = Answer<Places<DoctorPlace>>), Refusals)
)]
pub async fn rank_doctors(period: Period, Query(asked): Query<Asked>) -> Result<Answer<Places<DoctorPlace>>, Failure> {
    if let Some(dept) = asked.dept {
        departments::find_minor(dept, &Database)?.ok_or_else(|| Failure::missing("小科室不存在"))?;
    }
    let scope = asked.dept.map_or(Scope::Hospital, Scope::Department);
    let rows = statistics::doctors(scope, period.days, asked.order, asked.limit, &Database)?;
    Ok(ranking(period, &asked, rows))
}
