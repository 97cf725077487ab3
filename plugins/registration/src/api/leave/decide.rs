//! Decisions on leave.

use ward_sdk::sql::{self, Transaction};

use crate::api::audits::{Decided, Verdict};
use crate::clock::Now;
use crate::domain::{AuditStatus, CancelReason, DoctorId, MinorId, ScheduleStatus, Word as _, audit};
use crate::failure::Failure;
use crate::orders;
use crate::store::leaves::{self, Leave};
use crate::store::{config, doctors, notices, schedules};

/// For whom an auditor decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// For all: an administrator.
    All,
    /// For the other doctors of a department: its head.
    Department(MinorId, DoctorId),
}

impl Reach {
    /// The request, if the auditor may see it.
    pub fn see(self, leave: Option<Leave>) -> Result<Leave, Failure> {
        let leave = leave.ok_or_else(|| Failure::missing("请假申请不存在"))?;
        match self {
            Self::Department(dept, _) if leave.dept_id != dept => Err(Failure::forbidden("无权查看其他科室的请假申请")),
            _ => Ok(leave),
        }
    }

    fn decides(self, leave: &Leave) -> Result<(), Failure> {
        match self {
            Self::Department(_, head) if leave.doctor_id == head => Err(Failure::forbidden("不能审批自己的请假申请")),
            _ => Ok(()),
        }
    }
}

/// Takes a decision, once, and does what it means.
pub fn decide(reach: Reach, verdict: &Verdict) -> Result<Decided, Failure> {
    sql::transaction(|within| {
        let leave = reach.see(leaves::find(verdict.id, within)?)?;
        reach.decides(&leave)?;
        let status = leave.status.after(verdict.decision)?;
        let (by, comment, now) = (verdict.by, verdict.comment.as_deref(), verdict.now.at);
        if !leaves::decide(leave.id, status, by, comment, now, within)? {
            return Err(audit::decided());
        }
        if status == AuditStatus::Approved {
            suspend(&leave, &verdict.now, within)?;
        }
        tell(&leave, status, &verdict.now, within)?;
        Ok(verdict.decided(status))
    })
}

/// Suspends the doctor's shifts in the span, unless they are over.
fn suspend(leave: &Leave, now: &Now, within: &Transaction) -> Result<(), Failure> {
    for section in leave.shift.sections() {
        let Some(shift) = schedules::at(leave.doctor_id, leave.leave_day, *section, within)? else { continue };
        let rules = config::schedule(&schedules::chain(&shift), within)?;
        let over = now.at >= now.moment(shift.day, rules.end(*section));
        if shift.status == ScheduleStatus::Open && !over {
            orders::stop(shift.id, CancelReason::Leave, now, within)?;
        }
    }
    Ok(())
}

/// Tells the doctor.
fn tell(leave: &Leave, status: AuditStatus, now: &Now, within: &Transaction) -> Result<(), Failure> {
    let doctor = doctors::find(leave.doctor_id, within)?;
    let Some(account) = doctor.and_then(|doctor| doctor.account) else { return Ok(()) };
    let outcome = if status == AuditStatus::Approved { "已通过" } else { "已被驳回" };
    let body = format!("您 {}（{}）的请假申请{outcome}。", leave.leave_day, leave.shift.word());
    Ok(notices::send(account, "leave_audit", &format!("请假申请{outcome}"), &body, now.at, within)?)
}
