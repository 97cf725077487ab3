//! Reports.

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use ward_sdk::policy::Entity;
use ward_sdk::sql::{self, Conditions, Connection, FromRow, Row, from_row, params};

use crate::domain::{AccountId, CentreId, Page, ReportId, StudyId, Timestamp};

/// A report.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 1,
    "study_id": 1,
    "findings": "CT scan of the chest...",
    "impression": "Normal chest CT study...",
    "report_type": "Preliminary Report",
    "is_ai_generated": false,
    "is_verified": false,
    "created_at": "2025-10-06T18:47:10.068556",
    "verified_at": null,
    "created_by_id": 2,
    "verified_by_id": null
}))]
pub struct Report {
    /// Its number.
    pub id: ReportId,
    /// The number of its study.
    pub study_id: StudyId,
    /// What is seen.
    pub findings: String,
    /// What it means.
    pub impression: String,
    /// What kind of report it is, in free words.
    pub report_type: String,
    /// Whether a machine wrote it.
    pub is_ai_generated: bool,
    /// Whether a radiologist stands for it; it cannot be changed any more.
    pub is_verified: bool,
    /// UTC, with microseconds.
    #[schema(value_type = String)]
    pub created_at: Timestamp,
    /// UTC, with microseconds.
    #[schema(value_type = Option<String>)]
    pub verified_at: Option<Timestamp>,
    /// Who wrote it.
    pub created_by_id: AccountId,
    /// Who verified it.
    pub verified_by_id: Option<AccountId>,
}

from_row!(Report {
    id,
    study_id,
    findings,
    impression,
    report_type,
    is_ai_generated,
    is_verified,
    created_at,
    verified_at,
    created_by_id,
    verified_by_id,
});

/// A report and the centre of its study, which decides who may see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Filed {
    /// The report.
    pub report: Report,
    /// The centre of its study.
    pub centre: CentreId,
}

impl FromRow for Filed {
    fn from_row(row: &Row) -> Result<Self, sql::Error> {
        Ok(Self { report: Report::from_row(row)?, centre: row.get("centre_id")? })
    }
}

impl Filed {
    /// The report as policies see it.
    #[must_use]
    pub fn entity(&self) -> Entity {
        let attributes = json!({ "centre": self.centre, "verified": self.report.is_verified });
        Entity { kind: "Report", id: self.report.id.0.to_string(), attributes }
    }
}

/// A report to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReport {
    /// The number of its study.
    pub study_id: StudyId,
    /// What is seen.
    pub findings: String,
    /// What it means.
    pub impression: String,
    /// What kind of report it is.
    pub report_type: String,
    /// Whether a machine wrote it.
    pub is_ai_generated: bool,
}

const SELECT: &str = "SELECT report.id AS id, report.study AS study_id, report.findings AS findings, \
     report.impression AS impression, report.report_type AS report_type, \
     report.is_ai_generated AS is_ai_generated, report.created_at AS created_at, \
     report.verified_at AS verified_at, report.created_by_id AS created_by_id, \
     report.verified_by_id AS verified_by_id, report.verified_at IS NOT NULL AS is_verified, \
     study.centre_id AS centre_id \
     FROM report JOIN study ON study.id = report.study";

/// Adds a report.
pub fn insert(new: &NewReport, by: AccountId, now: Timestamp, within: &impl Connection) -> Result<Report, sql::Error> {
    let (id,): (ReportId,) = within.query_one(
        "INSERT INTO report (study, findings, impression, report_type, is_ai_generated, created_by_id, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        &params![new.study_id, new.findings, new.impression, new.report_type, new.is_ai_generated, by, now],
    )?;
    Ok(Report {
        id,
        study_id: new.study_id,
        findings: new.findings.clone(),
        impression: new.impression.clone(),
        report_type: new.report_type.clone(),
        is_ai_generated: new.is_ai_generated,
        is_verified: false,
        created_at: now,
        verified_at: None,
        created_by_id: by,
        verified_by_id: None,
    })
}

/// One report.
pub fn find(id: ReportId, within: &impl Connection) -> Result<Option<Filed>, sql::Error> {
    within.query_optional(&format!("{SELECT} WHERE report.id = $1"), &params![id])
}

/// Reports, the newest first.
pub fn list(scope: Option<CentreId>, study: Option<StudyId>, page: Page) -> Result<Vec<Report>, sql::Error> {
    let (statement, parameters) = Conditions::new()
        .and("study.centre_id = ?", scope)
        .and("report.study = ?", study)
        .page(SELECT, "report.id DESC", page);
    sql::query(&statement, &parameters)
}

/// Writes what `report` became.
pub fn update(report: &Report, within: &impl Connection) -> Result<(), sql::Error> {
    within.execute(
        "UPDATE report SET findings = $2, impression = $3, report_type = $4, verified_by_id = $5, verified_at = $6 \
         WHERE id = $1",
        &params![
            report.id,
            report.findings,
            report.impression,
            report.report_type,
            report.verified_by_id,
            report.verified_at
        ],
    )?;
    Ok(())
}
