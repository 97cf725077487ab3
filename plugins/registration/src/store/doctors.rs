//! Doctors.

use ward_sdk::sql::{self, Conditions, Connection, FromRow, Row, containing, from_row, params};

use super::prices::Prices;
use crate::domain::{AccountId, DoctorId, MinorId, Page, Timestamp};

/// A doctor.
#[derive(Clone, Debug, PartialEq)]
pub struct Doctor {
    /// Its number.
    pub id: DoctorId,
    /// The department.
    pub dept_id: MinorId,
    /// The account it signs in with, if it has one.
    pub account: Option<AccountId>,
    /// Its name. Several may have the same.
    pub name: String,
    /// Its title (职称); may be empty.
    pub title: String,
    /// May be empty.
    pub specialty: String,
    /// May be empty.
    pub introduction: String,
    /// Where its photo is served: `/static/image/…`.
    pub photo_path: Option<String>,
    /// Where the photo came from.
    pub original_photo_url: Option<String>,
    /// Whether it is a head of its department.
    pub is_head: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

from_row!(Doctor {
    id,
    dept_id,
    account,
    name,
    title,
    specialty,
    introduction,
    photo_path,
    original_photo_url,
    is_head,
    created_at,
});

/// A doctor to be.
#[derive(Clone, Debug, PartialEq)]
pub struct NewDoctor {
    /// The department.
    pub dept_id: MinorId,
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// May be empty.
    pub specialty: String,
    /// May be empty.
    pub introduction: String,
}

/// A doctor in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The doctor.
    pub doctor: Doctor,
    /// Whether it has an account that works.
    pub is_registered: bool,
    /// The prices it sets.
    pub prices: Prices,
}

impl FromRow for Listed {
    fn from_row(row: &Row) -> Result<Self, sql::Error> {
        Ok(Self {
            doctor: Doctor::from_row(row)?,
            is_registered: row.get("is_registered")?,
            prices: Prices::of_row(row)?,
        })
    }
}

const COLUMNS: &str =
    "id, dept_id, account, name, title, specialty, introduction, photo_path, original_photo_url, is_head, created_at";

/// A doctor with its prices and the state of its account.
const LISTED: &str = "SELECT d.id, d.dept_id, d.account, d.name, d.title, d.specialty, d.introduction, d.photo_path, \
    d.original_photo_url, d.is_head, d.created_at, (m.id IS NOT NULL) AS is_registered, \
    p.normal, p.expert, p.special \
    FROM doctor d LEFT JOIN member m ON m.id = d.account AND m.deleted_at IS NULL \
    LEFT JOIN price p ON p.scope_type = 'DOCTOR' AND p.scope_id = d.id";

/// One doctor, unless it is deleted.
pub fn find(id: DoctorId, within: &impl Connection) -> Result<Option<Doctor>, sql::Error> {
    let statement = format!("SELECT {COLUMNS} FROM doctor WHERE id = $1 AND deleted_at IS NULL");
    within.query_optional(&statement, &params![id])
}

/// The doctor that signs in with an account.
pub fn by_account(account: AccountId, within: &impl Connection) -> Result<Option<Doctor>, sql::Error> {
    let statement = format!("SELECT {COLUMNS} FROM doctor WHERE account = $1 AND deleted_at IS NULL");
    within.query_optional(&statement, &params![account])
}

/// The doctors of a department, in the order of their numbers.
pub fn of_department(dept: MinorId, within: &impl Connection) -> Result<Vec<Doctor>, sql::Error> {
    let statement =
        format!("SELECT {COLUMNS} FROM doctor WHERE dept_id = $1 AND deleted_at IS NULL ORDER BY id LIMIT 10000");
    within.query(&statement, &params![dept])
}

/// The doctors of this name, in the order of their numbers.
pub fn named(name: &str, within: &impl Connection) -> Result<Vec<Doctor>, sql::Error> {
    let statement =
        format!("SELECT {COLUMNS} FROM doctor WHERE name = $1 AND deleted_at IS NULL ORDER BY id LIMIT 100");
    within.query(&statement, &params![name])
}

/// One doctor as lists show it.
pub fn show(id: DoctorId, within: &impl Connection) -> Result<Option<Listed>, sql::Error> {
    within.query_optional(&format!("{LISTED} WHERE d.id = $1 AND d.deleted_at IS NULL"), &params![id])
}

