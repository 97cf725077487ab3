//! `DELETE /doctors/{doctor_id}`.

use ward_sdk::Path;
use ward_sdk::sql::{self, Database, Transaction};

use super::{photo, shape::missing};
use crate::answer::{Answer, Done, done};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{CancelReason, DoctorId};
use crate::failure::Failure;
use crate::orders;
use crate::store::config::{self, Scope};
use crate::store::{accounts, doctors, schedules};

/// Delete a doctor
///
/// Its account ends at once with all of its tokens. Its shifts from today on are stopped (停诊) and what was
/// booked on them is cancelled with a notice; what has been stays in statistics and records.
#[utoipa::path(
    delete, path = "/doctors/{doctor_id}", operation_id = "delete_doctor", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(("doctor_id" = i64, Path, description = "Number of the doctor")),
    responses((status = 200, description = "It is deleted", body = Answer<Done>), Refusals)
)]
pub async fn delete_doctor(now: Now, Path(id): Path<DoctorId>) -> Result<Answer<Done>, Failure> {
    let doctor = doctors::find(id, &Database)?.ok_or_else(missing)?;
    // First of all: whatever happens then, nobody signs in with it any more.
    if let Some(account) = doctor.account {
        accounts::end(account, now.at)?;
    }
    let name = sql::transaction(|within| delete(id, &now, within))?;
    Ok(done(format!("成功删除医生 {name}")))
}

fn delete(id: DoctorId, now: &Now, within: &Transaction) -> Result<String, Failure> {
    let doctor = doctors::find(id, within)?.ok_or_else(missing)?;
    for schedule in schedules::held_from(id, now.today, within)? {
        orders::stop(schedule, CancelReason::Stopped, now, within)?;
    }
    photo::forget(&doctor, within)?;
    config::forget(Scope::Doctor(id), within)?;
    doctors::delete(id, now.at, within)?;
    Ok(doctor.name)
}
