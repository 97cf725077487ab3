//! `POST /patient/waitlist`.

use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{self, Viewer};
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::booking::Waiting;
use crate::domain::{OrderId, PatientId, ScheduleId};
use crate::failure::Failure;
use crate::input::{Body, Fields, Number, Read};
use crate::orders::{self, Wish};

/// What to wait for.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", as = WaitlistFields, example = json!({"scheduleId": 123, "patientId": 5}))]
#[expect(dead_code, reason = "describes the body; `New` is read from it")]
pub struct WaitlistBody {
    /// The schedule.
    schedule_id: i64,
    /// One of the caller's persons.
    patient_id: i64,
}

/// A place to be.
pub struct New {
    schedule: ScheduleId,
    patient: PatientId,
}

impl Read for New {
    fn read(fields: &mut Fields) -> Option<Self> {
        let schedule = fields.required("scheduleId", &Number(ScheduleId));
        let patient = fields.required("patientId", &Number(PatientId));
        Some(Self { schedule: schedule?, patient: patient? })
    }
}

/// A place on the waiting list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Joined {
    /// The order.
    id: OrderId,
    /// How many wait up to this one.
    queue_number: i64,
}

/// Wait for a slot of a schedule
///
/// The same as booking with `waitlist`, and refused where slots are free. The first who waits gets the slot
/// that becomes free.
#[utoipa::path(
    post, path = "/patient/waitlist", operation_id = "join_waitlist", tag = "Patient",
    security(("bearer" = []), ("password" = [])),
    request_body = WaitlistBody,
    responses((status = 200, description = "The place", body = Answer<Joined>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn join_waitlist(viewer: Viewer, now: Now, Body(new): Body<New>) -> Result<Answer<Joined>, Failure> {
    access::touch([new.patient])?;
    let wish = Wish {
        schedule: new.schedule,
        patient: new.patient,
        account: viewer.account,
        symptoms: None,
        waiting: Waiting::Only,
    };
    let booked = orders::book(&wish, &now)?;
    Ok(ok(Joined { id: booked.id, queue_number: booked.number }))
}
