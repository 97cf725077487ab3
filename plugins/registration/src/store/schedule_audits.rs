//! Requests to change a clinic's week.

use ward_sdk::sql::{self, Connection, FromRow, Row, params};

use crate::domain::{AccountId, AuditId, AuditStatus, ClinicId, Day, DoctorId, MinorId, Timestamp, Week};

/// A request to change a clinic's week.
#[derive(Clone, Debug, PartialEq)]
pub struct ScheduleAudit {
    /// Its number.
    pub id: AuditId,
    /// The department.
    pub dept_id: MinorId,
    /// Its name.
    pub dept_name: String,
    /// The clinic.
    pub clinic_id: ClinicId,
    /// Its name.
    pub clinic_name: String,
    /// The head who asks.
    pub submitter: DoctorId,
    /// The head's name.
    pub submitter_name: String,
    /// When it was made.
    pub submitted_at: Timestamp,
    /// The first of its seven days.
    pub week_start: Day,
    /// What the head said.
    pub remark: Option<String>,
    /// What is asked for.
    pub week: Week,
    /// Where it stands.
    pub status: AuditStatus,
    /// Who decided.
    pub auditor: Option<AccountId>,
    /// When.
    pub audited_at: Option<Timestamp>,
    /// What the auditor said.
    pub audit_remark: Option<String>,
}

impl FromRow for ScheduleAudit {
    fn from_row(row: &Row) -> Result<Self, sql::Error> {
        let week: String = row.get("week")?;
        let wrong = |_| sql::Error::Column { column: "week".to_owned(), expected: "a week in JSON" };
        Ok(Self {
            id: row.get("id")?,
            dept_id: row.get("dept_id")?,
            dept_name: row.get("dept_name")?,
            clinic_id: row.get("clinic_id")?,
            clinic_name: row.get("clinic_name")?,
            submitter: row.get("submitter")?,
            submitter_name: row.get("submitter_name")?,
            submitted_at: row.get("submitted_at")?,
            week_start: row.get("week_start")?,
            remark: row.get("remark")?,
            week: serde_json::from_str(&week).map_err(wrong)?,
            status: row.get("status")?,
            auditor: row.get("auditor")?,
            audited_at: row.get("audited_at")?,
            audit_remark: row.get("audit_remark")?,
        })
    }
}

/// A request to be.
#[derive(Clone, Debug)]
pub struct NewScheduleAudit {
    /// The department.
    pub dept_id: MinorId,
    /// The clinic.
    pub clinic_id: ClinicId,
    /// The head who asks.
    pub submitter: DoctorId,
    /// The first of its seven days.
    pub week_start: Day,
    /// What the head said.
    pub remark: Option<String>,
    /// What is asked for.
    pub week: Week,
}

const SELECT: &str = "SELECT a.id, a.dept_id, m.name AS dept_name, a.clinic_id, c.name AS clinic_name, a.submitter, \
    d.name AS submitter_name, a.submitted_at, a.week_start, a.remark, a.week, a.status, a.auditor, a.audited_at, \
    a.audit_remark FROM schedule_audit a JOIN minor_department m ON m.id = a.dept_id \
    JOIN clinic c ON c.id = a.clinic_id JOIN doctor d ON d.id = a.submitter";

/// Adds a request.
pub fn insert(new: &NewScheduleAudit, now: Timestamp, within: &impl Connection) -> Result<AuditId, sql::Error> {
    let wrong = |_| sql::Error::Invalid("a week that is no JSON".to_owned());
    let week = serde_json::to_string(&new.week).map_err(wrong)?;
    let (id,) = within.query_one(
        "INSERT INTO schedule_audit (dept_id, clinic_id, submitter, submitted_at, week_start, remark, week, status) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
        &params![
            new.dept_id,
            new.clinic_id,
            new.submitter,
            now,
            new.week_start,
            new.remark,
            week,
            AuditStatus::Pending
        ],
    )?;
    Ok(id)
}

/// One request.
pub fn find(id: AuditId, within: &impl Connection) -> Result<Option<ScheduleAudit>, sql::Error> {
    within.query_optional(&format!("{SELECT} WHERE a.id = $1"), &params![id])
}

/// The newest 5,000 requests, the newest first.
pub fn list(within: &impl Connection) -> Result<Vec<ScheduleAudit>, sql::Error> {
    within.query(&format!("{SELECT} ORDER BY a.id DESC LIMIT 5000"), &params![])
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
        "UPDATE schedule_audit SET status = $2, auditor = $3, audit_remark = $4, audited_at = $5 \
         WHERE id = $1 AND status = 'pending'",
        &params![id, status, by, remark, now],
    )?;
    Ok(changed == 1)
}
