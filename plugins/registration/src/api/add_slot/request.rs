//! `POST /doctor/schedules/add-slot`.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{self, Viewer};
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{AuditId, OrderId, PatientId, ScheduleId, SlotType};
use crate::failure::Failure;
use crate::input::{Body, Choice, Fields, Number, Read, Text};
use crate::orders::{self, Asked, Extra};

/// The slot to be added.
#[derive(ToSchema)]
#[schema(as = AddSlotFields, example = json!({
    "schedule_id": 12345, "patient_id": 67890, "slot_type": "普通", "reason": "需要加号给病患"
}))]
#[expect(dead_code, reason = "describes the body; `New` is read from it")]
pub struct AddSlotBody {
    /// The shift.
    schedule_id: i64,
    /// The patient.
    patient_id: i64,
    /// As what it is sold.
    slot_type: SlotType,
    /// Why.
    #[schema(max_length = 500)]
    reason: Option<String>,
}

/// The slot to be added.
pub struct New {
    extra: Extra,
    reason: Option<String>,
}

impl Read for New {
    fn read(fields: &mut Fields) -> Option<Self> {
        let schedule = fields.required("schedule_id", &Number(ScheduleId));
        let patient = fields.required("patient_id", &Number(PatientId));
        let slot_type = fields.required("slot_type", &Choice::<SlotType>::new());
        let reason = fields.optional("reason", &Text::lines(500).or_blank());
        let extra = Extra { schedule: schedule?, patient: patient?, slot_type: slot_type? };
        Some(Self { extra, reason: reason?.filter(|reason| !reason.trim().is_empty()) })
    }
}

/// What came of it: an order at once, or a request.
#[derive(Serialize, ToSchema)]
pub struct AddSlotAnswer {
    detail: Cow<'static, str>,
    /// The order, where an administrator added the slot.
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<OrderId>,
    /// The request, where a doctor asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    audit_id: Option<AuditId>,
}

/// Add a slot to a shift, or ask for it
///
/// An administrator adds the slot and its order at once, in any shift. A doctor asks for it in one of the own
/// shifts, and an administrator decides. The limits of booking do not count here, but a patient has one
/// order in a shift.
#[utoipa::path(
    post, path = "/schedules/add-slot", operation_id = "request_add_slot", tag = "Doctor",
    security(("bearer" = []), ("password" = [])),
    request_body = AddSlotBody,
    responses((status = 200, description = "Added, or asked for", body = Answer<AddSlotAnswer>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn request_add_slot(
    viewer: Viewer,
    now: Now,
    Body(new): Body<New>,
) -> Result<Answer<AddSlotAnswer>, Failure> {
    access::touch([new.extra.patient])?;
    let answer = match orders::ask(&new.extra, new.reason.as_deref(), &viewer, &now)? {
        Asked::Added(order) => {
            AddSlotAnswer { detail: "加号记录已创建".into(), order_id: Some(order), audit_id: None }
        }
        Asked::Filed(audit) => {
            AddSlotAnswer {
                detail: "加号申请已提交，等待审核".into(), order_id: None, audit_id: Some(audit)
            }
        }
    };
    Ok(ok(answer))
}
