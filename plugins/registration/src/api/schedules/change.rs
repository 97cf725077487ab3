//! `PUT /admin/schedules/{schedule_id}`.

use ward_sdk::Path;
use ward_sdk::sql::{self, Transaction};

use super::create::{ScheduleBody, not_too_far, on_leave};
use super::shape::missing;
use crate::answer::{Answer, Done, done};
use crate::api::docs::Refusals;
use crate::api::{clinics as clinic, doctors as doctor};
use crate::clock::Now;
use crate::domain::timetable::MOST_SLOTS;
use crate::domain::{CancelReason, ClinicId, Day, DoctorId, Money, ScheduleId, ScheduleStatus, Section, SlotType};
use crate::failure::Failure;
use crate::input::{Amount, Body, Choice, Date, Fields, Int, Number, Read};
use crate::orders;
use crate::store::schedules::{self, Schedule, chain};
use crate::store::{clinics, doctors, leaves};

/// What to change; what is absent stays.
pub struct Change {
    doctor: Option<DoctorId>,
    clinic: Option<ClinicId>,
    day: Option<Day>,
    section: Option<Section>,
    slot_type: Option<SlotType>,
    status: Option<ScheduleStatus>,
    price: Option<Money>,
    total_slots: Option<i64>,
}

impl Read for Change {
    fn read(fields: &mut Fields) -> Option<Self> {
        let doctor = fields.optional("doctor_id", &Number(DoctorId));
        let clinic = fields.optional("clinic_id", &Number(ClinicId));
        let day = fields.optional("schedule_date", &Date);
        let section = fields.optional("time_section", &Choice::new());
        let slot_type = fields.optional("slot_type", &Choice::new());
        let status = fields.optional("status", &Choice::new());
        let price = fields.optional("price", &Amount::OR_LOOK_UP);
        let total_slots = fields.optional("total_slots", &Int::between(0, MOST_SLOTS));
        Some(Self {
            doctor: doctor?,
            clinic: clinic?,
            day: day?,
            section: section?,
            slot_type: slot_type?,
            status: status?,
            price: price?,
            total_slots: total_slots?,
        })
    }
}

impl Change {
    fn apply(&self, before: &Schedule) -> Schedule {
        Schedule {
            doctor_id: self.doctor.unwrap_or(before.doctor_id),
            clinic_id: self.clinic.unwrap_or(before.clinic_id),
            day: self.day.unwrap_or(before.day),
            section: self.section.unwrap_or(before.section),
            slot_type: self.slot_type.unwrap_or(before.slot_type),
            ..before.clone()
        }
    }
}

/// Change a schedule
///
/// Fewer slots than are booked are refused. 停诊 cancels what is booked, with a notice. Orders follow a
/// schedule that is moved.
#[utoipa::path(
    put, path = "/admin/schedules/{schedule_id}", operation_id = "update_schedule", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(("schedule_id" = i64, Path, description = "Number of the schedule")),
    request_body = ScheduleBody,
    responses((status = 200, description = "It is changed", body = Answer<Done>), Refusals)
)]
pub async fn update_schedule(
    now: Now,
    Path(id): Path<ScheduleId>,
    Body(change): Body<Change>,
) -> Result<Answer<Done>, Failure> {
    sql::transaction(|within| update(id, &change, &now, within))?;
    Ok(done("排班更新成功"))
}

fn update(id: ScheduleId, change: &Change, now: &Now, within: &Transaction) -> Result<(), Failure> {
    let before = schedules::find(id, within)?.ok_or_else(missing)?;
    let mut schedule = change.apply(&before);
    let moved = is_moved(&before, &schedule);
    if moved {
        place(&before, &mut schedule, now, within)?;
    }
    if let Some(price) = change.price {
        schedule.price = schedules::price(price, &chain(&schedule), schedule.slot_type, within)?;
    }
    schedules::update(&schedule, within)?;
    if moved {
        orders::follow(id, now, within)?;
    }
    if let Some(total) = change.total_slots.filter(|total| *total != before.total_slots) {
        orders::resize(id, total, now, within)?;
    }
    match change.status.filter(|status| *status != before.status) {
        Some(ScheduleStatus::Suspended) => orders::stop(id, CancelReason::Stopped, now, within).map(drop),
        Some(ScheduleStatus::Open) => orders::resume(id, within),
        None => Ok(()),
    }
}

fn is_moved(before: &Schedule, after: &Schedule) -> bool {
    let place = |schedule: &Schedule| (schedule.doctor_id, schedule.clinic_id, schedule.day, schedule.section);
    place(before) != place(after)
}

/// Checks the new place and time, and sees which department it is for.
fn place(before: &Schedule, after: &mut Schedule, now: &Now, within: &Transaction) -> Result<(), Failure> {
    let doctor = doctors::find(after.doctor_id, within)?.ok_or_else(doctor::missing)?;
    let clinic = clinics::find(after.clinic_id, within)?.ok_or_else(clinic::missing)?;
    if before.clinic_id != after.clinic_id {
        after.dept_id = clinic.dept_id.unwrap_or(doctor.dept_id);
    }
    if before.day != after.day {
        not_too_far(after.day, &chain(after), now, within)?;
    }
    if before.status == ScheduleStatus::Open && leaves::on_leave(doctor.id, after.day, after.section, within)? {
        return Err(on_leave(after.day, after.section));
    }
    schedules::no_conflict(after.doctor_id, after.day, after.section, Some(after.id), within)
}
