//! The counts of a schedule. Only these statements change them, each guarded, so that
//! `0 <= remaining <= total` and `total - remaining` is the number of orders that hold a slot.
//!
//! Whoever changes orders of a schedule updates the schedule's row first, if only with [`touch`]: so all
//! such transactions meet at that row and run one after the other.

use ward_sdk::sql::{self, Connection, params};

use crate::domain::{ScheduleId, ScheduleStatus};

/// Takes a slot and gives its queue number; nothing if none is free or the shift is not held.
pub fn take(schedule: ScheduleId, within: &impl Connection) -> Result<Option<i64>, sql::Error> {
    one(within.query_optional(
        "UPDATE schedule SET remaining_slots = remaining_slots - 1, queue_issued = queue_issued + 1 \
         WHERE id = $1 AND remaining_slots > 0 AND status = $2 RETURNING queue_issued",
        &params![schedule, ScheduleStatus::Open],
    ))
}

/// Gives slots back.
pub fn give_back(schedule: ScheduleId, slots: i64, within: &impl Connection) -> Result<bool, sql::Error> {
    let changed = within.execute(
        "UPDATE schedule SET remaining_slots = remaining_slots + $2 \
         WHERE id = $1 AND remaining_slots + $2 <= total_slots",
        &params![schedule, slots],
    )?;
    Ok(changed == 1)
}

/// Adds a slot that is taken at once, and gives its queue number; nothing if the shift is not held.
pub fn grow(schedule: ScheduleId, within: &impl Connection) -> Result<Option<i64>, sql::Error> {
    one(within.query_optional(
        "UPDATE schedule SET total_slots = total_slots + 1, queue_issued = queue_issued + 1 \
         WHERE id = $1 AND status = $2 RETURNING queue_issued",
        &params![schedule, ScheduleStatus::Open],
    ))
}

/// Sets the total and keeps what is taken; `false` if more is taken than that.
pub fn resize(schedule: ScheduleId, total: i64, within: &impl Connection) -> Result<bool, sql::Error> {
    let changed = within.execute(
        "UPDATE schedule SET total_slots = $2, remaining_slots = remaining_slots + ($2 - total_slots) \
         WHERE id = $1 AND remaining_slots + ($2 - total_slots) >= 0",
        &params![schedule, total],
    )?;
    Ok(changed == 1)
}

/// Holds the shift or does not; `false` if there is none.
pub fn set_status(schedule: ScheduleId, status: ScheduleStatus, within: &impl Connection) -> Result<bool, sql::Error> {
    let changed = within.execute("UPDATE schedule SET status = $2 WHERE id = $1", &params![schedule, status])?;
    Ok(changed == 1)
}

/// Changes nothing, but makes every other transaction on this schedule wait or run again.
pub fn touch(schedule: ScheduleId, within: &impl Connection) -> Result<bool, sql::Error> {
    let changed =
        within.execute("UPDATE schedule SET queue_issued = queue_issued WHERE id = $1", &params![schedule])?;
    Ok(changed == 1)
}

/// The same, if no slot is free and the shift is held.
pub fn touch_full(schedule: ScheduleId, within: &impl Connection) -> Result<bool, sql::Error> {
    let changed = within.execute(
        "UPDATE schedule SET queue_issued = queue_issued WHERE id = $1 AND remaining_slots = 0 AND status = $2",
        &params![schedule, ScheduleStatus::Open],
    )?;
    Ok(changed == 1)
}

fn one(row: Result<Option<(i64,)>, sql::Error>) -> Result<Option<i64>, sql::Error> {
    Ok(row?.map(|(number,)| number))
}
