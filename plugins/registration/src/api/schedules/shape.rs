//! How schedules are shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Now;
use crate::domain::{ClinicId, ClinicType, Day, DoctorId, Money, ScheduleId, ScheduleStatus, Section, SlotType};
use crate::failure::Failure;
use crate::store::schedules::Detail;

/// A schedule.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Schedule)]
pub struct Shift {
    schedule_id: ScheduleId,
    doctor_id: DoctorId,
    doctor_name: String,
    clinic_id: ClinicId,
    clinic_name: String,
    clinic_type: ClinicType,
    date: Day,
    /// 一 to 日.
    week_day: &'static str,
    time_section: Section,
    slot_type: SlotType,
    total_slots: i64,
    remaining_slots: i64,
    status: ScheduleStatus,
    price: Money,
    create_time: String,
}

impl Shift {
    /// A schedule as lists show it.
    pub fn of(detail: Detail, now: &Now) -> Self {
        let Detail { schedule, doctor_name, clinic_name, clinic_type, .. } = detail;
        Self {
            schedule_id: schedule.id,
            doctor_id: schedule.doctor_id,
            doctor_name,
            clinic_id: schedule.clinic_id,
            clinic_name,
            clinic_type,
            date: schedule.day,
            week_day: schedule.day.weekday(),
            time_section: schedule.section,
            slot_type: schedule.slot_type,
            total_slots: schedule.total_slots,
            remaining_slots: schedule.remaining_slots,
            status: schedule.status,
            price: schedule.price,
            create_time: now.local(schedule.created_at),
        }
    }
}

/// Schedules.
#[derive(Debug, Serialize, ToSchema)]
pub struct Schedules<T> {
    /// In the order of their times.
    pub schedules: Vec<T>,
}

/// That there is no such schedule.
pub fn missing() -> Failure {
    Failure::missing("排班不存在")
}
