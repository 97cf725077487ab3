//! `PATCH /reports/{report_id}/verify`.

use ward_sdk::{Json, Path, policy, sql};

use crate::access::{self, Viewer};
use crate::api::docs::Refusals;
use crate::domain::{Event, ReportId, StudyRef, Timestamp};
use crate::failure::Failure;
use crate::store::reports::{self, Report};
use crate::store::studies;

/// Verify a report
///
/// The study passes from `report_generated` to `verified`; a report is verified once.
#[utoipa::path(
    patch, path = "/reports/{report_id}/verify", operation_id = "verify_report", tag = "Reports",
    security(("bearer" = []), ("password" = [])),
    params(("report_id" = i64, Path, description = "Number of the report")),
    responses((status = 200, description = "The report, verified", body = Report), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn verify_report(viewer: Viewer, Path(id): Path<ReportId>) -> Result<Json<Report>, Failure> {
    let now = Timestamp::now();
    sql::transaction(|within| {
        let filed = access::visible_report(reports::find(id, within)?)?;
        policy::authorize("sign_report", &filed.entity())?;
        let study = studies::find(&StudyRef::Number(filed.report.study_id), within)?;
        let mut study = study.ok_or(Failure::NotFound("Study"))?;
        study.status = study.status.after(Event::Verify)?;
        studies::update(&study, within)?;
        let by = Some(viewer.account);
        let report = Report { is_verified: true, verified_at: Some(now), verified_by_id: by, ..filed.report };
        reports::update(&report, within)?;
        Ok(Json(report))
    })
}
