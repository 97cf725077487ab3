//! `POST /admin/appointments/{appointmentId}/check-in`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::Path;

use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{OrderId, OrderStatus, Payment};
use crate::failure::Failure;
use crate::input::{Body, Bool, Fields, Read};
use crate::orders;

/// What happened at the desk.
#[derive(ToSchema)]
#[schema(as = CheckInFields, example = json!({"paid": true}))]
#[expect(dead_code, reason = "describes the body; `Arrival` is read from it")]
pub struct CheckInBody {
    /// Whether the patient paid: `false` unless it says otherwise.
    paid: Option<bool>,
}

/// What happened at the desk.
pub struct Arrival {
    paid: bool,
}

impl Read for Arrival {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { paid: fields.optional("paid", &Bool)?.unwrap_or(false) })
    }
}

/// An order after checking in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckedIn {
    id: OrderId,
    /// `confirmed`.
    status: OrderStatus,
    payment_status: Payment,
    check_in_time: String,
}

/// Check a patient in at the desk
///
/// On the day of the visit, until the shift ends: the order passes from `pending` to `confirmed`. There is no
/// payment but here.
#[utoipa::path(
    post, path = "/admin/appointments/{appointmentId}/check-in", operation_id = "check_in_appointment",
    tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(("appointmentId" = i64, Path, description = "Number of the order")),
    request_body = CheckInBody,
    responses((status = 200, description = "The order", body = Answer<CheckedIn>), Refusals),
    extensions(("x-ward-patient-data" = json!({"action": "update"})))
)]
pub async fn check_in_appointment(
    now: Now,
    Path(id): Path<i64>,
    Body(arrival): Body<Arrival>,
) -> Result<Answer<CheckedIn>, Failure> {
    let id = OrderId(id);
    let payment_status = orders::check_in(id, arrival.paid, &now)?;
    Ok(ok(CheckedIn { id, status: OrderStatus::Confirmed, payment_status, check_in_time: now.local(now.at) }))
}
