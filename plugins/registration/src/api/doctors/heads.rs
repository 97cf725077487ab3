//! `/admin/departments/{dept_id}/heads`: who is a head of a department (科室长).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use ward_sdk::Path;
use ward_sdk::sql::{self, Transaction};

use super::shape::missing;
use crate::answer::{Answer, ok};
use crate::api::departments::no_minor;
use crate::api::docs::Refusals;
use crate::domain::{DoctorId, MinorId};
use crate::failure::Failure;
use crate::input::{Body, Fields, Number, Read};
use crate::store::config::{self, Scope};
use crate::store::departments;
use crate::store::doctors::{self, Doctor};

/// Who.
#[derive(ToSchema, Deserialize)]
#[schema(as = HeadSelection, example = json!({"doctor_id": 123}))]
#[expect(dead_code, reason = "describes the body; `Who` is read from it")]
pub struct WhoBody {
    /// A doctor of the department.
    doctor_id: i64,
}

/// Who.
pub struct Who(DoctorId);

impl Read for Who {
    fn read(fields: &mut Fields) -> Option<Self> {
        fields.required("doctor_id", &Number(DoctorId)).map(Self)
    }
}

/// A new head.
#[derive(Serialize, ToSchema)]
pub struct Selected {
    dept_id: MinorId,
    doctor_id: DoctorId,
    /// True.
    is_department_head: bool,
    /// How many heads the department may have.
    max_heads: i64,
}

/// A head no more.
#[derive(Serialize, ToSchema)]
pub struct Ended {
    dept_id: MinorId,
    doctor_id: DoctorId,
    /// Whether it was one.
    was_department_head: bool,
    /// False.
    is_department_head: bool,
}

/// Make a doctor a head of its department
///
/// Its title holds 主任, and the department has fewer heads than its configuration allows (2).
#[utoipa::path(
    post, path = "/admin/departments/{dept_id}/heads/select", operation_id = "select_head", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(("dept_id" = i64, Path, description = "Number of the minor department")),
    request_body = WhoBody,
    responses((status = 200, description = "It is a head", body = Answer<Selected>), Refusals)
)]
pub async fn select_head(
    Path(dept_id): Path<MinorId>,
    Body(Who(doctor_id)): Body<Who>,
) -> Result<Answer<Selected>, Failure> {
    let max_heads = sql::transaction(|within| select(dept_id, doctor_id, within))?;
    Ok(ok(Selected { dept_id, doctor_id, is_department_head: true, max_heads }))
}

fn select(dept: MinorId, id: DoctorId, within: &Transaction) -> Result<i64, Failure> {
    let doctor = of_department(dept, id, within)?;
    if !doctor.title.contains("主任") {
        return Err(Failure::business("仅主任/副主任可设为科室长"));
    }
    let most = config::department_head_max(&Scope::Minor(dept).chain(), within)?;
    if !doctor.is_head {
        if doctors::count_heads(dept, within)? >= most {
            return Err(Failure::business(format!("科室长数量已达上限({most})")));
        }
        doctors::set_head(id, true, within)?;
    }
    Ok(most)
}

/// End a doctor's headship; one that is no head stays none
#[utoipa::path(
    delete, path = "/admin/departments/{dept_id}/heads/{doctor_id}", operation_id = "end_head", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(
        ("dept_id" = i64, Path, description = "Number of the minor department"),
        ("doctor_id" = i64, Path, description = "Number of the doctor"),
    ),
    responses((status = 200, description = "It is no head", body = Answer<Ended>), Refusals)
)]
pub async fn end_head(Path((dept_id, doctor_id)): Path<(MinorId, DoctorId)>) -> Result<Answer<Ended>, Failure> {
    let was_department_head = sql::transaction(|within| {
        let doctor = of_department(dept_id, doctor_id, within)?;
        doctors::set_head(doctor_id, false, within)?;
        Ok::<_, Failure>(doctor.is_head)
    })?;
    Ok(ok(Ended { dept_id, doctor_id, was_department_head, is_department_head: false }))
}

fn of_department(dept: MinorId, id: DoctorId, within: &Transaction) -> Result<Doctor, Failure> {
    departments::find_minor(dept, within)?.ok_or_else(no_minor)?;
    let doctor = doctors::find(id, within)?.ok_or_else(missing)?;
    if doctor.dept_id == dept { Ok(doctor) } else { Err(Failure::business("医生不属于该科室")) }
}
