//! `GET /admin/audit/add-slot` and `GET /doctor/schedules/add-slot`.

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use ward_sdk::sql::Database;

use crate::access::{self, Viewer};
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{AccountId, AddSlotStatus, AuditId, DoctorId, OrderId, Page, PatientId, ScheduleId, SlotType};
use crate::failure::Failure;
use crate::input::{Choice, Fields, Number, Query, Read};
use crate::store::add_slots::{self, AddSlot, Wanted};

/// A request for one more slot.
#[derive(Serialize, ToSchema)]
#[schema(as = AddSlotAudit)]
pub struct Item {
    audit_id: AuditId,
    schedule_id: ScheduleId,
    doctor_id: DoctorId,
    patient_id: PatientId,
    slot_type: SlotType,
    reason: Option<String>,
    /// The account that asked.
    applicant_id: AccountId,
    submit_time: String,
    status: AddSlotStatus,
    auditor_admin_id: Option<AccountId>,
    audit_time: Option<String>,
    audit_remark: Option<String>,
    /// The order that came of it.
    order_id: Option<OrderId>,
}

/// Requests, the newest first.
#[derive(Serialize, ToSchema)]
pub struct AddSlotAudits {
    total: i64,
    audits: Vec<Item>,
}

/// The query.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query; `Asked` is read from it")]
pub struct Parameters {
    /// `pending`, `approved`, `rejected` or `cancelled`.
    status: Option<String>,
    /// For this doctor's shifts; a doctor gets the own ones.
    doctor_id: Option<i64>,
    /// For this patient.
    patient_id: Option<i64>,
    /// From 1.
    page: Option<i64>,
    /// All (10,000 at most) unless it says otherwise.
    page_size: Option<i64>,
}

/// What is asked for.
pub struct Asked {
    wanted: Wanted,
    page: Page,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let status = fields.optional("status", &Choice::<AddSlotStatus>::new());
        let doctor = fields.optional("doctor_id", &Number(DoctorId));
        let patient = fields.optional("patient_id", &Number(PatientId));
        let page = Page::read(fields, 10_000);
        Some(Self { wanted: Wanted { doctor: doctor?, patient: patient?, status: status? }, page: page? })
    }
}

/// List requests for one more slot
#[utoipa::path(
    get, path = "/admin/audit/add-slot", operation_id = "list_add_slots", tag = "Audits",
    security(("bearer" = []), ("password" = [])),
    params(Parameters),
    responses((status = 200, description = "The newest first", body = Answer<AddSlotAudits>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn list_add_slots(now: Now, Query(asked): Query<Asked>) -> Result<Answer<AddSlotAudits>, Failure> {
    answer(&asked.wanted, asked.page, &now)
}

/// List the doctor's own requests for one more slot
#[utoipa::path(
    get, path = "/schedules/add-slot", operation_id = "list_own_add_slots", tag = "Doctor",
    security(("bearer" = []), ("password" = [])),
    params(Parameters),
    responses((status = 200, description = "The newest first", body = Answer<AddSlotAudits>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn list_own_add_slots(
    viewer: Viewer,
    now: Now,
    Query(asked): Query<Asked>,
) -> Result<Answer<AddSlotAudits>, Failure> {
    let doctor = if viewer.is_admin() { asked.wanted.doctor } else { Some(viewer.doctor()?) };
    answer(&Wanted { doctor, ..asked.wanted }, asked.page, &now)
}

fn answer(wanted: &Wanted, page: Page, now: &Now) -> Result<Answer<AddSlotAudits>, Failure> {
    let (total, found) = add_slots::page(wanted, page, &Database)?;
    access::touch(found.iter().map(|request| request.patient_id))?;
    Ok(ok(AddSlotAudits { total, audits: found.into_iter().map(|request| item(request, now)).collect() }))
}

fn item(request: AddSlot, now: &Now) -> Item {
    Item {
        audit_id: request.id,
        schedule_id: request.schedule_id,
        doctor_id: request.doctor_id,
        patient_id: request.patient_id,
        slot_type: request.slot_type,
        reason: request.reason,
        applicant_id: request.applicant,
        submit_time: now.local(request.submit_time),
        status: request.status,
        auditor_admin_id: request.auditor,
        audit_time: request.audit_time.map(|at| now.local(at)),
        audit_remark: request.audit_remark,
        order_id: request.order_id,
    }
}
