//! `DELETE /patient/waitlist/{id}`.

use ward_sdk::Path;

use crate::access::Viewer;
use crate::answer::{Answer, Done, done};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::OrderId;
use crate::failure::Failure;
use crate::orders;

/// Wait no longer
///
/// An order that already got its slot is called off like any other: `PUT /appointments/{id}/cancel`.
#[utoipa::path(
    delete, path = "/patient/waitlist/{id}", operation_id = "leave_waitlist", tag = "Patient",
    security(("bearer" = []), ("password" = [])),
    params(("id" = i64, Path, description = "Number of the order")),
    responses((status = 200, description = "It waits no longer", body = Answer<Done>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn leave_waitlist(viewer: Viewer, now: Now, Path(id): Path<i64>) -> Result<Answer<Done>, Failure> {
    orders::leave_waitlist(OrderId(id), viewer.account, &now)?;
    Ok(done("已取消候补"))
}
