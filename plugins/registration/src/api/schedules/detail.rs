//! `GET /doctors/schedules/{schedule_id}`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::Path;
use ward_sdk::sql::Database;

use super::shape::missing;
use crate::access::Viewer;
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::domain::{ClinicId, Day, DoctorId, MinorId, Money, ScheduleId, ScheduleStatus, Section, SlotType};
use crate::failure::Failure;
use crate::store::schedules::{self, Detail};

/// A schedule in full.
#[derive(Serialize, ToSchema)]
pub struct ScheduleDetail {
    schedule_id: ScheduleId,
    doctor_id: DoctorId,
    doctor_name: String,
    doctor_title: String,
    department_id: MinorId,
    department_name: String,
    clinic_id: ClinicId,
    clinic_name: String,
    /// 普通门诊, 专家门诊 or 特需门诊.
    clinic_type: &'static str,
    date: Day,
    /// 一 to 日.
    week_day: &'static str,
    time_section: Section,
    slot_type: SlotType,
    total_slots: i64,
    remaining_slots: i64,
    status: ScheduleStatus,
    price: Money,
    /// What can be had in such a clinic.
    available_slot_types: &'static [SlotType],
}

/// Show one schedule: a doctor the own ones, an administrator any
#[utoipa::path(
    get, path = "/doctors/schedules/{schedule_id}", operation_id = "own_schedule", tag = "Doctor",
    security(("bearer" = []), ("password" = [])),
    params(("schedule_id" = i64, Path, description = "Number of the schedule")),
    responses((status = 200, description = "The schedule", body = Answer<ScheduleDetail>), Refusals)
)]
pub async fn own_schedule(viewer: Viewer, Path(id): Path<ScheduleId>) -> Result<Answer<ScheduleDetail>, Failure> {
    let detail = schedules::detail(id, &Database)?.ok_or_else(missing)?;
    if !viewer.is_admin() && viewer.doctor()? != detail.schedule.doctor_id {
        return Err(Failure::forbidden("医生只能查询自己的排班"));
    }
    Ok(ok(shown(detail)))
}

fn shown(detail: Detail) -> ScheduleDetail {
    let schedule = detail.schedule;
    ScheduleDetail {
        schedule_id: schedule.id,
        doctor_id: schedule.doctor_id,
        doctor_name: detail.doctor_name,
        doctor_title: detail.doctor_title,
        department_id: schedule.dept_id,
        department_name: detail.dept_name,
        clinic_id: schedule.clinic_id,
        clinic_name: detail.clinic_name,
        clinic_type: detail.clinic_type.name(),
        date: schedule.day,
        week_day: schedule.day.weekday(),
        time_section: schedule.section,
        slot_type: schedule.slot_type,
        total_slots: schedule.total_slots,
        remaining_slots: schedule.remaining_slots,
        status: schedule.status,
        price: schedule.price,
        available_slot_types: detail.clinic_type.slot_types(),
    }
}
