//! Orders with the names that lists show.

use ward_sdk::sql::{self, Conditions, Connection, FromRow, Row};

use super::orders::{COLUMNS, Order};
use crate::domain::{AccountId, Day, OrderStatus, Page, PatientId, ScheduleId};

/// An order with its names.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The order.
    pub order: Order,
    /// Of the area.
    pub hospital_name: String,
    /// Of the department.
    pub department_name: String,
    /// Of the doctor.
    pub doctor_name: String,
    /// Of the doctor.
    pub doctor_title: String,
    /// Of the patient.
    pub patient_name: String,
}

impl FromRow for Listed {
    fn from_row(row: &Row) -> Result<Self, sql::Error> {
        Ok(Self {
            order: Order::from_row(row)?,
            hospital_name: row.get("hospital_name")?,
            department_name: row.get("department_name")?,
            doctor_name: row.get("doctor_name")?,
            doctor_title: row.get("doctor_title")?,
            patient_name: row.get("patient_name")?,
        })
    }
}

/// Which orders; what is absent makes no difference.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    /// Booked by this account.
    pub account: Option<AccountId>,
    /// Of this schedule.
    pub schedule: Option<ScheduleId>,
    /// For this patient.
    pub patient: Option<PatientId>,
    /// For this day.
    pub day: Option<Day>,
    /// In this state.
    pub status: Option<OrderStatus>,
    /// That have been on the waiting list.
    pub waitlisted: bool,
}

const NAMES: &str = "h.name AS hospital_name, m.name AS department_name, d.name AS doctor_name, \
     d.title AS doctor_title, p.name AS patient_name \
     FROM appointment a JOIN area h ON h.id = a.area_id JOIN minor_department m ON m.id = a.dept_id \
     JOIN doctor d ON d.id = a.doctor_id JOIN patient p ON p.id = a.patient_id";

/// How many there are, and a page of them, the newest first.
pub fn page(wanted: &Wanted, page: Page, within: &impl Connection) -> Result<(i64, Vec<Listed>), sql::Error> {
    let conditions = Conditions::new()
        .and("a.account = ?", wanted.account)
        .and("a.schedule_id = ?", wanted.schedule)
        .and("a.patient_id = ?", wanted.patient)
        .and("a.day = ?", wanted.day)
        .and("a.status = ?", wanted.status);
    let conditions = if wanted.waitlisted { conditions.always("a.waitlisted_at IS NOT NULL") } else { conditions };
    conditions.list("FROM appointment a", &format!("SELECT {COLUMNS}, {NAMES}"), "a.id DESC", page, within)
}
