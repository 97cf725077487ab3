//! Requests for one more slot (加号申请).

use ward_sdk::sql::{self, Conditions, Connection, from_row, params};

use crate::domain::{
    AccountId, AddSlotStatus, AuditId, DoctorId, OrderId, Page, PatientId, ScheduleId, SlotType, Timestamp,
};

/// A request.
#[derive(Clone, Debug, PartialEq)]
pub struct AddSlot {
    /// Its number.
    pub id: AuditId,
    /// In which shift.
    pub schedule_id: ScheduleId,
    /// Whose shift that is.
    pub doctor_id: DoctorId,
    /// For whom.
    pub patient_id: PatientId,
    /// As what the slot is sold.
    pub slot_type: SlotType,
    /// Why.
    pub reason: Option<String>,
    /// Who asked.
    pub applicant: AccountId,
    /// When.
    pub submit_time: Timestamp,
    /// What was decided.
    pub status: AddSlotStatus,
    /// Who decided.
    pub auditor: Option<AccountId>,
    /// When.
    pub audit_time: Option<Timestamp>,
    /// With what remark.
    pub audit_remark: Option<String>,
    /// The order that came of it.
    pub order_id: Option<OrderId>,
}

from_row!(AddSlot {
    id,
    schedule_id,
    doctor_id,
    patient_id,
    slot_type,
    reason,
    applicant,
    submit_time,
    status,
    auditor,
    audit_time,
    audit_remark,
    order_id
});

const COLUMNS: &str = "id, schedule_id, doctor_id, patient_id, slot_type, reason, applicant, submit_time, status, \
     auditor, audit_time, audit_remark, order_id";

/// A request to be.
#[derive(Clone, Debug)]
pub struct NewAddSlot {
    /// In which shift.
    pub schedule: ScheduleId,
    /// Whose shift that is.
    pub doctor: DoctorId,
    /// For whom.
    pub patient: PatientId,
    /// As what the slot is sold.
    pub slot_type: SlotType,
    /// Why.
    pub reason: Option<String>,
    /// Who asks.
    pub applicant: AccountId,
}

/// Files a request.
pub fn insert(new: &NewAddSlot, now: Timestamp, within: &impl Connection) -> Result<AuditId, sql::Error> {
    let (id,) = within.query_one(
        "INSERT INTO add_slot_audit (schedule_id, doctor_id, patient_id, slot_type, reason, applicant, submit_time, status) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
        &params![
            new.schedule,
            new.doctor,
            new.patient,
            new.slot_type,
            new.reason,
            new.applicant,
            now,
            AddSlotStatus::Pending
        ],
    )?;
    Ok(id)
}

/// A request.
pub fn find(id: AuditId, within: &impl Connection) -> Result<Option<AddSlot>, sql::Error> {
    within.query_optional(&format!("SELECT {COLUMNS} FROM add_slot_audit WHERE id = $1"), &params![id])
}

/// Which requests; what is absent makes no difference.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    /// For this doctor's shifts.
    pub doctor: Option<DoctorId>,
    /// For this patient.
    pub patient: Option<PatientId>,
    /// In this state.
    pub status: Option<AddSlotStatus>,
}

/// How many requests there are, and a page of them, the newest first.
pub fn page(wanted: &Wanted, page: Page, within: &impl Connection) -> Result<(i64, Vec<AddSlot>), sql::Error> {
    let conditions = Conditions::new()
        .and("doctor_id = ?", wanted.doctor)
        .and("patient_id = ?", wanted.patient)
        .and("status = ?", wanted.status);
    let select = format!("SELECT {COLUMNS} FROM add_slot_audit");
    conditions.list("FROM add_slot_audit", &select, "id DESC", page, within)
}

/// Whether a patient's request for a schedule waits for its decision.
pub fn is_pending(patient: PatientId, schedule: ScheduleId, within: &impl Connection) -> Result<bool, sql::Error> {
    let found: Option<(i64,)> = within.query_optional(
        "SELECT 1 FROM add_slot_audit WHERE patient_id = $1 AND schedule_id = $2 AND status = 'pending'",
        &params![patient, schedule],
    )?;
    Ok(found.is_some())
}

/// Whether a patient has an order for a schedule.
pub fn has_order(patient: PatientId, schedule: ScheduleId, within: &impl Connection) -> Result<bool, sql::Error> {
    let found: Option<(i64,)> = within.query_optional(
        "SELECT 1 FROM appointment WHERE patient_id = $1 AND schedule_id = $2 AND status <> 'cancelled'",
        &params![patient, schedule],
    )?;
    Ok(found.is_some())
}

/// A decision.
#[derive(Clone, Debug)]
pub struct Decision {
    /// What it is.
    pub status: AddSlotStatus,
    /// Who took it.
    pub by: AccountId,
    /// With what remark.
    pub remark: Option<String>,
}

/// Decides a request that waits for it; tells whether it did.
pub fn decide(id: AuditId, decision: &Decision, now: Timestamp, within: &impl Connection) -> Result<bool, sql::Error> {
    decided(id, decision, None, now, within)
}

/// Approves a request that waits for it, with the order that came of it.
pub fn approve(
    id: AuditId,
    decision: &Decision,
    order: OrderId,
    now: Timestamp,
    within: &impl Connection,
) -> Result<bool, sql::Error> {
    decided(id, decision, Some(order), now, within)
}

fn decided(
    id: AuditId,
    decision: &Decision,
    order: Option<OrderId>,
    now: Timestamp,
    within: &impl Connection,
) -> Result<bool, sql::Error> {
    let changed = within.execute(
        "UPDATE add_slot_audit SET status = $2, auditor = $3, audit_time = $4, audit_remark = $5, order_id = $6 \
         WHERE id = $1 AND status = 'pending'",
        &params![id, decision.status, decision.by, now, decision.remark, order],
    )?;
    Ok(changed == 1)
}
