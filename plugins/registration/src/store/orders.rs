//! Orders: their rows.

use ward_sdk::sql::{self, Connection, FromRow, Row, params};

use crate::domain::{
    AccountId, AreaId, CancelReason, ClinicId, Day, DoctorId, MinorId, Money, OrderId, OrderStatus, PatientId, Payment,
    ScheduleId, Section, SlotType, Source, Timestamp,
};

/// An order.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// Its number.
    pub id: OrderId,
    /// The number that clients show.
    pub order_no: String,
    /// Whom it is for.
    pub patient: PatientId,
    /// Who booked it.
    pub account: AccountId,
    /// What was booked.
    pub place: Place,
    /// What it costs, with the discount.
    pub price: Money,
    /// What the patient complains of.
    pub symptoms: Option<String>,
    /// Where it is in its life.
    pub status: OrderStatus,
    /// Whether it is paid.
    pub payment: Payment,
    /// Its number in the queue; none while it waits for a slot.
    pub queue_number: Option<i64>,
    /// Since when it waited or waits for a slot.
    pub waitlisted_at: Option<Timestamp>,
    /// Whether the patient is being seen.
    pub is_called: bool,
    /// When it was last called.
    pub called_at: Option<Timestamp>,
    /// How often nobody came when it was called.
    pub pass_count: i64,
    /// The lower, the sooner.
    pub priority: i64,
    /// When the patient was at the desk.
    pub checked_in_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the patient had been seen.
    pub completed_at: Option<Timestamp>,
}

/// A schedule as its orders copy it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The schedule.
    pub schedule: ScheduleId,
    /// Its doctor.
    pub doctor: DoctorId,
    /// Its clinic.
    pub clinic: ClinicId,
    /// Its department.
    pub dept: MinorId,
    /// The clinic's area.
    pub area: AreaId,
    /// Its day.
    pub day: Day,
    /// Its part of the day.
    pub section: Section,
    /// What its slots are sold as.
    pub slot_type: SlotType,
}

impl FromRow for Place {
    fn from_row(row: &Row) -> Result<Self, sql::Error> {
        Ok(Self {
            schedule: row.get("schedule_id")?,
            doctor: row.get("doctor_id")?,
            clinic: row.get("clinic_id")?,
            dept: row.get("dept_id")?,
            area: row.get("area_id")?,
            day: row.get("day")?,
            section: row.get("section")?,
            slot_type: row.get("slot_type")?,
        })
    }
}

impl FromRow for Order {
    fn from_row(row: &Row) -> Result<Self, sql::Error> {
        Ok(Self {
            id: row.get("id")?,
            order_no: row.get("order_no")?,
            patient: row.get("patient_id")?,
            account: row.get("account")?,
            place: Place::from_row(row)?,
            price: row.get("price")?,
            symptoms: row.get("symptoms")?,
            status: row.get("status")?,
            payment: row.get("payment")?,
            queue_number: row.get("queue_number")?,
            waitlisted_at: row.get("waitlisted_at")?,
            is_called: row.get("is_called")?,
            called_at: row.get("called_at")?,
            pass_count: row.get("pass_count")?,
            priority: row.get("priority")?,
            checked_in_at: row.get("checked_in_at")?,
            created_at: row.get("created_at")?,
            completed_at: row.get("completed_at")?,
        })
    }
}

/// An order to be.
#[derive(Clone, Debug)]
pub struct NewOrder {
    /// The number that clients show.
    pub order_no: String,
    /// Whom it is for.
    pub patient: PatientId,
    /// Who books.
    pub account: AccountId,
    /// What is booked.
    pub place: Place,
    /// What it costs.
    pub price: Money,
    /// What the patient complains of.
    pub symptoms: Option<String>,
    /// How it comes about.
    pub source: Source,
    /// Its number in the queue; none files it on the waiting list.
    pub queue_number: Option<i64>,
}

/// The columns of [`Order`], of the table `a`.
pub const COLUMNS: &str = "a.id AS id, a.order_no AS order_no, a.patient_id AS patient_id, a.account AS account, \
     a.schedule_id AS schedule_id, a.doctor_id AS doctor_id, a.clinic_id AS clinic_id, a.dept_id AS dept_id, \
     a.area_id AS area_id, a.day AS day, a.section AS section, a.slot_type AS slot_type, a.price AS price, \
     a.symptoms AS symptoms, a.status AS status, a.payment AS payment, a.queue_number AS queue_number, \
     a.waitlisted_at AS waitlisted_at, a.is_called AS is_called, a.called_at AS called_at, \
     a.pass_count AS pass_count, a.priority AS priority, a.checked_in_at AS checked_in_at, \
     a.created_at AS created_at, a.completed_at AS completed_at";

/// Adds an order.
pub fn insert(new: &NewOrder, now: Timestamp, within: &impl Connection) -> Result<OrderId, sql::Error> {
    let (status, waiting) = match new.queue_number {
        Some(_) => (OrderStatus::Pending, None),
        None => (OrderStatus::Waitlist, Some(now)),
    };
    let place = &new.place;
    let (id,) = within.query_one(
        "INSERT INTO appointment (order_no, patient_id, account, schedule_id, doctor_id, clinic_id, dept_id, \
         area_id, day, section, slot_type, price, symptoms, status, payment, source, queue_number, waitlisted_at, \
         is_called, pass_count, priority, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 0, 0, $20, $20) \
         RETURNING id",
        &params![
            new.order_no,
            new.patient,
            new.account,
            place.schedule,
            place.doctor,
            place.clinic,
            place.dept,
            place.area,
            place.day,
            place.section,
            place.slot_type,
            new.price,
            new.symptoms,
            status,
            Payment::Pending,
            new.source,
            new.queue_number,
            waiting,
            false,
            now
        ],
    )?;
    Ok(id)
}

