//! `GET /common/visit-record/{visit_id}`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::http::StatusCode;
use ward_sdk::sql::{Connection, Database};
use ward_sdk::{Path, audit};

use super::shape::{Person, VisitRecord};
use crate::access::{self, Viewer};
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{Role, VisitId};
use crate::failure::Failure;
use crate::store::patients::{self, Patient};
use crate::store::visits::{self, Visit};

/// A visit and whom it is about.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    basic_info: Person,
    record_data: VisitRecord,
}

/// One visit record (七.2)
///
/// For administrators, the doctor who saw the patient, and the account whose person the patient is.
#[utoipa::path(
    get, path = "/common/visit-record/{visit_id}", operation_id = "visit_record", tag = "Common",
    security(("bearer" = []), ("password" = [])),
    params(("visit_id" = i64, Path, description = "Number of the visit")),
    responses((status = 200, description = "The visit", body = Answer<Shown>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn visit_record(viewer: Viewer, now: Now, Path(id): Path<VisitId>) -> Result<Answer<Shown>, Failure> {
    let (visit, patient) = visible(id, &viewer, &Database)?;
    Ok(ok(Shown { basic_info: Person::of(&patient, &now), record_data: VisitRecord::of(visit, &now) }))
}

/// A visit and its patient, if the caller may see them.
pub fn visible(id: VisitId, viewer: &Viewer, within: &impl Connection) -> Result<(Visit, Patient), Failure> {
    let missing = || Failure::new(StatusCode::NOT_FOUND, 404, "资源操作失败", "就诊记录不存在");
    let visit = visits::find(id, within)?.ok_or_else(missing)?;
    let patient = patients::find(visit.patient_id, within)?.ok_or_else(missing)?;
    access::touch([patient.id])?;
    audit::touch("visit", [visit.id.0])?;
    let allowed = match viewer.role {
        Role::Admin => true,
        Role::Doctor => viewer.doctor == Some(visit.doctor_id),
        Role::Patient => patient.owner == viewer.account && patient.removed_at.is_none(),
    };
    if allowed {
        Ok((visit, patient))
    } else {
        Err(Failure::new(StatusCode::FORBIDDEN, 403, "资源操作失败", "无权查看该病历"))
    }
}
