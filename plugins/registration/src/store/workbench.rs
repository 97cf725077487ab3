//! What a doctor's day looks like: orders by state, and who was seen last.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::{self, Connection, from_row, params};

use crate::domain::{Day, DoctorId, OrderId, PatientId, Timestamp};

/// Orders of a day by state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Stats {
    /// Not yet at the hospital, or waiting for a slot.
    pub pending: i64,
    /// At the hospital.
    pub ongoing: i64,
    /// Seen.
    pub completed: i64,
    /// All of them.
    pub total: i64,
}

from_row!(Stats { pending, ongoing, completed, total });

/// Somebody whom the doctor has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The order.
    pub id: OrderId,
    /// The patient.
    pub patient_id: PatientId,
    /// The patient's name.
    pub patient_name: String,
    /// When.
    pub seen_at: Timestamp,
    /// What was found, if it was written down.
    pub diagnosis: Option<String>,
}

from_row!(Seen { id, patient_id, patient_name, seen_at, diagnosis });

/// The orders of a doctor's day.
pub fn stats(doctor: DoctorId, day: Day, within: &impl Connection) -> Result<Stats, sql::Error> {
    within.query_one(
        "SELECT COUNT(CASE WHEN status IN ('pending', 'waitlist') THEN 1 END) AS pending, \
         COUNT(CASE status WHEN 'confirmed' THEN 1 END) AS ongoing, \
         COUNT(CASE status WHEN 'completed' THEN 1 END) AS completed, COUNT(*) AS total \
         FROM appointment WHERE doctor_id = $1 AND day = $2 \
         AND status IN ('pending', 'waitlist', 'confirmed', 'completed')",
        &params![doctor, day],
    )
}

/// Whom a doctor has called or seen on a day, the last first.
pub fn recent(doctor: DoctorId, day: Day, limit: i64, within: &impl Connection) -> Result<Vec<Seen>, sql::Error> {
    within.query(
        "SELECT a.id, a.patient_id, p.name AS patient_name, COALESCE(v.visited_at, a.called_at) AS seen_at, v.diagnosis \
         FROM appointment a JOIN patient p ON p.id = a.patient_id LEFT JOIN visit v ON v.order_id = a.id \
         WHERE a.doctor_id = $1 AND a.day = $2 AND a.status IN ('completed', 'confirmed') \
         AND COALESCE(v.visited_at, a.called_at) IS NOT NULL \
         ORDER BY COALESCE(v.visited_at, a.called_at) DESC, a.id DESC LIMIT $3",
        &params![doctor, day, limit],
    )
}
