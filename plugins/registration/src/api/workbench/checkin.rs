//! `POST /workbench/checkin` and `checkout`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use ward_sdk::sql::{self, Connection};

use super::place::{Here, near};
use super::shift::{self, Shift};
use crate::access::Viewer;
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::attendance::{ShiftStatus, span};
use crate::domain::{AreaId, DoctorId, ScheduleStatus};
use crate::failure::Failure;
use crate::input::Body;
use crate::store::{attendance, schedules};

/// A shift, and where the doctor is.
#[derive(ToSchema, Deserialize)]
#[schema(as = Here, example = json!({"shiftId": 4567, "latitude": 39.984, "longitude": 116.318}))]
#[expect(dead_code, reason = "describes the body; `Here` is read from it")]
pub struct HereBody {
    /// An own shift of today.
    #[serde(rename = "shiftId")]
    shift_id: i64,
    /// Degrees north. Needed where the area has coordinates.
    latitude: Option<f64>,
    /// Degrees east. Needed where the area has coordinates.
    longitude: Option<f64>,
}

/// A doctor came.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "checkinTime": "08:05", "status": "checked_in", "message": "签到成功", "workDuration": "0分钟"
}))]
pub struct CheckedIn {
    checkin_time: String,
    status: ShiftStatus,
    message: &'static str,
    work_duration: String,
}

/// A doctor went.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "checkoutTime": "11:58", "workDuration": "3小时53分钟", "status": "checked_out", "message": "签退成功"
}))]
pub struct CheckedOut {
    checkout_time: String,
    work_duration: String,
    status: ShiftStatus,
    message: &'static str,
}

/// Check in to a shift (五.1.2)
///
/// Once, on the shift's day, from an hour before it until it is over, near the clinic's area.
#[utoipa::path(
    post, path = "/workbench/checkin", operation_id = "workbench_checkin", tag = "Doctor",
    security(("bearer" = []), ("password" = [])),
    request_body = HereBody,
    responses((status = 200, description = "Checked in", body = Answer<CheckedIn>), Refusals)
)]
pub async fn workbench_checkin(viewer: Viewer, now: Now, Body(here): Body<Here>) -> Result<Answer<CheckedIn>, Failure> {
    let doctor = viewer.doctor()?;
    sql::transaction(|within| {
        let (shift, area) = own(here, doctor, within)?;
        if shift.presence.checkin.is_some() {
            return Err(Failure::refused("已签到，请勿重复签到"));
        }
        shift.hours.may_check_in(&now)?;
        near(area, here.spot, within)?;
        // An absence is marked only of days that are over, so what is there already is another check-in.
        if !attendance::check_in(here.shift, here.spot, now.at, within)? {
            return Err(Failure::refused("已签到，请勿重复签到"));
        }
        Ok(ok(CheckedIn {
            checkin_time: now.time.to_string(),
            status: ShiftStatus::CheckedIn,
            message: "签到成功",
            work_duration: span(now.at, now.at),
        }))
    })
}

/// Check out of a shift (五.1.3)
///
/// Once, after checking in, near the clinic's area.
#[utoipa::path(
    post, path = "/workbench/checkout", operation_id = "workbench_checkout", tag = "Doctor",
    security(("bearer" = []), ("password" = [])),
    request_body = HereBody,
    responses((status = 200, description = "Checked out", body = Answer<CheckedOut>), Refusals)
)]
pub async fn workbench_checkout(
    viewer: Viewer,
    now: Now,
    Body(here): Body<Here>,
) -> Result<Answer<CheckedOut>, Failure> {
    let doctor = viewer.doctor()?;
    sql::transaction(|within| {
        let (shift, area) = own(here, doctor, within)?;
        let came = shift.presence.checkin.ok_or_else(|| Failure::refused("尚未签到，无法签退"))?;
        near(area, here.spot, within)?;
        if shift.presence.checkout.is_some() || !attendance::check_out(here.shift, here.spot, now.at, within)? {
            return Err(Failure::refused("已签退，请勿重复签退"));
        }
        Ok(ok(CheckedOut {
            checkout_time: now.time.to_string(),
            work_duration: span(came, now.at),
            status: ShiftStatus::CheckedOut,
            message: "签退成功",
        }))
    })
}

/// The doctor's own shift, and the area that it is in.
fn own(here: Here, doctor: DoctorId, within: &impl Connection) -> Result<(Shift, AreaId), Failure> {
    let found = schedules::detail(here.shift, within)?.ok_or_else(|| Failure::missing("班次不存在"))?;
    if found.schedule.doctor_id != doctor {
        return Err(Failure::forbidden("只能操作本人的班次"));
    }
    let shift = shift::full(&found, within)?;
    if found.schedule.status != ScheduleStatus::Open && shift.presence.checkin.is_none() {
        return Err(Failure::refused("该班次已停诊"));
    }
    Ok((shift, found.area_id))
}
