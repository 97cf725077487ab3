//! `PATCH /reports/{report_id}`.

use serde::Deserialize;
use utoipa::ToSchema;
use ward_sdk::{Json, Path, policy, sql};

use super::{KIND, TEXT};
use crate::access;
use crate::api::docs::Refusals;
use crate::domain::ReportId;
use crate::failure::Failure;
use crate::input::{Body, Fields, Read, Text};
use crate::store::reports::{self, Report};

/// What to change; what is absent stays.
#[derive(ToSchema, Deserialize)]
#[schema(as = ReportChange, example = json!({
    "findings": "Updated findings text",
    "impression": "Updated impression text"
}))]
#[expect(dead_code, reason = "describes the body; `Change` is read from it")]
struct ChangeBody {
    /// What is seen.
    #[schema(min_length = 1, max_length = 100_000)]
    findings: Option<String>,
    /// What it means.
    #[schema(min_length = 1, max_length = 100_000)]
    impression: Option<String>,
    /// What kind of report it is.
    #[schema(min_length = 1, max_length = 100)]
    report_type: Option<String>,
}

/// What to change.
#[derive(Clone, Debug)]
pub struct Change {
    findings: Option<String>,
    impression: Option<String>,
    report_type: Option<String>,
}

impl Read for Change {
    fn read(fields: &mut Fields) -> Option<Self> {
        let findings = fields.optional("findings", &Text::lines(TEXT));
        let impression = fields.optional("impression", &Text::lines(TEXT));
        let report_type = fields.optional("report_type", &Text::line(KIND));
        Some(Self { findings: findings?, impression: impression?, report_type: report_type? })
    }
}

impl Change {
    fn apply(self, report: Report) -> Report {
        Report {
            findings: self.findings.unwrap_or(report.findings),
            impression: self.impression.unwrap_or(report.impression),
            report_type: self.report_type.unwrap_or(report.report_type),
            ..report
        }
    }
}

/// Change findings or impression of a report
///
/// A verified report cannot be changed.
#[utoipa::path(
    patch, path = "/reports/{report_id}", operation_id = "update_report", tag = "Reports",
    security(("bearer" = []), ("password" = [])),
    params(("report_id" = i64, Path, description = "Number of the report")),
    request_body = ChangeBody,
    responses((status = 200, description = "The report, changed", body = Report), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn update_report(Path(id): Path<ReportId>, Body(change): Body<Change>) -> Result<Json<Report>, Failure> {
    sql::transaction(|within| {
        let filed = access::visible_report(reports::find(id, within)?)?;
        policy::authorize("change_report", &filed.entity())?;
        if filed.report.is_verified {
            return Err(Failure::refused("A verified report cannot be changed"));
        }
        let report = change.clone().apply(filed.report);
        reports::update(&report, within)?;
        Ok(Json(report))
    })
}
