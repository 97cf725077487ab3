//! `POST /doctor/consultation/next`.

use serde::Serialize;
use utoipa::ToSchema;

use super::shape::{self, QueuePatient, own_shift};
use crate::access::Viewer;
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::ScheduleId;
use crate::failure::Failure;
use crate::input::{Body, Fields, Number, Read};
use crate::orders;
use crate::sweep::{self, Scope};

/// Whose queue.
#[derive(ToSchema)]
#[schema(as = CallNextFields, example = json!({"schedule_id": 5669}))]
#[expect(dead_code, reason = "describes the body; `Asked` is read from it")]
pub struct CallNextBody {
    /// The shift.
    schedule_id: i64,
}

/// Whose queue.
pub struct Asked(ScheduleId);

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        fields.required("schedule_id", &Number(ScheduleId)).map(Self)
    }
}

/// Who was called.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Called {
    /// Absent where nobody waits.
    called_patient: Option<QueuePatient>,
    schedule_id: ScheduleId,
}

/// Call the next patient
///
/// By priority, then those who were not passed over, then by number. There is one patient at a time: until
/// the current one is completed or passed over, that one is the answer.
#[utoipa::path(
    post, path = "/doctor/consultation/next", operation_id = "call_next_patient", tag = "Doctor",
    security(("bearer" = []), ("password" = [])),
    request_body = CallNextBody,
    responses((status = 200, description = "Who was called", body = Answer<Called>), Refusals),
    extensions(("x-ward-patient-data" = json!({"action": "update"})))
)]
pub async fn call_next_patient(
    viewer: Viewer,
    now: Now,
    Body(Asked(schedule_id)): Body<Asked>,
) -> Result<Answer<Called>, Failure> {
    own_shift(schedule_id, viewer.doctor()?)?;
    sweep::run(Scope::Schedule(schedule_id), &now)?;
    let called = orders::call_next(schedule_id, &now)?;
    let called_patient = called.map(|id| shape::of(id, &now)).transpose()?;
    Ok(ok(Called { called_patient, schedule_id }))
}
