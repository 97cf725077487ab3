//! Schedules (排班): a doctor's shift in a clinic, and its slots.
//!
//! Slots are counted in one place, [`super::slots`]; a new shift has all of its slots left.

use ward_sdk::sql::{self, Conditions, Connection, FromRow, Row, from_row, params};

use super::clinics::Clinic;
use super::config::Chain;
use super::doctors::Doctor;
use super::prices;
use crate::domain::{
    AreaId, ClinicId, ClinicType, Day, DoctorId, MinorId, Money, ScheduleId, ScheduleStatus, Section, SlotType,
    Timestamp, Word as _,
};
use crate::failure::Failure;

/// A shift.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// Its number.
    pub id: ScheduleId,
    /// Who sees patients.
    pub doctor_id: DoctorId,
    /// Where.
    pub clinic_id: ClinicId,
    /// For which department; it stays when the doctor moves to another.
    pub dept_id: MinorId,
    /// On which day.
    pub day: Day,
    /// In which part of it.
    pub section: Section,
    /// What its slots are sold as.
    pub slot_type: SlotType,
    /// Whether it is held.
    pub status: ScheduleStatus,
    /// Of a slot, without a discount.
    pub price: Money,
    /// Slots in all.
    pub total_slots: i64,
    /// Slots that can still be booked.
    pub remaining_slots: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

from_row!(Schedule {
    id,
    doctor_id,
    clinic_id,
    dept_id,
    day,
    section,
    slot_type,
    status,
    price,
    total_slots,
    remaining_slots,
    created_at,
});

/// A shift with the names of what it refers to.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    /// The shift.
    pub schedule: Schedule,
    /// The doctor's name.
    pub doctor_name: String,
    /// The doctor's title.
    pub doctor_title: String,
    /// The clinic's name.
    pub clinic_name: String,
    /// The clinic's kind.
    pub clinic_type: ClinicType,
    /// Where the clinic lies.
    pub area_id: AreaId,
    /// The department's name.
    pub dept_name: String,
}

impl FromRow for Detail {
    fn from_row(row: &Row) -> Result<Self, sql::Error> {
        Ok(Self {
            schedule: Schedule::from_row(row)?,
            doctor_name: row.get("doctor_name")?,
            doctor_title: row.get("doctor_title")?,
            clinic_name: row.get("clinic_name")?,
            clinic_type: row.get("clinic_type")?,
            area_id: row.get("area_id")?,
            dept_name: row.get("dept_name")?,
        })
    }
}

/// A shift to be.
#[derive(Clone, Debug, PartialEq)]
pub struct NewSchedule {
    /// Who sees patients.
    pub doctor_id: DoctorId,
    /// Where.
    pub clinic_id: ClinicId,
    /// On which day.
    pub day: Day,
    /// In which part of it.
    pub section: Section,
    /// What its slots are sold as.
    pub slot_type: SlotType,
    /// Whether it is held.
    pub status: ScheduleStatus,
    /// Of a slot; looked up where it is not positive.
    pub price: Money,
    /// Slots.
    pub total_slots: i64,
}

/// Which shifts are asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    from: Day,
    to: Day,
    doctor: Option<DoctorId>,
    clinic: Option<ClinicId>,
    dept: Option<MinorId>,
    area: Option<AreaId>,
}

impl Asked {
    /// All shifts from a day to another, both included.
    #[must_use]
    pub fn between(from: Day, to: Day) -> Self {
        Self { from, to, doctor: None, clinic: None, dept: None, area: None }
    }

    /// Only those of a doctor.
    #[must_use]
    pub fn of_doctor(self, doctor: DoctorId) -> Self {
        Self { doctor: Some(doctor), ..self }
    }

    /// Only those in a clinic.
    #[must_use]
    pub fn of_clinic(self, clinic: ClinicId) -> Self {
        Self { clinic: Some(clinic), ..self }
    }

    /// Only those for a department.
    #[must_use]
    pub fn of_department(self, dept: MinorId) -> Self {
        Self { dept: Some(dept), ..self }
    }

    /// Only those in an area.
    #[must_use]
    pub fn in_area(self, area: Option<AreaId>) -> Self {
        Self { area, ..self }
    }
}

/// The most shifts of one answer.
const MOST: usize = 9_999;

const COLUMNS: &str = "id, doctor_id, clinic_id, dept_id, day, section, slot_type, status, price, total_slots, \
    remaining_slots, created_at";

const DETAIL: &str = "SELECT s.id, s.doctor_id, s.clinic_id, s.dept_id, s.day, s.section, s.slot_type, s.status, s.price, \
    s.total_slots, s.remaining_slots, s.created_at, d.name AS doctor_name, d.title AS doctor_title, \
    c.name AS clinic_name, c.clinic_type, c.area_id, m.name AS dept_name \
    FROM schedule s JOIN doctor d ON d.id = s.doctor_id JOIN clinic c ON c.id = s.clinic_id \
    JOIN minor_department m ON m.id = s.dept_id";

/// The parts of a day in their order.
const ORDER: &str = "s.day, CASE s.section WHEN '上午' THEN 1 WHEN '下午' THEN 2 ELSE 3 END, s.id LIMIT 10000";

/// One shift.
pub fn find(id: ScheduleId, within: &impl Connection) -> Result<Option<Schedule>, sql::Error> {
    within.query_optional(&format!("SELECT {COLUMNS} FROM schedule WHERE id = $1"), &params![id])
}

