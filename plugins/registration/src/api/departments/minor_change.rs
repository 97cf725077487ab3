//! `PUT` and `DELETE /minor-departments/{minor_dept_id}`.

use ward_sdk::Path;
use ward_sdk::sql::{self, Transaction};

use super::major;
use super::minor_shape::{Change, MinorBody, Shown, missing, taken};
use crate::answer::{Answer, Done, done, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::MinorId;
use crate::failure::Failure;
use crate::input::Body;
use crate::store::clinics;
use crate::store::config::{self, Scope};
use crate::store::departments::{self, Minor};
use crate::store::prices::{self, Prices};

/// Change a minor department, or move it to another major one
#[utoipa::path(
    put, path = "/minor-departments/{minor_dept_id}", operation_id = "update_minor_department", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(("minor_dept_id" = i64, Path, description = "Number of the minor department")),
    request_body = MinorBody,
    responses((status = 200, description = "The department, changed", body = Answer<Shown>), Refusals)
)]
pub async fn update_minor_department(
    now: Now,
    Path(id): Path<MinorId>,
    Body(change): Body<Change>,
) -> Result<Answer<Shown>, Failure> {
    let (minor, prices) = sql::transaction(|within| update(id, &change, within))?;
    Ok(ok(Shown::of(minor, prices, &now)))
}

fn update(id: MinorId, change: &Change, within: &Transaction) -> Result<(Minor, Prices), Failure> {
    let before = departments::find_minor(id, within)?.ok_or_else(missing)?;
    let minor = Minor {
        major_dept_id: change.major.unwrap_or(before.major_dept_id),
        name: change.name.clone().unwrap_or(before.name),
        description: change.description.clone().unwrap_or(before.description),
        ..before
    };
    departments::find_major(minor.major_dept_id, within)?.ok_or_else(major::missing)?;
    let other = departments::minor_named(minor.major_dept_id, &minor.name, within)?;
    if other.is_some_and(|other| other != id) {
        return Err(taken());
    }
    departments::update_minor(&minor, within)?;
    let set = prices::change(Scope::Minor(id), change.prices, within)?;
    Ok((minor, set))
}

/// Delete a minor department that has no doctor
///
/// Its prices, its configuration and its clinics go with it. Refused while its clinics have shifts to come.
#[utoipa::path(
    delete, path = "/minor-departments/{minor_dept_id}", operation_id = "delete_minor_department",
    tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(("minor_dept_id" = i64, Path, description = "Number of the minor department")),
    responses((status = 200, description = "It is deleted", body = Answer<Done>), Refusals)
)]
pub async fn delete_minor_department(now: Now, Path(id): Path<MinorId>) -> Result<Answer<Done>, Failure> {
    let name = sql::transaction(|within| delete(id, &now, within))?;
    Ok(done(format!("成功删除小科室 {name}")))
}

fn delete(id: MinorId, now: &Now, within: &Transaction) -> Result<String, Failure> {
    let minor = departments::find_minor(id, within)?.ok_or_else(missing)?;
    if departments::has_doctors(id, within)? {
        return Err(Failure::business("该小科室下存在医生，无法删除"));
    }
    if clinics::busy_from(id, now.today, within)? {
        return Err(Failure::business("该小科室的门诊仍有未结束的排班，无法删除"));
    }
    for clinic in clinics::of_department(id, within)? {
        config::forget(Scope::Clinic(clinic.id), within)?;
    }
    config::forget(Scope::Minor(id), within)?;
    departments::delete_minor(id, now.at, within)?;
    Ok(minor.name)
}
