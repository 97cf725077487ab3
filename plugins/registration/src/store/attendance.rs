//! Who came to which shift, and who did not.

use ward_sdk::sql::{self, Connection, from_row, params};

use crate::domain::attendance::{Presence, Spot};
use crate::domain::{Day, DoctorId, ScheduleId, Section, Timestamp};

/// Shifts that were to be held: neither suspended nor on a day or section of approved leave. A leave that was
/// approved after the shift was over leaves the shift open, and the doctor excused.
const HELD: &str = "s.status = '正常' AND NOT EXISTS (SELECT 1 FROM leave_audit l WHERE l.doctor_id = s.doctor_id \
    AND l.leave_day = s.day AND l.status = 'approved' AND (l.shift = 'full' \
    OR l.shift = CASE s.section WHEN '上午' THEN 'morning' WHEN '下午' THEN 'afternoon' ELSE 'night' END))";

/// When the doctor of a shift came and went.
pub fn presence(schedule: ScheduleId, within: &impl Connection) -> Result<Presence, sql::Error> {
    let found: Option<(Option<Timestamp>, Option<Timestamp>)> = within
        .query_optional("SELECT checkin_at, checkout_at FROM attendance WHERE schedule_id = $1", &params![schedule])?;
    Ok(found.map(|(checkin, checkout)| Presence { checkin, checkout }).unwrap_or_default())
}

/// Writes that the doctor came, the first time; tells whether it was.
pub fn check_in(
    schedule: ScheduleId,
    spot: Option<Spot>,
    now: Timestamp,
    within: &impl Connection,
) -> Result<bool, sql::Error> {
    let changed = within.execute(
        "INSERT INTO attendance (schedule_id, checkin_at, checkin_latitude, checkin_longitude) \
         VALUES ($1, $2, $3, $4) ON CONFLICT (schedule_id) DO NOTHING",
        &params![schedule, now, spot.map(|spot| spot.latitude), spot.map(|spot| spot.longitude)],
    )?;
    Ok(changed == 1)
}

/// Writes that the doctor went, the first time; tells whether it was.
pub fn check_out(
    schedule: ScheduleId,
    spot: Option<Spot>,
    now: Timestamp,
    within: &impl Connection,
) -> Result<bool, sql::Error> {
    let changed = within.execute(
        "UPDATE attendance SET checkout_at = $2, checkout_latitude = $3, checkout_longitude = $4 \
         WHERE schedule_id = $1 AND checkin_at IS NOT NULL AND checkout_at IS NULL",
        &params![schedule, now, spot.map(|spot| spot.latitude), spot.map(|spot| spot.longitude)],
    )?;
    Ok(changed == 1)
}

/// What was found of a day's absences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marked {
    /// Shifts that were to be held.
    pub total_schedules: i64,
    /// Absences that were marked now.
    pub absent_marked: i64,
    /// Absences that were marked before.
    pub already_marked: i64,
}

/// Marks the shifts of a past day to which nobody came.
pub fn mark_absent(day: Day, now: Timestamp, within: &impl Connection) -> Result<Marked, sql::Error> {
    let (total_schedules,) =
        within.query_one(&format!("SELECT COUNT(*) FROM schedule s WHERE s.day = $1 AND {HELD}"), &params![day])?;
    let (already_marked,) = within.query_one(
        "SELECT COUNT(a.marked_at) FROM schedule s JOIN attendance a ON a.schedule_id = s.id WHERE s.day = $1",
        &params![day],
    )?;
    let marked = within.execute(
        &format!(
            "INSERT INTO attendance (schedule_id, marked_at) SELECT s.id, CAST($2 AS BIGINT) FROM schedule s \
             WHERE s.day = $1 AND {HELD} AND NOT EXISTS (SELECT 1 FROM attendance a WHERE a.schedule_id = s.id) \
             ON CONFLICT (schedule_id) DO NOTHING"
        ),
        &params![day, now],
    )?;
    Ok(Marked { total_schedules, absent_marked: i64::try_from(marked).unwrap_or(i64::MAX), already_marked })
}

/// An absence.
#[derive(Clone, Debug, PartialEq)]
pub struct Absence {
    /// Its number.
    pub id: i64,
    /// Who did not come.
    pub doctor_id: DoctorId,
    /// The doctor's name.
    pub doctor_name: String,
    /// To which shift.
    pub schedule_id: ScheduleId,
    /// Its day.
    pub day: Day,
    /// The part of it.
    pub section: Section,
    /// The clinic's name.
    pub clinic_name: String,
    /// When it was marked.
    pub marked_at: Timestamp,
}

from_row!(Absence { id, doctor_id, doctor_name, schedule_id, day, section, clinic_name, marked_at });

/// A doctor's absences in a span.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The doctor.
    pub doctor_id: DoctorId,
    /// The doctor's name.
    pub doctor_name: String,
    /// Shifts to which the doctor did not come.
    pub absent_count: i64,
    /// Shifts that were to be held.
    pub total_schedules: i64,
}

from_row!(Summary { doctor_id, doctor_name, absent_count, total_schedules });

/// The absences from a day to another, the latest shifts first; at most 10,000.
pub fn absences(
    from: Day,
    to: Day,
    doctor: Option<DoctorId>,
    within: &impl Connection,
) -> Result<Vec<Absence>, sql::Error> {
    within.query(
        "SELECT a.id, s.doctor_id, d.name AS doctor_name, s.id AS schedule_id, s.day, s.section, \
         c.name AS clinic_name, a.marked_at FROM attendance a JOIN schedule s ON s.id = a.schedule_id \
         JOIN doctor d ON d.id = s.doctor_id JOIN clinic c ON c.id = s.clinic_id \
         WHERE s.day BETWEEN $1 AND $2 AND a.marked_at IS NOT NULL \
         AND (CAST($3 AS BIGINT) IS NULL OR s.doctor_id = $3) ORDER BY s.day DESC, a.id DESC LIMIT 10000",
        &params![from, to, doctor],
    )
}

/// The doctors who were absent from a day to another, those of most absences first.
pub fn summaries(
    from: Day,
    to: Day,
    doctor: Option<DoctorId>,
    within: &impl Connection,
) -> Result<Vec<Summary>, sql::Error> {
    within.query(
        &format!(
            "SELECT s.doctor_id, d.name AS doctor_name, COUNT(a.marked_at) AS absent_count, COUNT(*) AS total_schedules \
             FROM schedule s JOIN doctor d ON d.id = s.doctor_id LEFT JOIN attendance a ON a.schedule_id = s.id \
             WHERE s.day BETWEEN $1 AND $2 AND (a.marked_at IS NOT NULL OR ({HELD})) \
             AND (CAST($3 AS BIGINT) IS NULL OR s.doctor_id = $3) \
             GROUP BY s.doctor_id, d.name HAVING COUNT(a.marked_at) > 0 \
             ORDER BY COUNT(a.marked_at) DESC, s.doctor_id LIMIT 10000"
        ),
        &params![from, to, doctor],
    )
}
