//! `PUT /doctors/{doctor_id}/transfer`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use ward_sdk::{Path, sql};

use super::shape::missing;
use crate::answer::{Answer, ok};
use crate::api::departments::no_minor;
use crate::api::docs::Refusals;
use crate::domain::{DoctorId, MinorId};
use crate::failure::Failure;
use crate::input::{Body, Fields, Number, Read};
use crate::store::{departments, doctors};

/// Where to.
#[derive(ToSchema, Deserialize)]
#[schema(as = DoctorTransfer, example = json!({"new_dept_id": 2}))]
#[expect(dead_code, reason = "describes the body; `To` is read from it")]
pub struct ToBody {
    /// The new minor department.
    new_dept_id: i64,
}

/// Where to.
pub struct To(MinorId);

impl Read for To {
    fn read(fields: &mut Fields) -> Option<Self> {
        fields.required("new_dept_id", &Number(MinorId)).map(Self)
    }
}

/// Where a doctor was and is.
#[derive(Serialize, ToSchema)]
pub struct Transferred {
    /// What was done.
    detail: String,
    doctor_id: DoctorId,
    /// The department before.
    old_dept_id: MinorId,
    /// The department now.
    new_dept_id: MinorId,
}

/// Move a doctor to another department
///
/// There it is no head. Its shifts stay where they are planned.
#[utoipa::path(
    put, path = "/doctors/{doctor_id}/transfer", operation_id = "transfer_doctor", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(("doctor_id" = i64, Path, description = "Number of the doctor")),
    request_body = ToBody,
    responses((status = 200, description = "It is moved", body = Answer<Transferred>), Refusals)
)]
pub async fn transfer_doctor(
    Path(id): Path<DoctorId>,
    Body(To(new_dept_id)): Body<To>,
) -> Result<Answer<Transferred>, Failure> {
    let doctor = sql::transaction(|within| {
        let doctor = doctors::find(id, within)?.ok_or_else(missing)?;
        departments::find_minor(new_dept_id, within)?.ok_or_else(no_minor)?;
        if doctor.dept_id == new_dept_id {
            return Err(Failure::business("医生已在该科室"));
        }
        doctors::transfer(id, new_dept_id, within)?;
        Ok(doctor)
    })?;
    let detail = format!("成功将医生 {} 调至新科室", doctor.name);
    Ok(ok(Transferred { detail, doctor_id: id, old_dept_id: doctor.dept_id, new_dept_id }))
}
