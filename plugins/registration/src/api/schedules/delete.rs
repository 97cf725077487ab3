//! `DELETE /admin/schedules/{schedule_id}`.

use ward_sdk::Path;
use ward_sdk::sql::{self, Transaction};

use super::shape::missing;
use crate::answer::{Answer, Done, done};
use crate::api::docs::Refusals;
use crate::domain::ScheduleId;
use crate::failure::Failure;
use crate::orders;
use crate::store::schedules;

/// Delete a schedule on which nothing was ever booked
///
/// One with orders, also cancelled ones, can be stopped (`status` 停诊) and is kept for the records.
#[utoipa::path(
    delete, path = "/admin/schedules/{schedule_id}", operation_id = "delete_schedule", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(("schedule_id" = i64, Path, description = "Number of the schedule")),
    responses((status = 200, description = "It is deleted", body = Answer<Done>), Refusals)
)]
pub async fn delete_schedule(Path(id): Path<ScheduleId>) -> Result<Answer<Done>, Failure> {
    sql::transaction(|within| delete(id, within))?;
    Ok(done("排班删除成功"))
}

fn delete(id: ScheduleId, within: &Transaction) -> Result<(), Failure> {
    schedules::find(id, within)?.ok_or_else(missing)?;
    if orders::any(id, within)? {
        return Err(Failure::business("该排班已有预约记录，不能删除，可改为停诊"));
    }
    match schedules::delete(id, within) {
        Err(sql::Error::ForeignKey(_)) => Err(Failure::business("该排班已被其他记录引用，不能删除，可改为停诊")),
        result => Ok(result?),
    }
}
