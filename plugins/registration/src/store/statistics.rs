//! Counts and rankings over shifts and orders.
//!
//! A shift's `total_slots - remaining_slots` is always the number of its orders that hold a slot, that is all
//! but the cancelled and the waiting ones. So registrations and revenue are sums over shifts, of which there
//! are some per doctor and day; of the orders only those are counted whose patients were not seen.

use ward_sdk::sql::{self, Connection, from_row, params};

use crate::domain::{AreaId, Day, DoctorId, MinorId, Money, ScheduleId, Section, SlotType, Timestamp};

/// Days from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub start: Day,
    /// The last.
    pub end: Day,
}

/// Whose registrations are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All.
    Hospital,
    /// Those in clinics of an area.
    Area(AreaId),
    /// Those for a department.
    Department(MinorId),
    /// Those of a doctor.
    Doctor(DoctorId),
}

impl Scope {
    /// A condition on the shift `s`, with the parameter `$3`.
    fn shifts(self) -> (&'static str, i64) {
        match self {
            Self::Hospital => ("$3 = 0", 0),
            Self::Area(area) => ("s.clinic_id IN (SELECT id FROM clinic WHERE area_id = $3)", area.0),
            Self::Department(dept) => ("s.dept_id = $3", dept.0),
            Self::Doctor(doctor) => ("s.doctor_id = $3", doctor.0),
        }
    }

    /// The same on an order; nothing of an area, for which nobody asks who has been seen.
    fn orders(self) -> &'static str {
        match self {
            Self::Hospital => "$3 = 0",
            Self::Area(_) => "1 = 0",
            Self::Department(_) => "dept_id = $3",
            Self::Doctor(_) => "doctor_id = $3",
        }
    }
}

/// Registrations and what they bring in.
const SUMS: &str = "CAST(COALESCE(SUM(s.total_slots - s.remaining_slots), 0) AS BIGINT) AS registrations, \
    CAST(COALESCE(SUM((s.total_slots - s.remaining_slots) * s.price), 0) AS BIGINT) AS revenue";

/// Only shifts that somebody has booked.
const BOOKED: &str = "s.day BETWEEN $1 AND $2 AND s.remaining_slots < s.total_slots";

/// Registrations of one kind of slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BySlot {
    /// The kind.
    pub slot_type: SlotType,
    /// How many.
    pub registrations: i64,
    /// What they bring in.
    pub revenue: Money,
    /// Of all kinds: who was not seen, or not yet. Not counted of an area.
    pub unseen: i64,
}

from_row!(BySlot { slot_type, registrations, revenue, unseen });

/// Registrations by kind of slot.
pub fn by_slot(scope: Scope, days: Days, within: &impl Connection) -> Result<Vec<BySlot>, sql::Error> {
    let ((shifts, id), orders) = (scope.shifts(), scope.orders());
    within.query(
        &format!(
            "SELECT s.slot_type, {SUMS}, (SELECT COUNT(*) FROM appointment WHERE day BETWEEN $1 AND $2 \
             AND status IN ('pending', 'confirmed', 'no_show') AND {orders}) AS unseen \
             FROM schedule s WHERE {BOOKED} AND {shifts} GROUP BY s.slot_type"
        ),
        &params![days.start, days.end, id],
    )
}

/// A department's registrations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByDepartment {
    /// The department.
    pub dept_id: MinorId,
    /// Its name.
    pub dept_name: String,
    /// How many.
    pub registrations: i64,
    /// What they bring in.
    pub revenue: Money,
}

from_row!(ByDepartment { dept_id, dept_name, registrations, revenue });

/// What a ranking is ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderBy {
    /// How many.
    Registrations,
    /// What they bring in.
    Revenue,
}

crate::domain::words! {
    OrderBy { Registrations = "registrations", Revenue = "revenue" }
}

impl OrderBy {
    fn columns(self) -> &'static str {
        match self {
            Self::Registrations => "registrations DESC, revenue DESC",
            Self::Revenue => "revenue DESC, registrations DESC",
        }
    }
}

