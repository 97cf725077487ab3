//! `PUT /appointments/{appointmentId}/cancel`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::Path;

use crate::access::Viewer;
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{Money, OrderId};
use crate::failure::Failure;
use crate::orders::{self, Refund};

/// An order was called off.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cancelled {
    /// `true`.
    success: bool,
    /// What is paid back; `null` where nothing was paid.
    refund_amount: Option<Money>,
}

impl From<Refund> for Cancelled {
    fn from(refund_amount: Refund) -> Self {
        Self { success: true, refund_amount }
    }
}

/// Call an order off
///
/// Its slot is free again, or goes to the first of the waiting list. Refused with code 1006 after the
/// deadline, and with 99 where the order has ended, by being called off or otherwise.
#[utoipa::path(
    put, path = "/appointments/{appointmentId}/cancel", operation_id = "cancel_appointment", tag = "Patient",
    security(("bearer" = []), ("password" = [])),
    params(("appointmentId" = i64, Path, description = "Number of the order")),
    responses((status = 200, description = "It is called off", body = Answer<Cancelled>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn cancel_appointment(viewer: Viewer, now: Now, Path(id): Path<i64>) -> Result<Answer<Cancelled>, Failure> {
    Ok(ok(orders::by_account(OrderId(id), viewer.account, &now)?.into()))
}
