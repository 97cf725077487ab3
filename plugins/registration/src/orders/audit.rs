//! Decisions on requests for one more slot: each is taken once.

use ward_sdk::sql::{self, Connection, Database};

use super::{Extra, Lost, add, add_slot::possible, settle};
use crate::access::Viewer;
use crate::clock::Now;
use crate::domain::booking::Refusal;
use crate::domain::{AccountId, AddSlotStatus, AuditId, DoctorId, OrderId};
use crate::failure::Failure;
use crate::store::add_slots::{self, AddSlot, Decision, NewAddSlot};
use crate::store::{notices, offers};

/// What came of asking for a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The slot was added.
    Added(OrderId),
    /// The request is filed.
    Filed(AuditId),
}

/// An administrator adds the slot at once; a doctor files a request for one of the own shifts.
pub fn ask(extra: &Extra, reason: Option<&str>, viewer: &Viewer, now: &Now) -> Result<Asked, Failure> {
    settle(|| {
        if viewer.is_admin() {
            return sql::transaction(|within| Ok(Asked::Added(add(extra, now, within)?)));
        }
        file(extra, reason, viewer, now).map(Asked::Filed)
    })
}

fn file(extra: &Extra, reason: Option<&str>, viewer: &Viewer, now: &Now) -> Result<AuditId, Lost> {
    let offer = offers::find(extra.schedule, &Database)?.ok_or_else(|| Failure::missing("排班不存在"))?;
    if offer.place.doctor != viewer.doctor()? {
        return Err(Failure::forbidden("只能为本人的排班申请加号").into());
    }
    super::add_slot::patient(extra.patient, &Database)?;
    possible(extra, &offer, now, &Database)?;
    if add_slots::is_pending(extra.patient, extra.schedule, &Database)? {
        return Err(Refusal::Asked.into());
    }
    let new = NewAddSlot {
        schedule: extra.schedule,
        doctor: offer.place.doctor,
        patient: extra.patient,
        slot_type: extra.slot_type,
        reason: reason.map(str::to_owned),
        applicant: viewer.account,
    };
    Ok(add_slots::insert(&new, now.at, &Database)?)
}

/// Approves: the slot, its order and the decision come about together, or none of them.
pub fn approve(id: AuditId, by: AccountId, remark: Option<&str>, now: &Now) -> Result<OrderId, Failure> {
    settle(|| {
        sql::transaction(|within| {
            let request = pending(id, within)?;
            let extra =
                Extra { schedule: request.schedule_id, patient: request.patient_id, slot_type: request.slot_type };
            let order = add(&extra, now, within)?;
            let decision = decision(AddSlotStatus::Approved, by, remark);
            if !add_slots::approve(id, &decision, order, now.at, within)? {
                return Err(Lost::Again);
            }
            tell(&request, "加号申请已通过", now, within)?;
            Ok(order)
        })
    })
}

/// Rejects.
pub fn reject(id: AuditId, by: AccountId, remark: Option<&str>, now: &Now) -> Result<(), Failure> {
    decide(id, &decision(AddSlotStatus::Rejected, by, remark), now, |_| Ok(()))
}

/// The doctor takes the own request back.
pub fn take_back(id: AuditId, doctor: DoctorId, by: AccountId, now: &Now) -> Result<(), Failure> {
    decide(id, &decision(AddSlotStatus::Cancelled, by, None), now, |request| {
        if request.doctor_id == doctor { Ok(()) } else { Err(no_request()) }
    })
}

fn decide(
    id: AuditId,
    decision: &Decision,
    now: &Now,
    mut may: impl FnMut(&AddSlot) -> Result<(), Failure>,
) -> Result<(), Failure> {
    settle(|| {
        sql::transaction(|within| {
            let request = found(id, within)?;
            may(&request)?;
            let request = pending(request.id, within)?;
            if !add_slots::decide(id, decision, now.at, within)? {
                return Err(Lost::Again);
            }
            if decision.status == AddSlotStatus::Rejected {
                tell(&request, "加号申请已拒绝", now, within)?;
            }
            Ok(())
        })
    })
}

fn decision(status: AddSlotStatus, by: AccountId, remark: Option<&str>) -> Decision {
    Decision { status, by, remark: remark.map(str::to_owned) }
}

/// A request that waits for its decision.
fn pending(id: AuditId, within: &impl Connection) -> Result<AddSlot, Failure> {
    let request = found(id, within)?;
    match request.status {
        AddSlotStatus::Pending => Ok(request),
        _ => Err(Failure::business("该加号申请已处理")),
    }
}

fn found(id: AuditId, within: &impl Connection) -> Result<AddSlot, Failure> {
    add_slots::find(id, within)?.ok_or_else(no_request)
}

fn no_request() -> Failure {
    Failure::missing("加号申请不存在")
}

fn tell(request: &AddSlot, title: &str, now: &Now, within: &impl Connection) -> Result<(), Failure> {
    let body = format!("排班{}的加号申请({}):{title}", request.schedule_id, request.id);
    Ok(notices::send(request.applicant, "add_slot", title, &body, now.at, within)?)
}
