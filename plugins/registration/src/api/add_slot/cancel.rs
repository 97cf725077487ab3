//! `POST /doctor/schedules/add-slot/{audit_id}/cancel`.

use ward_sdk::Path;

use crate::access::Viewer;
use crate::answer::{Answer, Done, done};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::AuditId;
use crate::failure::Failure;
use crate::orders;

/// Take an own request for one more slot back
///
/// As long as it is not decided.
#[utoipa::path(
    post, path = "/schedules/add-slot/{audit_id}/cancel", operation_id = "cancel_add_slot", tag = "Doctor",
    security(("bearer" = []), ("password" = [])),
    params(("audit_id" = i64, Path, description = "Number of the request")),
    responses((status = 200, description = "It is taken back", body = Answer<Done>), Refusals)
)]
pub async fn cancel_add_slot(viewer: Viewer, now: Now, Path(id): Path<i64>) -> Result<Answer<Done>, Failure> {
    orders::take_back(AuditId(id), viewer.doctor()?, viewer.account, &now)?;
    Ok(done("加号申请已取消"))
}
