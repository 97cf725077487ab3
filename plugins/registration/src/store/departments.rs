//! Major and minor departments (大科室, 小科室).

use ward_sdk::sql::{self, Conditions, Connection, FromRow, Row, from_row, params};

use super::prices::Prices;
use crate::domain::{MajorId, MinorId, Page, Timestamp};

/// A major department.
#[derive(Clone, Debug, PartialEq)]
pub struct Major {
    /// Its number.
    pub id: MajorId,
    /// Its name; no other has the same.
    pub name: String,
    /// May be empty.
    pub description: String,
    /// When it was made.
    pub created_at: Timestamp,
}

from_row!(Major { id, name, description, created_at });

/// A minor department: what clinics and doctors belong to.
#[derive(Clone, Debug, PartialEq)]
pub struct Minor {
    /// Its number.
    pub id: MinorId,
    /// What it is a part of.
    pub major_dept_id: MajorId,
    /// Its name; no other of the same major department has it.
    pub name: String,
    /// May be empty.
    pub description: String,
    /// When it was made.
    pub created_at: Timestamp,
}

from_row!(Minor { id, major_dept_id, name, description, created_at });

/// A minor department in a list, with the prices it sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The department.
    pub department: Minor,
    /// What it sets.
    pub prices: Prices,
}

impl FromRow for Listed {
    fn from_row(row: &Row) -> Result<Self, sql::Error> {
        Ok(Self { department: Minor::from_row(row)?, prices: Prices::of_row(row)? })
    }
}

const MAJOR: &str = "id, name, description, created_at";
const MINOR: &str = "id, major_dept_id, name, description, created_at";

/// One major department, unless it is deleted.
pub fn find_major(id: MajorId, within: &impl Connection) -> Result<Option<Major>, sql::Error> {
    let statement = format!("SELECT {MAJOR} FROM major_department WHERE id = $1 AND deleted_at IS NULL");
    within.query_optional(&statement, &params![id])
}

/// The major department of this name.
pub fn major_named(name: &str, within: &impl Connection) -> Result<Option<MajorId>, sql::Error> {
    let statement = "SELECT id FROM major_department WHERE name = $1 AND deleted_at IS NULL";
    Ok(within.query_optional::<(MajorId,)>(statement, &params![name])?.map(|(id,)| id))
}

/// All major departments in the order of their numbers.
pub fn majors(within: &impl Connection) -> Result<Vec<Major>, sql::Error> {
    let statement = format!("SELECT {MAJOR} FROM major_department WHERE deleted_at IS NULL ORDER BY id LIMIT 10000");
    within.query(&statement, &params![])
}

/// Adds a major department; a name that is taken is [`sql::Error::Unique`].
pub fn insert_major(
    name: &str,
    description: &str,
    now: Timestamp,
    within: &impl Connection,
) -> Result<MajorId, sql::Error> {
    let statement = "INSERT INTO major_department (name, description, created_at) VALUES ($1, $2, $3) RETURNING id";
    let (id,) = within.query_one(statement, &params![name, description, now])?;
    Ok(id)
}

/// Writes what a major department became.
pub fn update_major(major: &Major, within: &impl Connection) -> Result<(), sql::Error> {
    let statement = "UPDATE major_department SET name = $2, description = $3 WHERE id = $1";
    within.execute(statement, &params![major.id, major.name, major.description])?;
    Ok(())
}

/// Whether a major department has minor ones.
pub fn has_minors(id: MajorId, within: &impl Connection) -> Result<bool, sql::Error> {
    let statement = "SELECT 1 FROM minor_department WHERE major_dept_id = $1 AND deleted_at IS NULL LIMIT 1";
    Ok(within.query_optional::<(i64,)>(statement, &params![id])?.is_some())
}

/// Marks a major department as deleted.
pub fn delete_major(id: MajorId, now: Timestamp, within: &impl Connection) -> Result<(), sql::Error> {
    within.execute("UPDATE major_department SET deleted_at = $2 WHERE id = $1", &params![id, now])?;
    Ok(())
}

/// One minor department, unless it is deleted.
pub fn find_minor(id: MinorId, within: &impl Connection) -> Result<Option<Minor>, sql::Error> {
    let statement = format!("SELECT {MINOR} FROM minor_department WHERE id = $1 AND deleted_at IS NULL");
    within.query_optional(&statement, &params![id])
}

/// The minor department of this name in a major one.
pub fn minor_named(major: MajorId, name: &str, within: &impl Connection) -> Result<Option<MinorId>, sql::Error> {
    let statement = "SELECT id FROM minor_department WHERE major_dept_id = $1 AND name = $2 AND deleted_at IS NULL";
    Ok(within.query_optional::<(MinorId,)>(statement, &params![major, name])?.map(|(id,)| id))
}

/// Minor departments in the order of their numbers, and how many there are in all.
pub fn minors(major: Option<MajorId>, page: Page, within: &impl Connection) -> Result<(i64, Vec<Listed>), sql::Error> {
    const SELECT: &str = "SELECT t.id, t.major_dept_id, t.name, t.description, t.created_at, \
        p.normal, p.expert, p.special \
        FROM minor_department t LEFT JOIN price p ON p.scope_type = 'MINOR_DEPT' AND p.scope_id = t.id";
    let asked = Conditions::new().always("t.deleted_at IS NULL").and("t.major_dept_id = ?", major);
    asked.list("FROM minor_department t", SELECT, "t.id", page, within)
}

/// Adds a minor department; a name that is taken in its major department is [`sql::Error::Unique`].
pub fn insert_minor(
    major: MajorId,
    name: &str,
    description: &str,
    now: Timestamp,
    within: &impl Connection,
) -> Result<Minor, sql::Error> {
    let statement = format!(
        "INSERT INTO minor_department (major_dept_id, name, description, created_at) VALUES ($1, $2, $3, $4) \
         RETURNING {MINOR}"
    );
    within.query_one(&statement, &params![major, name, description, now])
}

/// Writes what a minor department became.
pub fn update_minor(minor: &Minor, within: &impl Connection) -> Result<(), sql::Error> {
    let statement = "UPDATE minor_department SET major_dept_id = $2, name = $3, description = $4 WHERE id = $1";
    within.execute(statement, &params![minor.id, minor.major_dept_id, minor.name, minor.description])?;
    Ok(())
}

/// Whether a department has doctors.
pub fn has_doctors(id: MinorId, within: &impl Connection) -> Result<bool, sql::Error> {
    let statement = "SELECT 1 FROM doctor WHERE dept_id = $1 AND deleted_at IS NULL LIMIT 1";
    Ok(within.query_optional::<(i64,)>(statement, &params![id])?.is_some())
}

/// Marks a department and its clinics as deleted.
pub fn delete_minor(id: MinorId, now: Timestamp, within: &impl Connection) -> Result<(), sql::Error> {
    within.execute("UPDATE clinic SET deleted_at = $2 WHERE dept_id = $1 AND deleted_at IS NULL", &params![id, now])?;
    within.execute("UPDATE minor_department SET deleted_at = $2 WHERE id = $1", &params![id, now])?;
    Ok(())
}
