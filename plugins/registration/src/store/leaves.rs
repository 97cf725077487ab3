//! Requests for leave.

use ward_sdk::sql::{self, Conditions, Connection, from_row, params};

use crate::domain::{AccountId, AuditId, AuditStatus, Day, DoctorId, LeaveShift, MinorId, Page, Section, Timestamp};

/// A request for leave.
#[derive(Clone, Debug, PartialEq)]
pub struct Leave {
    /// Its number.
    pub id: AuditId,
    /// Who asks.
    pub doctor_id: DoctorId,
    /// The day.
    pub leave_day: Day,
    /// The part of it.
    pub shift: LeaveShift,
    /// Why.
    pub reason: String,
    /// A list in JSON, as it was sent.
    pub attachments: String,
    /// Where it stands.
    pub status: AuditStatus,
    /// When it was made.
    pub submitted_at: Timestamp,
    /// Who decided.
    pub auditor: Option<AccountId>,
    /// When.
    pub audited_at: Option<Timestamp>,
    /// What the auditor said.
    pub remark: Option<String>,
    /// The doctor's name.
    pub doctor_name: String,
    /// The doctor's title.
    pub doctor_title: String,
    /// The doctor's department.
    pub dept_id: MinorId,
    /// Its name.
    pub dept_name: String,
}

from_row!(Leave {
    id,
    doctor_id,
    leave_day,
    shift,
    reason,
    attachments,
    status,
    submitted_at,
    auditor,
    audited_at,
    remark,
    doctor_name,
    doctor_title,
    dept_id,
    dept_name,
});

/// A request to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLeave {
    /// The day.
    pub leave_day: Day,
    /// The part of it.
    pub shift: LeaveShift,
    /// Why.
    pub reason: String,
    /// A list in JSON.
    pub attachments: String,
}

const FROM: &str = "FROM leave_audit l JOIN doctor d ON d.id = l.doctor_id JOIN minor_department m ON m.id = d.dept_id";

const COLUMNS: &str = "SELECT l.id, l.doctor_id, l.leave_day, l.shift, l.reason, l.attachments, l.status, l.submitted_at, \
    l.auditor, l.audited_at, l.remark, d.name AS doctor_name, d.title AS doctor_title, d.dept_id, m.name AS dept_name";

fn select() -> String {
    format!("{COLUMNS} {FROM}")
}

/// Adds a request.
pub fn insert(
    new: &NewLeave,
    doctor: DoctorId,
    now: Timestamp,
    within: &impl Connection,
) -> Result<AuditId, sql::Error> {
    let (id,) = within.query_one(
        "INSERT INTO leave_audit (doctor_id, leave_day, shift, reason, attachments, status, submitted_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        &params![doctor, new.leave_day, new.shift, new.reason, new.attachments, AuditStatus::Pending, now],
    )?;
    Ok(id)
}

/// One request.
pub fn find(id: AuditId, within: &impl Connection) -> Result<Option<Leave>, sql::Error> {
    within.query_optional(&format!("{} WHERE l.id = $1", select()), &params![id])
}

/// Requests, the newest first.
pub fn list(
    dept: Option<MinorId>,
    doctor: Option<DoctorId>,
    status: Option<AuditStatus>,
    page: Page,
    within: &impl Connection,
) -> Result<(i64, Vec<Leave>), sql::Error> {
    let asked = Conditions::new().and("d.dept_id = ?", dept).and("l.doctor_id = ?", doctor).and("l.status = ?", status);
    asked.list(FROM, &select(), "l.id DESC", page, within)
}

/// What a doctor asked for from a day to another, the oldest first.
pub fn between(doctor: DoctorId, from: Day, to: Day, within: &impl Connection) -> Result<Vec<Asked>, sql::Error> {
    within.query(
        "SELECT leave_day, shift, status FROM leave_audit \
         WHERE doctor_id = $1 AND leave_day BETWEEN $2 AND $3 ORDER BY id LIMIT 10000",
        &params![doctor, from, to],
    )
}

/// Day, part of it, and where the request stands.
pub type Asked = (Day, LeaveShift, AuditStatus);

/// Whether a doctor has leave in a section of a day.
pub fn on_leave(doctor: DoctorId, day: Day, section: Section, within: &impl Connection) -> Result<bool, sql::Error> {
    let asked = between(doctor, day, day, within)?;
    Ok(asked.iter().any(|(_, shift, status)| *status == AuditStatus::Approved && shift.covers(section)))
}

/// Writes a decision, if none was written; tells whether it was.
pub fn decide(
    id: AuditId,
    status: AuditStatus,
    by: AccountId,
    remark: Option<&str>,
    now: Timestamp,
    within: &impl Connection,
) -> Result<bool, sql::Error> {
    let changed = within.execute(
        "UPDATE leave_audit SET status = $2, auditor = $3, remark = $4, audited_at = $5 \
         WHERE id = $1 AND status = 'pending'",
        &params![id, status, by, remark, now],
    )?;
    Ok(changed == 1)
}

/// How many requests of a department wait for a decision.
pub fn count_pending(dept: MinorId, within: &impl Connection) -> Result<i64, sql::Error> {
    let statement = format!("SELECT COUNT(*) {FROM} WHERE d.dept_id = $1 AND l.status = 'pending'");
    let (count,) = within.query_one(&statement, &params![dept])?;
    Ok(count)
}
