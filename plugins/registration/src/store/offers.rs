//! A schedule as a booking needs it, and what the patient booked before.

use ward_sdk::sql::{self, Connection, FromRow, Row, params};

use super::orders::Place;
use crate::domain::{AccountId, Day, Money, PatientId, PatientType, ScheduleId, ScheduleStatus, Timestamp};

/// What is on offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The schedule.
    pub place: Place,
    /// Whether it is held.
    pub status: ScheduleStatus,
    /// The price of a slot.
    pub price: Money,
    /// Slots.
    pub total: i64,
    /// Slots that are free.
    pub remaining: i64,
}

impl FromRow for Offer {
    fn from_row(row: &Row) -> Result<Self, sql::Error> {
        Ok(Self {
            place: Place::from_row(row)?,
            status: row.get("status")?,
            price: row.get("price")?,
            total: row.get("total_slots")?,
            remaining: row.get("remaining_slots")?,
        })
    }
}

/// A schedule.
pub fn find(schedule: ScheduleId, within: &impl Connection) -> Result<Option<Offer>, sql::Error> {
    within.query_optional(
        "SELECT s.id AS schedule_id, s.doctor_id AS doctor_id, s.clinic_id AS clinic_id, s.dept_id AS dept_id, \
         c.area_id AS area_id, s.day AS day, s.section AS section, s.slot_type AS slot_type, s.status AS status, \
         s.price AS price, s.total_slots AS total_slots, s.remaining_slots AS remaining_slots \
         FROM schedule s JOIN clinic c ON c.id = s.clinic_id WHERE s.id = $1",
        &params![schedule],
    )
}

/// What a booking asks about the patient.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// The patient.
    pub patient: PatientId,
    /// Who books.
    pub account: AccountId,
    /// What is to be booked.
    pub place: Place,
    /// Orders made from here on count for the period's limit.
    pub period_from: Timestamp,
    /// So many days around the schedule's are too near.
    pub interval: i64,
    /// No-shows from this day on count.
    pub no_shows_from: Day,
    /// Today.
    pub today: Day,
    /// How many orders back a burst begins.
    pub burst: u32,
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Whose person it is.
    pub owner: AccountId,
    /// What the patient is to the university.
    pub patient_type: PatientType,
    /// Whether the owner has taken it off the list.
    pub removed: bool,
    /// How many bookings the guard has counted.
    pub version: i64,
    /// Orders for this schedule.
    pub same_schedule: u32,
    /// Orders made in the period.
    pub in_period: u32,
    /// Orders in the department that are too near.
    pub near: u32,
    /// No-shows.
    pub no_shows: u32,
    /// Orders up to today that are still open: nobody may have come.
    pub due: u32,
    /// When the account made the order with which a burst would begin.
    pub burst_from: Option<Timestamp>,
    /// When a burst was last noted.
    pub burst_noted: Option<Timestamp>,
}

sql::from_row!(Facts {
    owner,
    patient_type,
    removed,
    version,
    same_schedule,
    in_period,
    near,
    no_shows,
    due,
    burst_from,
    burst_noted,
});

/// One statement, so that all of it is true at one moment; the version tells later whether it still is.
const FACTS: &str = "SELECT p.owner AS owner, p.patient_type AS patient_type, \
     p.removed_at IS NOT NULL AS removed, \
     COALESCE((SELECT g.version FROM booking_guard g WHERE g.patient_id = p.id), 0) AS version, \
     (SELECT COUNT(*) FROM appointment a WHERE a.patient_id = p.id AND a.schedule_id = $2 \
        AND a.status <> 'cancelled') AS same_schedule, \
     (SELECT COUNT(*) FROM appointment a WHERE a.patient_id = p.id AND a.created_at >= $3 \
        AND a.status <> 'cancelled') AS in_period, \
     (SELECT COUNT(*) FROM appointment a WHERE a.patient_id = p.id AND a.dept_id = $4 \
        AND a.day > $5 AND a.day < $6 AND a.status <> 'cancelled') AS near, \
     (SELECT COUNT(*) FROM appointment a WHERE a.patient_id = p.id AND a.day >= $7 AND a.status = 'no_show' \
        AND a.checked_in_at IS NULL) AS no_shows, \
     (SELECT COUNT(*) FROM appointment a WHERE a.patient_id = p.id AND a.status IN ('pending', 'confirmed') \
        AND a.is_called = $8 AND a.day <= $9) AS due, \
     (SELECT a.created_at FROM appointment a WHERE a.account = $10 ORDER BY a.id DESC LIMIT 1 OFFSET $11) \
        AS burst_from, \
     (SELECT MAX(e.at) FROM risk_event e WHERE e.account = $10 AND e.behavior_type = 'booking_burst') AS burst_noted \
     FROM patient p WHERE p.id = $1";

/// What there is about the patient, if there is one.
pub fn facts(asked: &Question, within: &impl Connection) -> Result<Option<Facts>, sql::Error> {
    let day = asked.place.day.number();
    within.query_optional(
        FACTS,
        &params![
            asked.patient,
            asked.place.schedule,
            asked.period_from,
            asked.place.dept,
            day.saturating_sub(asked.interval),
            day.saturating_add(asked.interval),
            asked.no_shows_from,
            false,
            asked.today,
            asked.account,
            i64::from(asked.burst.saturating_sub(2))
        ],
    )
}

/// Counts a booking of the patient, unless another was counted since `version` was read.
pub fn advance(patient: PatientId, version: i64, within: &impl Connection) -> Result<bool, sql::Error> {
    let changed = within.execute(
        "INSERT INTO booking_guard (patient_id, version) VALUES ($1, 1) \
         ON CONFLICT (patient_id) DO UPDATE SET version = booking_guard.version + 1 \
         WHERE booking_guard.version = $2",
        &params![patient, version],
    )?;
    Ok(changed == 1)
}
