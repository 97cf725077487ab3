//! `POST /reports`.

use serde::Deserialize;
use utoipa::ToSchema;
use ward_sdk::{Json, audit, policy, sql};

use super::{KIND, TEXT};
use crate::access::{self, Viewer};
use crate::api::docs::Refusals;
use crate::domain::{Event, StudyId, StudyRef, Timestamp};
use crate::failure::Failure;
use crate::input::{Body, Bool, Fields, Number, Read, Text};
use crate::store::reports::{self, NewReport, Report};
use crate::store::studies;

/// A report to be.
#[derive(ToSchema, Deserialize)]
#[schema(as = NewReport, example = json!({
    "study_id": 1,
    "findings": "CT scan of the chest shows clear lung fields bilaterally. No consolidation, pleural effusion, or pneumothorax. Heart size is within normal limits. Mediastinal contours are unremarkable.",
    "impression": "Normal chest CT study. No acute cardiopulmonary findings.",
    "report_type": "Preliminary Report",
    "is_ai_generated": false
}))]
#[expect(dead_code, reason = "describes the body; the store's type is read from it")]
struct New {
    /// The number of the study.
    study_id: StudyId,
    /// What is seen.
    #[schema(min_length = 1, max_length = 100_000)]
    findings: String,
    /// What it means.
    #[schema(min_length = 1, max_length = 100_000)]
    impression: String,
    /// What kind of report it is: `Preliminary Report` unless it says otherwise.
    #[schema(min_length = 1, max_length = 100)]
    report_type: Option<String>,
    /// Whether a machine wrote it: `false` unless it says otherwise.
    is_ai_generated: Option<bool>,
}

impl Read for NewReport {
    fn read(fields: &mut Fields) -> Option<Self> {
        let study_id = fields.required("study_id", &Number(StudyId));
        let findings = fields.required("findings", &Text::lines(TEXT));
        let impression = fields.required("impression", &Text::lines(TEXT));
        let report_type = fields.optional("report_type", &Text::line(KIND));
        let is_ai_generated = fields.optional("is_ai_generated", &Bool);
        Some(Self {
            study_id: study_id?,
            findings: findings?,
            impression: impression?,
            report_type: report_type?.unwrap_or_else(|| "Preliminary Report".to_owned()),
            is_ai_generated: is_ai_generated?.unwrap_or(false),
        })
    }
}

/// Write a report for a study
///
/// The study passes to `report_generated`, also straight from `uploaded` or `assigned`: who writes has
/// begun the review. A study that has its report gets no second one.
#[utoipa::path(
    post, path = "/reports", operation_id = "create_report", tag = "Reports",
    security(("bearer" = []), ("password" = [])),
    request_body = New,
    responses((status = 200, description = "The new report", body = Report), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn create_report(viewer: Viewer, Body(new): Body<NewReport>) -> Result<Json<Report>, Failure> {
    let now = Timestamp::now();
    sql::transaction(|within| {
        let found = studies::find(&StudyRef::Number(new.study_id), within)?;
        let mut study = access::visible_study(found)?;
        policy::authorize("write_report", &study.entity())?;
        study.status = study.status.after(Event::Report)?;
        studies::update(&study, within)?;
        let report = reports::insert(&new, viewer.account, now, within)?;
        audit::touch("report", [report.id.0])?;
        Ok(Json(report))
    })
}
