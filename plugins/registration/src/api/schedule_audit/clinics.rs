//! `GET /doctor/schedule/clinics`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::{Connection, Database};

use crate::access::{self, Viewer};
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::domain::ClinicId;
use crate::failure::Failure;
use crate::store::clinics::{self, Clinic};
use crate::store::doctors::Doctor;

/// A clinic.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HeadClinic, example = json!({"id": "1", "name": "心血管内科普通门诊", "totalSlots": null, "filledSlots": null}))]
pub struct Shown {
    /// Its number, as text.
    id: String,
    name: String,
    /// Not counted: `null`.
    total_slots: Option<i64>,
    /// Not counted: `null`.
    filled_slots: Option<i64>,
}

/// The clinics of the department that the caller heads (五.4.5.1)
#[utoipa::path(
    get, path = "/doctor/schedule/clinics", operation_id = "head_clinics", tag = "Audits",
    security(("bearer" = []), ("password" = [])),
    responses((status = 200, description = "The clinics", body = Answer<Vec<Shown>>), Refusals)
)]
pub async fn head_clinics(viewer: Viewer) -> Result<Answer<Vec<Shown>>, Failure> {
    let head = access::head(&viewer, &Database)?;
    let shown =
        |clinic: Clinic| Shown { id: clinic.id.to_string(), name: clinic.name, total_slots: None, filled_slots: None };
    Ok(ok(clinics::of_department(head.dept_id, &Database)?.into_iter().map(shown).collect()))
}

/// A clinic of the head's department.
pub fn managed(id: ClinicId, head: &Doctor, within: &impl Connection) -> Result<Clinic, Failure> {
    let clinic = clinics::find(id, within)?.ok_or_else(|| Failure::missing("门诊不存在"))?;
    if clinic.dept_id == Some(head.dept_id) {
        Ok(clinic)
    } else {
        Err(Failure::forbidden("无权管理其他科室的门诊"))
    }
}
