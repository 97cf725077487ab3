//! `POST /doctor/consultation/pass`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::Database;

use super::shape::{self, QueuePatient};
use crate::access::Viewer;
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{OrderId, ScheduleId};
use crate::failure::Failure;
use crate::input::{Body, Fields, Number, Read};
use crate::orders;
use crate::store::queue;

/// Who did not come.
#[derive(ToSchema)]
#[schema(as = PassFields, example = json!({"patient_order_id": 117}))]
#[expect(dead_code, reason = "describes the body; `Asked` is read from it")]
pub struct PassBody {
    /// The order; `order_id` is the same.
    patient_order_id: i64,
    /// The order; `patient_order_id` is the same.
    order_id: Option<i64>,
}

/// Who did not come.
pub struct Asked(OrderId);

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let short = fields.optional("order_id", &Number(OrderId))?;
        match short {
            Some(id) => Some(Self(id)),
            None => fields.required("patient_order_id", &Number(OrderId)).map(Self),
        }
    }
}

/// Who was passed over.
#[derive(Serialize, ToSchema)]
#[schema(as = Passed)]
#[serde(rename_all = "camelCase")]
pub struct BackInQueue {
    passed_patient: QueuePatient,
    /// Who else is called next.
    next_patient: Option<QueuePatient>,
    schedule_id: ScheduleId,
}

/// Pass over the patient who was called and did not come
///
/// Back into the queue, behind those who were passed over less often, and counted.
#[utoipa::path(
    post, path = "/doctor/consultation/pass", operation_id = "pass_patient", tag = "Doctor",
    security(("bearer" = []), ("password" = [])),
    request_body = PassBody,
    responses((status = 200, description = "Who was passed over", body = Answer<BackInQueue>), Refusals),
    extensions(("x-ward-patient-data" = json!({"action": "update"})))
)]
pub async fn pass_patient(
    viewer: Viewer,
    now: Now,
    Body(Asked(id)): Body<Asked>,
) -> Result<Answer<BackInQueue>, Failure> {
    let order = orders::pass(id, viewer.doctor()?, &now)?;
    let next = queue::next(order.place.schedule, Some(id), &Database)?;
    Ok(ok(BackInQueue {
        passed_patient: shape::of(id, &now)?,
        next_patient: next.map(|next| shape::of(next, &now)).transpose()?,
        schedule_id: order.place.schedule,
    }))
}
