//! `GET /statistics/departments/{minor_dept_id}/registrations` and `/statistics/doctors/{doctor_id}/registrations`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::Path;
use ward_sdk::sql::Database;

use super::period::{Period, Totals, totals};
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::domain::{Day, DoctorId, MinorId, Money, ScheduleId, Section, SlotType};
use crate::failure::Failure;
use crate::store::statistics::{self, ByDoctor, ByShift, OrderBy, Scope};
use crate::store::{departments, doctors};

/// Registrations of a department.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DepartmentStatistics)]
pub struct Department {
    minor_dept_id: MinorId,
    #[serde(flatten)]
    totals: Totals,
    /// Patients who have been seen.
    completed_consultations: i64,
    /// Those with registrations, those with most first.
    doctors: Vec<DoctorRow>,
}

/// Registrations of a doctor in a department.
#[derive(Debug, Serialize, ToSchema)]
pub struct DoctorRow {
    doctor_id: DoctorId,
    doctor_name: String,
    title: String,
    registrations: i64,
    /// In yuan.
    revenue: Money,
}

/// Registrations of a doctor.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DoctorStatistics)]
pub struct OfDoctor {
    doctor_id: DoctorId,
    doctor_name: String,
    title: String,
    dept_name: Option<String>,
    #[serde(flatten)]
    totals: Totals,
    /// Patients who have been seen.
    completed_consultations: i64,
    by_time_section: BySection,
    /// All shifts, booked or not.
    schedules: Vec<ShiftRow>,
}

/// Registrations by part of the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct BySection {
    #[serde(rename = "上午")]
    morning: i64,
    #[serde(rename = "下午")]
    afternoon: i64,
    #[serde(rename = "晚上")]
    evening: i64,
}

/// A shift and how full it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShiftRow {
    schedule_id: ScheduleId,
    clinic_name: String,
    date: Day,
    time_section: Section,
    slot_type: SlotType,
    registrations: i64,
    total_slots: i64,
    /// Registrations by slots: 0 to 1; `null` of a shift without slots.
    utilization_rate: Option<f64>,
}

/// Doctors of one answer.
const MOST: i64 = 10_000;

/// Registrations of a department by doctor (四.4.3)
#[utoipa::path(
    get, path = "/statistics/departments/{minor_dept_id}/registrations", operation_id = "department_registrations",
    tag = "Statistics", security(("bearer" = []), ("password" = [])),
    params(
        ("minor_dept_id" = i64, Path, description = "Number of the department"),
        ("date" = Option<String>, Query, description = "A day; today without it"),
        ("date_range" = Option<String>, Query, description = "`today`, `7days` or `30days`; beats `date`")
    ),
    responses((status = 200, description = "How many", body = Answer<Department>), Refusals)
)]
pub async fn department_registrations(period: Period, Path(id): Path<MinorId>) -> Result<Answer<Department>, Failure> {
    departments::find_minor(id, &Database)?.ok_or_else(|| Failure::missing("小科室不存在"))?;
    let scope = Scope::Department(id);
    let found = statistics::doctors(scope, period.days, OrderBy::Registrations, MOST, &Database)?;
    let row = |each: ByDoctor| DoctorRow {
        doctor_id: each.doctor_id,
        doctor_name: each.doctor_name,
        title: each.title,
        registrations: each.registrations,
        revenue: each.revenue,
    };
    let (totals, completed_consultations) = totals(scope, period.days)?;
    Ok(ok(Department {
        minor_dept_id: id,
        totals,
        completed_consultations,
        doctors: found.into_iter().map(row).collect(),
    }))
}

/// Registrations of a doctor, with how full the shifts are (四.4.4)
#[utoipa::path(
    get, path = "/statistics/doctors/{doctor_id}/registrations", operation_id = "doctor_registrations",
    tag = "Statistics", security(("bearer" = []), ("password" = [])),
    params(
        ("doctor_id" = i64, Path, description = "Number of the doctor"),
        ("date" = Option<String>, Query, description = "A day; today without it"),
        ("date_range" = Option<String>, Query, description = "`today`, `7days` or `30days`; beats `date`")
    ),
    responses((status = 200, description = "How many", body = Answer<OfDoctor>), Refusals)
)]
pub async fn doctor_registrations(period: Period, Path(id): Path<DoctorId>) -> Result<Answer<OfDoctor>, Failure> {
    let doctor = doctors::find(id, &Database)?.ok_or_else(|| Failure::missing("医生不存在"))?;
    let dept = departments::find_minor(doctor.dept_id, &Database)?;
    let scope = Scope::Doctor(id);
    let shifts = statistics::shifts(id, period.days, &Database)?;
    let (totals, completed_consultations) = totals(scope, period.days)?;
    Ok(ok(OfDoctor {
        doctor_id: id,
        doctor_name: doctor.name,
        title: doctor.title,
        dept_name: dept.map(|dept| dept.name),
        totals,
        completed_consultations,
        by_time_section: by_section(&shifts),
        schedules: shifts.into_iter().map(shift_row).collect(),
    }))
}

fn by_section(shifts: &[ByShift]) -> BySection {
    let sum = |section| shifts.iter().filter(|shift| shift.section == section).map(|shift| shift.registrations).sum();
    BySection { morning: sum(Section::Morning), afternoon: sum(Section::Afternoon), evening: sum(Section::Evening) }
}

fn shift_row(shift: ByShift) -> ShiftRow {
    #[expect(clippy::cast_precision_loss, reason = "counts of slots")]
    let rate = shift.registrations as f64 / shift.total_slots as f64;
    ShiftRow {
        schedule_id: shift.schedule_id,
        clinic_name: shift.clinic_name,
        date: shift.day,
        time_section: shift.section,
        slot_type: shift.slot_type,
        registrations: shift.registrations,
        total_slots: shift.total_slots,
        utilization_rate: (shift.total_slots > 0).then_some(rate),
    }
}
