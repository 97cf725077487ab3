//! `POST /admin/audit/schedule/{audit_id}/approve` and `reject`.

use ward_sdk::Path;
use ward_sdk::sql::{self, Transaction};

use crate::access::Viewer;
use crate::answer::{Answer, ok};
use crate::api::audits::{Comment, CommentBody, Decided, Verdict};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::week::Change;
use crate::domain::{AuditId, AuditStatus, CancelReason, Decision, Money, ScheduleId, ScheduleStatus, SlotType, audit};
use crate::failure::Failure;
use crate::input::OptionalBody;
use crate::orders;
use crate::store::clinics::{self, Clinic};
use crate::store::config;
use crate::store::doctors::Doctor;
use crate::store::schedule_audits;
use crate::store::schedules::{self, Detail, NewSchedule};

/// That there is no such request.
pub fn missing() -> Failure {
    Failure::missing("排班审核申请不存在")
}

/// Approve a request to change a clinic's week (二.5.3)
///
/// Makes all of its changes or none. A shift that is taken away is deleted or, where something was ever booked on
/// it, suspended, with a notice to those who booked. A new one gets the slots that fit into it by the
/// configuration, the kind of slot that the clinic's kind says, and the price of the hierarchy.
#[utoipa::path(
    post, path = "/admin/audit/schedule/{audit_id}/approve", operation_id = "approve_schedule_audit", tag = "Audits",
    security(("bearer" = []), ("password" = [])),
    params(("audit_id" = i64, Path, description = "Number of the request")),
    request_body = Option<CommentBody>,
    responses((status = 200, description = "Approved", body = Answer<Decided>), Refusals)
)]
pub async fn approve_schedule_audit(
    viewer: Viewer,
    now: Now,
    Path(id): Path<AuditId>,
    OptionalBody(comment): OptionalBody<Comment>,
) -> Result<Answer<Decided>, Failure> {
    decide(&Verdict::new(id, Decision::Approve, &viewer, comment, now)).map(ok)
}

/// Reject a request to change a clinic's week (二.5.4)
#[utoipa::path(
    post, path = "/admin/audit/schedule/{audit_id}/reject", operation_id = "reject_schedule_audit", tag = "Audits",
    security(("bearer" = []), ("password" = [])),
    params(("audit_id" = i64, Path, description = "Number of the request")),
    request_body = Option<CommentBody>,
    responses((status = 200, description = "Rejected", body = Answer<Decided>), Refusals)
)]
pub async fn reject_schedule_audit(
    viewer: Viewer,
    now: Now,
    Path(id): Path<AuditId>,
    OptionalBody(comment): OptionalBody<Comment>,
) -> Result<Answer<Decided>, Failure> {
    decide(&Verdict::new(id, Decision::Reject, &viewer, comment, now)).map(ok)
}

fn decide(verdict: &Verdict) -> Result<Decided, Failure> {
    sql::transaction(|within| {
        let audit = schedule_audits::find(verdict.id, within)?.ok_or_else(missing)?;
        let status = audit.status.after(verdict.decision)?;
        let (by, comment, now) = (verdict.by, verdict.comment.as_deref(), verdict.now.at);
        if !schedule_audits::decide(audit.id, status, by, comment, now, within)? {
            return Err(audit::decided());
        }
        if status == AuditStatus::Approved {
            let clinic = clinics::find(audit.clinic_id, within)?.ok_or_else(|| Failure::refused("门诊已不存在"))?;
            for change in audit.week.changes(audit.week_start) {
                make(change, &clinic, &verdict.now, within)?;
            }
        }
        Ok(verdict.decided(status))
    })
}

/// Makes one change: whoever else works in the clinic then does not any more.
fn make(change: Change, clinic: &Clinic, now: &Now, within: &Transaction) -> Result<(), Failure> {
    super::submit::in_time(change, clinic, now, within)?;
    let day = schedules::Asked::between(change.day, change.day).of_clinic(clinic.id);
    let all = schedules::list(&day, within)?;
    let here = all.into_iter().filter(|found| found.schedule.section == change.shift.section());
    let (stays, goes): (Vec<Detail>, Vec<Detail>) =
        here.partition(|found| Some(found.schedule.doctor_id) == change.doctor);
    for found in goes {
        take_away(found.schedule.id, now, within)?;
    }
    let Some(doctor) = change.doctor else { return Ok(()) };
    let doctor = super::submit::free(doctor, change, clinic, within)?;
    match stays.first() {
        Some(found) if found.schedule.status == ScheduleStatus::Open => Ok(()),
        Some(found) => orders::resume(found.schedule.id, within),
        None => add(change, &doctor, clinic, now, within),
    }
}

/// Erases a shift or, where something was ever booked on it, suspends it.
fn take_away(id: ScheduleId, now: &Now, within: &Transaction) -> Result<(), Failure> {
    if orders::any(id, within)? {
        orders::stop(id, CancelReason::Stopped, now, within).map(drop)
    } else {
        Ok(schedules::delete(id, within)?)
    }
}

fn add(change: Change, doctor: &Doctor, clinic: &Clinic, now: &Now, within: &Transaction) -> Result<(), Failure> {
    let chain = config::Chain { doctor: Some(doctor.id), clinic: Some(clinic.id), minor: clinic.dept_id };
    let rules = config::schedule(&chain, within)?;
    let section = change.shift.section();
    let minutes = i64::from(rules.end(section).minutes()) - i64::from(rules.start(section).minutes());
    let each = i64::from(rules.consultation_duration.saturating_add(rules.interval_time).max(1));
    let new = NewSchedule {
        doctor_id: doctor.id,
        clinic_id: clinic.id,
        day: change.day,
        section,
        slot_type: clinic.clinic_type.slot_types().last().copied().unwrap_or(SlotType::Normal),
        status: ScheduleStatus::Open,
        price: Money::default(),
        total_slots: (minutes / each).max(1),
    };
    schedules::insert(&new, doctor, clinic, now.at, within)?;
    Ok(())
}