/// Doctors in the order of their numbers, and how many there are in all.
pub fn list(
    dept: Option<MinorId>,
    name: Option<&str>,
    page: Page,
    within: &impl Connection,
) -> Result<(i64, Vec<Listed>), sql::Error> {
    let asked = Conditions::new()
        .always("d.deleted_at IS NULL")
        .and("d.dept_id = ?", dept)
        .and("LOWER(d.name) LIKE LOWER(?) ESCAPE '!'", name.map(containing));
    asked.list("FROM doctor d", LISTED, "d.id", page, within)
}

/// Adds a doctor.
pub fn insert(new: &NewDoctor, now: Timestamp, within: &impl Connection) -> Result<Doctor, sql::Error> {
    let statement = format!(
        "INSERT INTO doctor (dept_id, name, title, specialty, introduction, is_head, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING {COLUMNS}"
    );
    let parameters = params![new.dept_id, new.name, new.title, new.specialty, new.introduction, false, now];
    within.query_one(&statement, &parameters)
}

/// Writes what a doctor is described by.
pub fn update(doctor: &Doctor, within: &impl Connection) -> Result<(), sql::Error> {
    within.execute(
        "UPDATE doctor SET name = $2, title = $3, specialty = $4, introduction = $5, photo_path = $6, \
         original_photo_url = $7 WHERE id = $1",
        &params![
            doctor.id,
            doctor.name,
            doctor.title,
            doctor.specialty,
            doctor.introduction,
            doctor.photo_path,
            doctor.original_photo_url
        ],
    )?;
    Ok(())
}

/// Moves a doctor to another department, where it is no head.
pub fn transfer(id: DoctorId, dept: MinorId, within: &impl Connection) -> Result<(), sql::Error> {
    let statement = "UPDATE doctor SET dept_id = $2, is_head = $3 WHERE id = $1";
    within.execute(statement, &params![id, dept, false])?;
    Ok(())
}

/// Gives a doctor the account it signs in with, if it still has the one it had.
pub fn link(doctor: &Doctor, account: AccountId, within: &impl Connection) -> Result<bool, sql::Error> {
    let asked = "UPDATE doctor SET account = $2 WHERE id = $1 AND deleted_at IS NULL AND account";
    let changed = match doctor.account {
        None => within.execute(&format!("{asked} IS NULL"), &params![doctor.id, account])?,
        Some(before) => within.execute(&format!("{asked} = $3"), &params![doctor.id, account, before])?,
    };
    Ok(changed == 1)
}

/// Unlinks an account that has ended.
pub fn account_ended(account: AccountId, within: &impl Connection) -> Result<(), sql::Error> {
    within.execute("UPDATE doctor SET account = NULL WHERE account = $1", &params![account])?;
    Ok(())
}

/// Makes a doctor a head of its department, or ends that.
pub fn set_head(id: DoctorId, is_head: bool, within: &impl Connection) -> Result<(), sql::Error> {
    within.execute("UPDATE doctor SET is_head = $2 WHERE id = $1", &params![id, is_head])?;
    Ok(())
}

/// Whether a doctor is a head of a department.
pub fn is_head(id: DoctorId, dept: MinorId, within: &impl Connection) -> Result<bool, sql::Error> {
    let doctor = find(id, within)?;
    Ok(doctor.is_some_and(|doctor| doctor.dept_id == dept && doctor.is_head))
}

/// How many heads a department has.
pub fn count_heads(dept: MinorId, within: &impl Connection) -> Result<i64, sql::Error> {
    let statement = "SELECT COUNT(*) FROM doctor WHERE dept_id = $1 AND is_head = $2 AND deleted_at IS NULL";
    let (count,) = within.query_one(statement, &params![dept, true])?;
    Ok(count)
}

/// Marks a doctor as deleted.
pub fn delete(id: DoctorId, now: Timestamp, within: &impl Connection) -> Result<(), sql::Error> {
    let statement = "UPDATE doctor SET deleted_at = $2, account = NULL, is_head = $3, photo_path = NULL WHERE id = $1";
    within.execute(statement, &params![id, now, false])?;
    Ok(())
}
