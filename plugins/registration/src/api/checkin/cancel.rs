//! `PUT /admin/appointments/{appointmentId}/cancel`.

use ward_sdk::Path;

use crate::answer::{Answer, ok};
use crate::api::appointments::Cancelled;
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::OrderId;
use crate::failure::Failure;
use crate::orders;

/// Call an order off at the desk
///
/// Also after the patient's deadline, as long as the shift lasts.
#[utoipa::path(
    put, path = "/admin/appointments/{appointmentId}/cancel", operation_id = "cancel_appointment_at_desk",
    tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(("appointmentId" = i64, Path, description = "Number of the order")),
    responses((status = 200, description = "It is called off", body = Answer<Cancelled>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn cancel_appointment_at_desk(now: Now, Path(id): Path<i64>) -> Result<Answer<Cancelled>, Failure> {
    Ok(ok(orders::by_desk(OrderId(id), &now)?.into()))
}
