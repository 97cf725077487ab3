//! `GET /studies/{study_id}` and `GET /studies/study_id/{study_id}`.

use ward_sdk::sql::{self, Connection, Database};
use ward_sdk::{Json, Path};

use crate::access::{self, Viewer};
use crate::api::docs::Refusals;
use crate::domain::{Event, Role, Status, StudyCode, StudyRef};
use crate::failure::Failure;
use crate::store::studies::{self, Study};

/// Show one study by its number
///
/// The 8 characters of its `study_id` do, too. Opened by the radiologist to whom it is assigned, the study
/// passes to `in_review`.
#[utoipa::path(
    get, path = "/studies/{study_id}", operation_id = "get_study", tag = "Studies",
    security(("bearer" = []), ("password" = [])),
    params(("study_id" = String, Path, description = "Number of the study, or its 8 characters")),
    responses((status = 200, description = "The study", body = Study), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn get_study(viewer: Viewer, Path(study): Path<StudyRef>) -> Result<Json<Study>, Failure> {
    open(&viewer, &study).map(Json)
}

/// Show one study by its 8-character study id
///
/// Opened by the radiologist to whom it is assigned, the study passes to `in_review`.
#[utoipa::path(
    get, path = "/studies/study_id/{study_id}", operation_id = "get_study_by_code", tag = "Studies",
    security(("bearer" = []), ("password" = [])),
    params(("study_id" = String, Path, description = "The 8 characters", example = "X3LUIDBH")),
    responses((status = 200, description = "The study", body = Study), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn get_study_by_code(viewer: Viewer, Path(text): Path<String>) -> Result<Json<Study>, Failure> {
    // What is no code at all is the code of no study.
    let code = StudyCode::parse(&text).ok_or(Failure::NotFound("Study"))?;
    open(&viewer, &StudyRef::Code(code)).map(Json)
}

fn open(viewer: &Viewer, study: &StudyRef) -> Result<Study, Failure> {
    let seen = find(study, &Database)?;
    if !opens(viewer, &seen) {
        return Ok(seen);
    }
    sql::transaction(|within| {
        let mut seen = find(study, within)?;
        if opens(viewer, &seen) {
            seen.status = seen.status.after(Event::Open)?;
            studies::update(&seen, within)?;
        }
        Ok(seen)
    })
}

fn find(study: &StudyRef, within: &impl Connection) -> Result<Study, Failure> {
    access::visible_study(studies::find(study, within)?)
}

/// Whether to look at the study is to begin its review.
fn opens(viewer: &Viewer, study: &Study) -> bool {
    viewer.role == Role::Radiologist
        && study.status == Status::Assigned
        && study.assigned_radiologist_id == Some(viewer.account)
}
