//! `GET /doctors/schedules` and `GET /doctors/schedules/today`: a doctor's own, any doctor's for an administrator.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::Database;

use super::shape::{Schedules, Shift};
use super::span::Span;
use crate::access::Viewer;
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::api::doctors::missing;
use crate::clock::Now;
use crate::domain::{Day, DoctorId, MinorId, ScheduleId, Section, SlotType};
use crate::failure::Failure;
use crate::input::{Fields, Number, Query, Read};
use crate::store::doctors;
use crate::store::schedules::{self, Asked as Which, Detail};

/// Whose schedules.
pub struct Whose(Option<DoctorId>);

impl Read for Whose {
    fn read(fields: &mut Fields) -> Option<Self> {
        let snake = fields.optional("doctor_id", &Number(DoctorId));
        let camel = fields.optional("doctorId", &Number(DoctorId));
        Some(Self(snake?.or(camel?)))
    }
}

impl Whose {
    /// The doctor whose schedules the caller may see.
    fn resolve(&self, viewer: &Viewer) -> Result<DoctorId, Failure> {
        if viewer.is_admin() {
            let doctor = self.0.ok_or_else(|| Failure::refused("doctor_id: 管理员必须提供"))?;
            return Ok(doctors::find(doctor, &Database)?.ok_or_else(missing)?.id);
        }
        let own = viewer.doctor()?;
        match self.0 {
            Some(other) if other != own => Err(Failure::forbidden("医生只能查询自己的排班")),
            _ => Ok(own),
        }
    }
}

/// Whose schedules, and when.
pub struct Asked {
    whose: Whose,
    span: Span,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let whose = Whose::read(fields);
        let span = Span::read(fields);
        Some(Self { whose: whose?, span: span? })
    }
}

/// List a doctor's schedules between two days
#[utoipa::path(
    get, path = "/doctors/schedules", operation_id = "own_schedules", tag = "Doctor",
    security(("bearer" = []), ("password" = [])),
    params(
        ("doctor_id" = Option<i64>, Query, description = "For an administrator: whose; a doctor sees the own ones"),
        ("start_date" = String, Query, description = "The first day, `YYYY-MM-DD`"),
        ("end_date" = String, Query, description = "The last day; at most 366 days"),
    ),
    responses((status = 200, description = "Schedules", body = Answer<Schedules<Shift>>), Refusals)
)]
pub async fn own_schedules(
    viewer: Viewer,
    now: Now,
    Query(asked): Query<Asked>,
) -> Result<Answer<Schedules<Shift>>, Failure> {
    let doctor = asked.whose.resolve(&viewer)?;
    let found = schedules::list(&Which::between(asked.span.from, asked.span.to).of_doctor(doctor), &Database)?;
    Ok(ok(Schedules { schedules: found.into_iter().map(|detail| Shift::of(detail, &now)).collect() }))
}

/// A schedule of today.
#[derive(Serialize, ToSchema)]
pub struct TodaySchedule {
    schedule_id: ScheduleId,
    doctor_id: DoctorId,
    doctor_name: String,
    department_id: MinorId,
    department_name: String,
    /// 普通门诊, 专家门诊 or 特需门诊.
    clinic_type: &'static str,
    date: Day,
    time_slot: Section,
    total_slots: i64,
    remaining_slots: i64,
    /// What can be had in such a clinic.
    available_slot_types: &'static [SlotType],
}

/// List a doctor's schedules of today
#[utoipa::path(
    get, path = "/doctors/schedules/today", operation_id = "own_schedules_today", tag = "Doctor",
    security(("bearer" = []), ("password" = [])),
    params(("doctor_id" = Option<i64>, Query, description = "For an administrator: whose; a doctor sees the own ones")),
    responses((status = 200, description = "Schedules", body = Answer<Schedules<TodaySchedule>>), Refusals)
)]
pub async fn own_schedules_today(
    viewer: Viewer,
    now: Now,
    Query(whose): Query<Whose>,
) -> Result<Answer<Schedules<TodaySchedule>>, Failure> {
    let doctor = whose.resolve(&viewer)?;
    let found = schedules::list(&Which::between(now.today, now.today).of_doctor(doctor), &Database)?;
    Ok(ok(Schedules { schedules: found.into_iter().map(today).collect() }))
}

fn today(detail: Detail) -> TodaySchedule {
    TodaySchedule {
        schedule_id: detail.schedule.id,
        doctor_id: detail.schedule.doctor_id,
        doctor_name: detail.doctor_name,
        department_id: detail.schedule.dept_id,
        department_name: detail.dept_name,
        clinic_type: detail.clinic_type.name(),
        date: detail.schedule.day,
        time_slot: detail.schedule.section,
        total_slots: detail.schedule.total_slots,
        remaining_slots: detail.schedule.remaining_slots,
        available_slot_types: detail.clinic_type.slot_types(),
    }
}
