//! A patient in the queue, as the answers show one.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::Database;

use crate::access;
use crate::clock::Now;
use crate::domain::queue::label;
use crate::domain::{Day, DoctorId, OrderId, OrderStatus, PatientId, ScheduleId, Section, Timestamp, Word as _};
use crate::failure::Failure;
use crate::orders::Times;
use crate::store::queue::{self, Queued, Shift};

/// A patient in the queue.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QueuePatient {
    order_id: OrderId,
    patient_id: PatientId,
    patient_name: String,
    /// 男, 女, 其他 or 未知.
    gender: &'static str,
    age: Option<u32>,
    /// `A001`; absent while it waits for a slot.
    queue_number: Option<String>,
    status: OrderStatus,
    /// Whether the patient is being seen.
    is_call: bool,
    /// When it was last called.
    call_time: Option<String>,
    /// When the visit was completed; until then when the patient can expect it.
    visit_time: Option<String>,
    /// How often nobody came.
    pass_count: i64,
    /// The lower, the sooner.
    priority: i64,
}

/// A shift.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleInfo {
    schedule_id: ScheduleId,
    doctor_id: DoctorId,
    date: Day,
    time_section: Section,
}

impl From<&Shift> for ScheduleInfo {
    fn from(shift: &Shift) -> Self {
        Self { schedule_id: shift.id, doctor_id: shift.doctor_id, date: shift.day, time_section: shift.section }
    }
}

/// A patient of a shift with these times.
pub fn shown(queued: &Queued, times: &Times, now: &Now) -> QueuePatient {
    let order = &queued.order;
    let visit = order.completed_at.or_else(|| order.queue_number.map(|number| times.expected(number)));
    let spaced = |at: Option<Timestamp>| at.map(|at| now.local_spaced(at));
    QueuePatient {
        order_id: order.id,
        patient_id: order.patient,
        patient_name: queued.name.clone(),
        gender: queued.gender.map_or("未知", |gender| gender.word()),
        age: queued.birth_date.and_then(|birth| now.today.0.years_since(birth.0)),
        queue_number: order.queue_number.map(label),
        status: order.status,
        is_call: order.is_called,
        call_time: spaced(order.called_at),
        visit_time: spaced(visit),
        pass_count: order.pass_count,
        priority: order.priority,
    }
}

/// One order's patient.
pub fn of(id: OrderId, now: &Now) -> Result<QueuePatient, Failure> {
    let queued = queue::find(id, &Database)?.ok_or_else(|| Failure::missing("挂号记录不存在"))?;
    access::touch([queued.order.patient])?;
    let times = Times::of(&queued.order.place, now, &Database)?;
    Ok(shown(&queued, &times, now))
}

/// The doctor's own shift.
pub fn own_shift(id: ScheduleId, doctor: DoctorId) -> Result<Shift, Failure> {
    let shift = queue::shift(id, &Database)?.ok_or_else(|| Failure::missing("排班不存在"))?;
    if shift.doctor_id == doctor { Ok(shift) } else { Err(Failure::forbidden("无权操作该排班")) }
}