/// The doctor's shift in a part of a day.
pub fn at(
    doctor: DoctorId,
    day: Day,
    section: Section,
    within: &impl Connection,
) -> Result<Option<Schedule>, sql::Error> {
    let statement = format!("SELECT {COLUMNS} FROM schedule WHERE doctor_id = $1 AND day = $2 AND section = $3");
    within.query_optional(&statement, &params![doctor, day, section])
}

/// One shift with its names.
pub fn detail(id: ScheduleId, within: &impl Connection) -> Result<Option<Detail>, sql::Error> {
    within.query_optional(&format!("{DETAIL} WHERE s.id = $1"), &params![id])
}

/// Shifts in the order of their times.
pub fn list(asked: &Asked, within: &impl Connection) -> Result<Vec<Detail>, Failure> {
    let conditions = Conditions::new()
        .and("s.day >= ?", Some(asked.from))
        .and("s.day <= ?", Some(asked.to))
        .and("s.doctor_id = ?", asked.doctor)
        .and("s.clinic_id = ?", asked.clinic)
        .and("s.dept_id = ?", asked.dept)
        .and("c.area_id = ?", asked.area);
    let (statement, parameters) = conditions.all(DETAIL, ORDER);
    let found: Vec<Detail> = within.query(&statement, &parameters)?;
    if found.len() > MOST { Err(Failure::refused("排班过多，请缩小日期范围")) } else { Ok(found) }
}

/// The levels at which configuration and prices of a shift are looked up.
#[must_use]
pub fn chain(schedule: &Schedule) -> Chain {
    Chain { doctor: Some(schedule.doctor_id), clinic: Some(schedule.clinic_id), minor: Some(schedule.dept_id) }
}

/// What a slot costs: `asked`, or, where that is not positive, what the hierarchy says.
pub fn price(asked: Money, chain: &Chain, slot_type: SlotType, within: &impl Connection) -> Result<Money, Failure> {
    if asked.is_positive() { Ok(asked) } else { Ok(prices::lookup(chain, slot_type, within)?) }
}

/// Adds a shift of a doctor in a clinic, unless the doctor has one at that time.
pub fn insert(
    new: &NewSchedule,
    doctor: &Doctor,
    clinic: &Clinic,
    now: Timestamp,
    within: &impl Connection,
) -> Result<Schedule, Failure> {
    no_conflict(doctor.id, new.day, new.section, None, within)?;
    let dept = clinic.dept_id.unwrap_or(doctor.dept_id);
    let chain = Chain { doctor: Some(doctor.id), clinic: Some(clinic.id), minor: Some(dept) };
    let price = price(new.price, &chain, new.slot_type, within)?;
    let statement = format!(
        "INSERT INTO schedule (doctor_id, clinic_id, dept_id, day, section, slot_type, status, price, total_slots, \
         remaining_slots, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10) RETURNING {COLUMNS}"
    );
    let parameters = params![
        doctor.id,
        clinic.id,
        dept,
        new.day,
        new.section,
        new.slot_type,
        new.status,
        price,
        new.total_slots,
        now
    ];
    match within.query_one(&statement, &parameters) {
        // Made by another request in the meantime.
        Err(sql::Error::Unique(_)) => Err(taken(new.day, new.section)),
        result => Ok(result?),
    }
}

/// Refuses a time at which a doctor has another shift than `own`.
pub fn no_conflict(
    doctor: DoctorId,
    day: Day,
    section: Section,
    own: Option<ScheduleId>,
    within: &impl Connection,
) -> Result<(), Failure> {
    match at(doctor, day, section, within)?.filter(|other| Some(other.id) != own) {
        Some(other) => Err(conflict(day, section, other.id)),
        None => Ok(()),
    }
}

fn conflict(day: Day, section: Section, other: ScheduleId) -> Failure {
    Failure::business(format!("该医生在 {day} {} 已有排班(ID: {other})", section.word()))
}

fn taken(day: Day, section: Section) -> Failure {
    Failure::business(format!("该医生在 {day} {} 已有排班", section.word()))
}

/// Writes what a shift became; slots and status are changed elsewhere.
pub fn update(schedule: &Schedule, within: &impl Connection) -> Result<(), Failure> {
    let written = within.execute(
        "UPDATE schedule SET doctor_id = $2, clinic_id = $3, dept_id = $4, day = $5, section = $6, slot_type = $7, \
         price = $8 WHERE id = $1",
        &params![
            schedule.id,
            schedule.doctor_id,
            schedule.clinic_id,
            schedule.dept_id,
            schedule.day,
            schedule.section,
            schedule.slot_type,
            schedule.price
        ],
    );
    match written {
        Err(sql::Error::Unique(_)) => Err(taken(schedule.day, schedule.section)),
        result => Ok(result.map(drop)?),
    }
}

/// Erases a shift; nothing may point at it.
pub fn delete(id: ScheduleId, within: &impl Connection) -> Result<(), sql::Error> {
    within.execute("DELETE FROM schedule WHERE id = $1", &params![id])?;
    Ok(())
}

/// The shifts of a doctor from a day on that are held.
pub fn held_from(doctor: DoctorId, day: Day, within: &impl Connection) -> Result<Vec<ScheduleId>, sql::Error> {
    let statement =
        "SELECT id FROM schedule WHERE doctor_id = $1 AND day >= $2 AND status = $3 ORDER BY id LIMIT 10000";
    let rows: Vec<(ScheduleId,)> = within.query(statement, &params![doctor, day, ScheduleStatus::Open])?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
