//! Clinics (门诊): where doctors see patients.

use ward_sdk::sql::{self, Conditions, Connection, FromRow, Row, from_row, params};

use super::prices::Prices;
use crate::domain::{AreaId, ClinicId, ClinicType, Day, MinorId, Page, Timestamp};

/// A clinic.
#[derive(Clone, Debug, PartialEq)]
pub struct Clinic {
    /// Its number.
    pub id: ClinicId,
    /// Where it lies.
    pub area_id: AreaId,
    /// What it belongs to; an imported timetable may not tell.
    pub dept_id: Option<MinorId>,
    /// Its name.
    pub name: String,
    /// Where in the area; may be empty.
    pub address: String,
    /// Its kind.
    pub clinic_type: ClinicType,
    /// When it was made.
    pub created_at: Timestamp,
}

from_row!(Clinic { id, area_id, dept_id, name, address, clinic_type, created_at });

/// A clinic to be.
#[derive(Clone, Debug, PartialEq)]
pub struct NewClinic {
    /// Where it lies.
    pub area_id: AreaId,
    /// What it belongs to.
    pub dept_id: Option<MinorId>,
    /// Its name.
    pub name: String,
    /// Where in the area; may be empty.
    pub address: String,
    /// Its kind.
    pub clinic_type: ClinicType,
}

/// A clinic in a list, with the prices it sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The clinic.
    pub clinic: Clinic,
    /// What it sets.
    pub prices: Prices,
}

impl FromRow for Listed {
    fn from_row(row: &Row) -> Result<Self, sql::Error> {
        Ok(Self { clinic: Clinic::from_row(row)?, prices: Prices::of_row(row)? })
    }
}

const COLUMNS: &str = "id, area_id, dept_id, name, address, clinic_type, created_at";

/// One clinic, unless it is deleted.
pub fn find(id: ClinicId, within: &impl Connection) -> Result<Option<Clinic>, sql::Error> {
    let statement = format!("SELECT {COLUMNS} FROM clinic WHERE id = $1 AND deleted_at IS NULL");
    within.query_optional(&statement, &params![id])
}

/// The clinics of a department, in the order of their numbers.
pub fn of_department(dept: MinorId, within: &impl Connection) -> Result<Vec<Clinic>, sql::Error> {
    let statement =
        format!("SELECT {COLUMNS} FROM clinic WHERE dept_id = $1 AND deleted_at IS NULL ORDER BY id LIMIT 10000");
    within.query(&statement, &params![dept])
}

/// The first clinic of this name in an area.
pub fn named(area: AreaId, name: &str, within: &impl Connection) -> Result<Option<Clinic>, sql::Error> {
    let statement = format!(
        "SELECT {COLUMNS} FROM clinic WHERE area_id = $1 AND name = $2 AND deleted_at IS NULL ORDER BY id LIMIT 1"
    );
    within.query_optional(&statement, &params![area, name])
}

/// Clinics in the order of their numbers, and how many there are in all.
pub fn list(
    dept: Option<MinorId>,
    area: Option<AreaId>,
    page: Page,
    within: &impl Connection,
) -> Result<(i64, Vec<Listed>), sql::Error> {
    const SELECT: &str = "SELECT t.id, t.area_id, t.dept_id, t.name, t.address, t.clinic_type, t.created_at, \
        p.normal, p.expert, p.special \
        FROM clinic t LEFT JOIN price p ON p.scope_type = 'CLINIC' AND p.scope_id = t.id";
    let asked = Conditions::new().always("t.deleted_at IS NULL").and("t.dept_id = ?", dept).and("t.area_id = ?", area);
    asked.list("FROM clinic t", SELECT, "t.id", page, within)
}

/// Adds a clinic.
pub fn insert(new: &NewClinic, now: Timestamp, within: &impl Connection) -> Result<Clinic, sql::Error> {
    let statement = format!(
        "INSERT INTO clinic (area_id, dept_id, name, address, clinic_type, created_at) VALUES ($1, $2, $3, $4, $5, $6) \
         RETURNING {COLUMNS}"
    );
    within.query_one(&statement, &params![new.area_id, new.dept_id, new.name, new.address, new.clinic_type, now])
}

/// Writes what a clinic became.
pub fn update(clinic: &Clinic, within: &impl Connection) -> Result<(), sql::Error> {
    within.execute(
        "UPDATE clinic SET area_id = $2, dept_id = $3, name = $4, address = $5, clinic_type = $6 WHERE id = $1",
        &params![clinic.id, clinic.area_id, clinic.dept_id, clinic.name, clinic.address, clinic.clinic_type],
    )?;
    Ok(())
}

/// Whether a clinic of a department has shifts from a day on.
pub fn busy_from(dept: MinorId, day: Day, within: &impl Connection) -> Result<bool, sql::Error> {
    let statement = "SELECT 1 FROM clinic c JOIN schedule s ON s.clinic_id = c.id \
        WHERE c.dept_id = $1 AND c.deleted_at IS NULL AND s.day >= $2 LIMIT 1";
    Ok(within.query_optional::<(i64,)>(statement, &params![dept, day])?.is_some())
}
