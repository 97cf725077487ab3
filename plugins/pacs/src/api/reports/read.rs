//! `GET /reports` and `GET /reports/{report_id}`.

use ward_sdk::sql::Database;
use ward_sdk::{Json, Path, audit};

use crate::access::{self, Viewer};
use crate::api::docs::Refusals;
use crate::domain::{Page, ReportId, StudyId};
use crate::failure::Failure;
use crate::input::{Fields, Number, Query, Read};
use crate::store::reports::{self, Report};

/// What a list of reports is asked for.
pub struct Asked {
    study: Option<StudyId>,
    page: Page,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let study = fields.optional("study_id", &Number(StudyId));
        let page = Page::read(fields);
        Some(Self { study: study?, page: page? })
    }
}

/// List reports
///
/// The newest first; those of the studies that the caller may see.
#[utoipa::path(
    get, path = "/reports", operation_id = "list_reports", tag = "Reports",
    security(("bearer" = []), ("password" = [])),
    params(
        ("skip" = Option<u32>, Query, description = "Reports to leave out at the start (0)"),
        ("limit" = Option<u32>, Query, description = "Reports to give at most (100; 1,000 at most)"),
        ("study_id" = Option<i64>, Query, description = "Only of the study of this number"),
    ),
    responses((status = 200, description = "Reports", body = Vec<Report>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn list_reports(viewer: Viewer, Query(asked): Query<Asked>) -> Result<Json<Vec<Report>>, Failure> {
    let reports = reports::list(viewer.scope(), asked.study, asked.page)?;
    access::touch(reports.iter().map(|report| report.study_id))?;
    audit::touch("report", reports.iter().map(|report| report.id.0))?;
    Ok(Json(reports))
}

/// Show one report
#[utoipa::path(
    get, path = "/reports/{report_id}", operation_id = "get_report", tag = "Reports",
    security(("bearer" = []), ("password" = [])),
    params(("report_id" = i64, Path, description = "Number of the report")),
    responses((status = 200, description = "The report", body = Report), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn get_report(Path(id): Path<ReportId>) -> Result<Json<Report>, Failure> {
    let filed = access::visible_report(reports::find(id, &Database)?)?;
    Ok(Json(filed.report))
}