/// An order.
pub fn find(id: OrderId, within: &impl Connection) -> Result<Option<Order>, sql::Error> {
    within.query_optional(&format!("SELECT {COLUMNS} FROM appointment a WHERE a.id = $1"), &params![id])
}

/// Calls an order off, if it is in one of the states that may be; tells whether it was.
pub fn cancel(
    id: OrderId,
    was: OrderStatus,
    why: CancelReason,
    now: Timestamp,
    within: &impl Connection,
) -> Result<bool, sql::Error> {
    let changed = within.execute(
        "UPDATE appointment SET status = 'cancelled', cancelled_at = $3, cancel_reason = $4, updated_at = $3, \
         is_called = $5, payment = CASE payment WHEN 'paid' THEN 'refunded' ELSE payment END \
         WHERE id = $1 AND status = $2",
        &params![id, was, now, why, false],
    )?;
    Ok(changed == 1)
}

/// Gives the first of a schedule's waiting list the slot with this number.
pub fn promote(id: OrderId, number: i64, now: Timestamp, within: &impl Connection) -> Result<bool, sql::Error> {
    let changed = within.execute(
        "UPDATE appointment SET status = 'pending', queue_number = $2, updated_at = $3 \
         WHERE id = $1 AND status = 'waitlist'",
        &params![id, number, now],
    )?;
    Ok(changed == 1)
}

/// The first of a schedule's waiting list.
pub fn first_waiting(schedule: ScheduleId, within: &impl Connection) -> Result<Option<Order>, sql::Error> {
    let statement = format!(
        "SELECT {COLUMNS} FROM appointment a WHERE a.schedule_id = $1 AND a.status = 'waitlist' ORDER BY a.id LIMIT 1"
    );
    within.query_optional(&statement, &params![schedule])
}

/// How many wait for a slot of a schedule before this order, itself included.
pub fn waiting_place(schedule: ScheduleId, order: OrderId, within: &impl Connection) -> Result<i64, sql::Error> {
    let (place,) = within.query_one(
        "SELECT COUNT(*) FROM appointment WHERE schedule_id = $1 AND status = 'waitlist' AND id <= $2",
        &params![schedule, order],
    )?;
    Ok(place)
}

/// All orders of a schedule from which something may still come, in the order in which they were made.
pub fn active(schedule: ScheduleId, within: &impl Connection) -> Result<Vec<Order>, sql::Error> {
    let statement = format!(
        "SELECT {COLUMNS} FROM appointment a \
         WHERE a.schedule_id = $1 AND a.status IN ('waitlist', 'pending', 'confirmed') ORDER BY a.id"
    );
    within.query(&statement, &params![schedule])
}

/// Whether an order of any kind, a request for one or a check-in points at a schedule.
pub fn any(schedule: ScheduleId, within: &impl Connection) -> Result<bool, sql::Error> {
    let found: Option<(i64,)> = within.query_optional(
        "SELECT id FROM appointment WHERE schedule_id = $1 UNION ALL \
         SELECT id FROM add_slot_audit WHERE schedule_id = $1 UNION ALL \
         SELECT id FROM attendance WHERE schedule_id = $1 LIMIT 1",
        &params![schedule],
    )?;
    Ok(found.is_some())
}

/// Whether a patient has an order from which something may still come.
pub fn open_of(patient: PatientId, within: &impl Connection) -> Result<bool, sql::Error> {
    let found: Option<(i64,)> = within.query_optional(
        "SELECT 1 FROM appointment \
         WHERE patient_id = $1 AND status IN ('waitlist', 'pending', 'confirmed') LIMIT 1",
        &params![patient],
    )?;
    Ok(found.is_some())
}

/// Writes the schedule's doctor, clinic, department, area, day and section into its orders again.
pub fn follow(schedule: ScheduleId, within: &impl Connection) -> Result<u64, sql::Error> {
    let place: Option<(DoctorId, ClinicId, MinorId, AreaId, Day, Section)> = within.query_optional(
        "SELECT s.doctor_id, s.clinic_id, s.dept_id, c.area_id, s.day, s.section \
         FROM schedule s JOIN clinic c ON c.id = s.clinic_id WHERE s.id = $1",
        &params![schedule],
    )?;
    let Some((doctor, clinic, dept, area, day, section)) = place else { return Ok(0) };
    within.execute(
        "UPDATE appointment SET doctor_id = $2, clinic_id = $3, dept_id = $4, area_id = $5, day = $6, section = $7 \
         WHERE schedule_id = $1",
        &params![schedule, doctor, clinic, dept, area, day, section],
    )
}

/// The patient came to the desk; tells whether the order was `pending`.
pub fn check_in(id: OrderId, payment: Payment, now: Timestamp, within: &impl Connection) -> Result<bool, sql::Error> {
    let changed = within.execute(
        "UPDATE appointment SET status = 'confirmed', checked_in_at = $2, payment = $3, updated_at = $2 \
         WHERE id = $1 AND status = 'pending'",
        &params![id, now, payment],
    )?;
    Ok(changed == 1)
}
