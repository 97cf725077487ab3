//! The queue of a schedule.

use ward_sdk::sql::{self, Connection, FromRow, Row, from_row, params};

use super::orders::{COLUMNS, Order};
use crate::domain::{Day, DoctorId, Gender, OrderId, PatientId, ScheduleId, Section, Timestamp};

/// The patient who is being seen.
pub fn current(schedule: ScheduleId, within: &impl Connection) -> Result<Option<OrderId>, sql::Error> {
    first(within.query_optional(
        "SELECT id FROM appointment WHERE schedule_id = $1 AND status = 'confirmed' AND is_called = $2 ORDER BY id LIMIT 1",
        &params![schedule, true],
    ))
}

/// Who comes next: by priority, then those not yet passed over, then by number. Not the one named.
pub fn next(
    schedule: ScheduleId,
    but: Option<OrderId>,
    within: &impl Connection,
) -> Result<Option<OrderId>, sql::Error> {
    first(within.query_optional(
        "SELECT id FROM appointment WHERE schedule_id = $1 AND status IN ('pending', 'confirmed') AND is_called = $2 \
         AND id <> $3 ORDER BY priority, pass_count, queue_number, id LIMIT 1",
        &params![schedule, false, but.map_or(0, |but| but.0)],
    ))
}

fn first(row: Result<Option<(OrderId,)>, sql::Error>) -> Result<Option<OrderId>, sql::Error> {
    Ok(row?.map(|(id,)| id))
}

/// Calls a patient who waits.
pub fn call(id: OrderId, now: Timestamp, within: &impl Connection) -> Result<bool, sql::Error> {
    let changed = within.execute(
        "UPDATE appointment SET status = 'confirmed', is_called = $2, called_at = $3, updated_at = $3 \
         WHERE id = $1 AND status IN ('pending', 'confirmed')",
        &params![id, true, now],
    )?;
    Ok(changed == 1)
}

/// Puts a patient who was called back into the queue.
pub fn pass(id: OrderId, now: Timestamp, within: &impl Connection) -> Result<bool, sql::Error> {
    let changed = within.execute(
        "UPDATE appointment SET is_called = $2, pass_count = pass_count + 1, updated_at = $3 \
         WHERE id = $1 AND status = 'confirmed' AND is_called = $4",
        &params![id, false, now, true],
    )?;
    Ok(changed == 1)
}

/// Ends a consultation.
pub fn complete(id: OrderId, now: Timestamp, within: &impl Connection) -> Result<bool, sql::Error> {
    let changed = within.execute(
        "UPDATE appointment SET status = 'completed', is_called = $2, completed_at = $3, updated_at = $3 \
         WHERE id = $1 AND status = 'confirmed'",
        &params![id, false, now],
    )?;
    Ok(changed == 1)
}

/// The order of a patient in a schedule that is not called off.
pub fn of_patient(
    schedule: ScheduleId,
    patient: PatientId,
    within: &impl Connection,
) -> Result<Option<OrderId>, sql::Error> {
    first(within.query_optional(
        "SELECT id FROM appointment WHERE schedule_id = $1 AND patient_id = $2 AND status <> 'cancelled'",
        &params![schedule, patient],
    ))
}

/// A shift as its queue names it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shift {
    /// The schedule.
    pub id: ScheduleId,
    /// Whose it is.
    pub doctor_id: DoctorId,
    /// Its day.
    pub day: Day,
    /// Its part of the day.
    pub section: Section,
    /// Its slots.
    pub total_slots: i64,
}
from_row!(Shift { id, doctor_id, day, section, total_slots });

/// A shift.
pub fn shift(id: ScheduleId, within: &impl Connection) -> Result<Option<Shift>, sql::Error> {
    within.query_optional("SELECT id, doctor_id, day, section, total_slots FROM schedule WHERE id = $1", &params![id])
}

/// An order and who it is for.
#[derive(Clone, Debug, PartialEq)]
pub struct Queued {
    /// The order.
    pub order: Order,
    /// The patient's name.
    pub name: String,
    /// The patient's gender.
    pub gender: Option<Gender>,
    /// When the patient was born.
    pub birth_date: Option<Day>,
}

impl FromRow for Queued {
    fn from_row(row: &Row) -> Result<Self, sql::Error> {
        Ok(Self {
            order: Order::from_row(row)?,
            name: row.get("name")?,
            gender: row.get("gender")?,
            birth_date: row.get("birth_date")?,
        })
    }
}

const PERSON: &str = "p.name AS name, p.gender AS gender, p.birth_date AS birth_date \
     FROM appointment a JOIN patient p ON p.id = a.patient_id";

/// All orders of a schedule that were not called off, in the order in which they are called.
pub fn of_schedule(schedule: ScheduleId, within: &impl Connection) -> Result<Vec<Queued>, sql::Error> {
    let statement = format!(
        "SELECT {COLUMNS}, {PERSON} WHERE a.schedule_id = $1 AND a.status <> 'cancelled' \
         ORDER BY a.priority, a.pass_count, a.queue_number, a.id"
    );
    within.query(&statement, &params![schedule])
}

/// One order.
pub fn find(id: OrderId, within: &impl Connection) -> Result<Option<Queued>, sql::Error> {
    within.query_optional(&format!("SELECT {COLUMNS}, {PERSON} WHERE a.id = $1"), &params![id])
}
