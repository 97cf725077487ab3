//! `POST /doctor/leave/apply`.

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use ward_sdk::sql::{self, Connection};

use super::shape::LeaveRecord;
use crate::access::Viewer;
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{AuditStatus, DoctorId, LeaveShift};
use crate::failure::Failure;
use crate::input::{Body, Choice, Date, Fault, Fields, List, OrEmpty, Read, Rule, Text};
use crate::store::config::{self, Chain};
use crate::store::doctors;
use crate::store::leaves::{self, Asked, NewLeave};

/// Characters of a reason.
const REASON: usize = 500;
/// Characters of an attachment's path, and of its name.
const PATH: usize = 500;
/// How many attachments a request may have.
const ATTACHMENTS: usize = 20;

const TWICE: &str = "该日期该时段已有请假申请，请勿重复提交";

/// A request for leave.
#[derive(ToSchema, Deserialize)]
#[schema(as = NewLeave, example = json!({
    "date": "2025-12-20", "shift": "full", "reason": "因个人原因需要请假",
    "attachments": ["static/images/audit/2025/11/26/20251126184713_诊断证明.jpg"]
}))]
#[expect(dead_code, reason = "describes the body; the store's type is read from it")]
pub struct New {
    /// The day.
    #[schema(value_type = String, format = Date)]
    date: String,
    /// `morning`, `afternoon`, `night` or `full`.
    shift: String,
    /// Why.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
    /// Paths that `POST /common/upload` gave, as text or as `{url, name}`.
    #[schema(max_items = 20)]
    attachments: Option<Vec<Value>>,
}

/// A path, or `{url, name}`.
struct Attachment;

impl Rule for Attachment {
    type Output = Value;

    fn read(&self, value: &Value) -> Result<Value, Fault> {
        let line = Text::line(PATH);
        match value {
            Value::Object(fields) => {
                let url = line.read(fields.get("url").unwrap_or(&Value::Null))?;
                let name = fields.get("name").filter(|name| !name.is_null());
                let name = name.map(|name| line.or_blank().read(name)).transpose()?;
                Ok(json!({ "url": url, "name": name }))
            }
            other => line.read(other).map(Value::String),
        }
    }
}

impl Read for NewLeave {
    fn read(fields: &mut Fields) -> Option<Self> {
        let leave_day = fields.required("date", &Date);
        let shift = fields.required("shift", &Choice::<LeaveShift>::new());
        let reason = fields.required("reason", &Text::lines(REASON));
        let attachments = fields.optional("attachments", &OrEmpty(List { of: Attachment, most: ATTACHMENTS }));
        let attachments = attachments?.flatten().unwrap_or_default();
        Some(Self {
            leave_day: leave_day?,
            shift: shift?,
            reason: reason?,
            attachments: Value::from(attachments).to_string(),
        })
    }
}

/// Ask for leave (五.3.2)
///
/// All of a day until the day before; a single shift also on its day, until it starts. A request that was
/// not rejected is not made twice, and all of a day overlaps each of its shifts.
#[utoipa::path(
    post, path = "/doctor/leave/apply", operation_id = "apply_leave", tag = "Doctor",
    security(("bearer" = []), ("password" = [])),
    request_body = New,
    responses((status = 200, description = "The request", body = Answer<LeaveRecord>), Refusals)
)]
pub async fn apply_leave(viewer: Viewer, now: Now, Body(new): Body<NewLeave>) -> Result<Answer<LeaveRecord>, Failure> {
    let doctor = viewer.doctor()?;
    sql::transaction(|within| {
        let rules = config::schedule(&chain(doctor, within)?, within)?;
        new.shift.in_time(new.leave_day, &now, |section| rules.start(section))?;
        if !free(new.shift, &leaves::between(doctor, new.leave_day, new.leave_day, within)?) {
            return Err(Failure::refused(TWICE));
        }
        let id = leaves::insert(&new, doctor, now.at, within).map_err(twice)?;
        let leave = leaves::find(id, within)?.ok_or_else(Failure::internal)?;
        Ok(ok(LeaveRecord::of(leave, &now)))
    })
}

/// Where a doctor's configuration is looked up.
pub fn chain(doctor: DoctorId, within: &impl Connection) -> Result<Chain, Failure> {
    let minor = doctors::find(doctor, within)?.map(|doctor| doctor.dept_id);
    Ok(Chain { doctor: Some(doctor), clinic: None, minor })
}

/// Whether nothing that was asked for on a day, and not rejected, overlaps.
pub fn free(shift: LeaveShift, asked: &[Asked]) -> bool {
    !asked.iter().any(|(_, other, status)| *status != AuditStatus::Rejected && shift.overlaps(*other))
}

fn twice(error: sql::Error) -> Failure {
    match error {
        sql::Error::Unique(_) => Failure::refused(TWICE),
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Attachment, NewLeave, free};
    use crate::domain::{AuditStatus, Day, LeaveShift};
    use crate::input::{Fields, Read as _, Rule as _};
    use serde_json::{Value, json};

    fn read(body: Value) -> Result<NewLeave, String> {
        let fields = Fields::json(body).map_err(|wrong| crate::failure::Failure::from(wrong).msg.into_owned())?;
        NewLeave::from_fields(fields).map_err(|wrong| crate::failure::Failure::from(wrong).msg.into_owned())
    }

    #[test]
    fn attachments_keep_the_form_in_which_they_were_sent() {
        let sent = json!(["static/a.jpg", {"url": "static/b.jpg", "name": "诊断证明.jpg"}]);
        let new = read(json!({"date": "2025-12-20", "shift": "full", "reason": "病", "attachments": sent}));
        assert_eq!(serde_json::from_str::<Value>(&new.expect("fine").attachments).expect("JSON"), sent);
        for wrong in [json!(5), json!({"name": "a"}), json!(""), json!("a\u{0}"), json!("长".repeat(501))] {
            assert!(Attachment.read(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn everything_wrong_is_told() {
        let told = read(json!({"date": "tomorrow", "shift": "noon", "reason": " ", "attachments": "a"}));
        let told = told.expect_err("all of it is wrong");
        for field in ["date:", "shift: 应为 morning/afternoon/night/full 之一", "reason: 不能为空", "attachments:"]
        {
            assert!(told.contains(field), "{field} in {told}");
        }
        let long = json!({"date": "2025-12-20", "shift": "full", "reason": "长".repeat(501)});
        assert!(read(long).is_err());
    }

    #[test]
    fn what_was_rejected_can_be_asked_for_again() {
        let day: Day = "2025-12-20".parse().expect("a day");
        let asked = |shift, status| [(day, shift, status)];
        assert!(free(LeaveShift::Full, &asked(LeaveShift::Full, AuditStatus::Rejected)));
        assert!(!free(LeaveShift::Full, &asked(LeaveShift::Night, AuditStatus::Pending)));
        assert!(!free(LeaveShift::Night, &asked(LeaveShift::Full, AuditStatus::Approved)));
        assert!(free(LeaveShift::Morning, &asked(LeaveShift::Night, AuditStatus::Approved)));
    }
}