/// Departments by their registrations, the first ones first.
pub fn departments(
    scope: Scope,
    days: Days,
    order: OrderBy,
    limit: i64,
    within: &impl Connection,
) -> Result<Vec<ByDepartment>, sql::Error> {
    let (condition, id) = scope.shifts();
    let columns = order.columns();
    within.query(
        &format!(
            "SELECT t.dept_id, m.name AS dept_name, t.registrations, t.revenue FROM \
             (SELECT s.dept_id, {SUMS} FROM schedule s WHERE {BOOKED} AND {condition} GROUP BY s.dept_id) t \
             JOIN minor_department m ON m.id = t.dept_id ORDER BY {columns}, t.dept_id LIMIT $4"
        ),
        &params![days.start, days.end, id, limit],
    )
}

/// A doctor's registrations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByDoctor {
    /// The doctor.
    pub doctor_id: DoctorId,
    /// The doctor's name.
    pub doctor_name: String,
    /// The doctor's title.
    pub title: String,
    /// The doctor's department.
    pub dept_name: String,
    /// How many.
    pub registrations: i64,
    /// What they bring in.
    pub revenue: Money,
}

from_row!(ByDoctor { doctor_id, doctor_name, title, dept_name, registrations, revenue });

/// Doctors by their registrations, the first ones first.
pub fn doctors(
    scope: Scope,
    days: Days,
    order: OrderBy,
    limit: i64,
    within: &impl Connection,
) -> Result<Vec<ByDoctor>, sql::Error> {
    let (condition, id) = scope.shifts();
    let columns = order.columns();
    within.query(
        &format!(
            "SELECT t.doctor_id, d.name AS doctor_name, d.title, m.name AS dept_name, t.registrations, t.revenue FROM \
             (SELECT s.doctor_id, {SUMS} FROM schedule s WHERE {BOOKED} AND {condition} GROUP BY s.doctor_id) t \
             JOIN doctor d ON d.id = t.doctor_id JOIN minor_department m ON m.id = d.dept_id \
             ORDER BY {columns}, t.doctor_id LIMIT $4"
        ),
        &params![days.start, days.end, id, limit],
    )
}

/// A shift's registrations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByShift {
    /// The shift.
    pub schedule_id: ScheduleId,
    /// The clinic's name.
    pub clinic_name: String,
    /// Its day.
    pub day: Day,
    /// The part of it.
    pub section: Section,
    /// What its slots are sold as.
    pub slot_type: SlotType,
    /// How many.
    pub registrations: i64,
    /// Slots in all.
    pub total_slots: i64,
}

from_row!(ByShift { schedule_id, clinic_name, day, section, slot_type, registrations, total_slots });

/// A doctor's shifts, booked or not, in their order.
pub fn shifts(doctor: DoctorId, days: Days, within: &impl Connection) -> Result<Vec<ByShift>, sql::Error> {
    within.query(
        "SELECT s.id AS schedule_id, c.name AS clinic_name, s.day, s.section, s.slot_type, \
         s.total_slots - s.remaining_slots AS registrations, s.total_slots \
         FROM schedule s JOIN clinic c ON c.id = s.clinic_id \
         WHERE s.doctor_id = $1 AND s.day BETWEEN $2 AND $3 \
         ORDER BY s.day, CASE s.section WHEN '上午' THEN 1 WHEN '下午' THEN 2 ELSE 3 END",
        &params![doctor, days.start, days.end],
    )
}

/// How many accounts there are.
pub fn users(within: &impl Connection) -> Result<i64, sql::Error> {
    let (count,) = within.query_one("SELECT COUNT(*) FROM member WHERE deleted_at IS NULL", &params![])?;
    Ok(count)
}

/// How many sign-ins there have been, and how many of them before a moment.
pub fn visits(before: Timestamp, within: &impl Connection) -> Result<(i64, i64), sql::Error> {
    within.query_one("SELECT COUNT(*), COUNT(CASE WHEN at < $1 THEN 1 END) FROM sign_in", &params![before])
}
