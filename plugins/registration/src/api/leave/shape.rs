//! A request for leave, as doctors and as auditors see it.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::clock::Now;
use crate::domain::{AccountId, AuditId, AuditStatus, Day, DoctorId, LeaveShift};
use crate::store::leaves::Leave;

/// Characters of a reason that lists show.
const PREVIEW: usize = 50;

/// A request, as the doctor sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 16, "doctor_id": 1, "leave_date": "2025-12-20", "shift": "full", "reason": "因个人原因需要请假",
    "status": "pending", "submit_time": "2025-11-26T18:47:20", "auditor_id": null, "audit_time": null,
    "audit_remark": null, "attachments": ["static/images/audit/2025/11/26/20251126184713_诊断证明.jpg"]
}))]
pub struct LeaveRecord {
    id: AuditId,
    doctor_id: DoctorId,
    leave_date: Day,
    shift: LeaveShift,
    reason: String,
    status: AuditStatus,
    /// The hospital's time.
    submit_time: String,
    /// The auditor's account.
    auditor_id: Option<AccountId>,
    /// The hospital's time.
    audit_time: Option<String>,
    audit_remark: Option<String>,
    /// As they were sent: paths, or `{url, name}`.
    attachments: Vec<Value>,
}

/// A request, as auditors see it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 1, "doctor_id": 10, "doctor_name": "李医生", "doctor_title": "主治医师", "department_name": "心内科",
    "leave_date": "2025-11-05", "shift": "full", "leave_start_date": "2025-11-05", "leave_end_date": "2025-11-05",
    "leave_days": 1, "reason": "因个人原因需要请假", "reason_preview": "因个人原因需要请假",
    "attachments": ["/static/audit/leave_20251101_123456.jpg"], "submit_time": "2025-11-01T09:00:00",
    "status": "pending", "auditor_id": null, "audit_time": null, "audit_remark": null
}))]
pub struct LeaveAudit {
    #[serde(flatten)]
    record: LeaveRecord,
    doctor_name: String,
    doctor_title: String,
    department_name: String,
    leave_start_date: Day,
    leave_end_date: Day,
    /// Days from the first to the last, both included.
    leave_days: i64,
    /// The reason's first 50 characters.
    reason_preview: String,
}

impl LeaveRecord {
    /// A request, in the hospital's time.
    pub fn of(leave: Leave, now: &Now) -> Self {
        Self {
            id: leave.id,
            doctor_id: leave.doctor_id,
            leave_date: leave.leave_day,
            shift: leave.shift,
            reason: leave.reason,
            status: leave.status,
            submit_time: now.local(leave.submitted_at),
            auditor_id: leave.auditor,
            audit_time: leave.audited_at.map(|at| now.local(at)),
            audit_remark: leave.remark,
            attachments: serde_json::from_str(&leave.attachments).unwrap_or_default(),
        }
    }
}

impl LeaveAudit {
    /// A request, in the hospital's time.
    pub fn of(mut leave: Leave, now: &Now) -> Self {
        Self {
            doctor_name: std::mem::take(&mut leave.doctor_name),
            doctor_title: std::mem::take(&mut leave.doctor_title),
            department_name: std::mem::take(&mut leave.dept_name),
            leave_start_date: leave.leave_day,
            leave_end_date: leave.leave_day,
            leave_days: 1,
            reason_preview: preview(&leave.reason),
            record: LeaveRecord::of(leave, now),
        }
    }
}

fn preview(reason: &str) -> String {
    let mut shown: String = reason.chars().take(PREVIEW).collect();
    if shown.len() < reason.len() {
        shown.push_str("...");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::preview;

    #[test]
    fn a_preview_has_fifty_characters() {
        assert_eq!(preview("病"), "病");
        assert_eq!(preview(&"病".repeat(50)), "病".repeat(50));
        assert_eq!(preview(&"病".repeat(51)), "病".repeat(50) + "...");
    }
}
