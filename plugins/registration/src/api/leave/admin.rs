//! `/admin/audit/leave`: the audits of administrators.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::Path;
use ward_sdk::sql::Database;

use super::decide::{Reach, decide};
use super::shape::LeaveAudit;
use crate::access::Viewer;
use crate::answer::{Answer, ok};
use crate::api::audits::{Comment, CommentBody, Decided, Verdict};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{AuditId, Decision, Page};
use crate::failure::Failure;
use crate::input::OptionalBody;
use crate::store::leaves;

/// The document's list has no pages; it ends after so many.
const ALL: Page = Page { page: 1, page_size: 10_000 };

/// Requests.
#[derive(Debug, Serialize, ToSchema)]
pub struct Leaves {
    /// The newest first; at most 10,000.
    audits: Vec<LeaveAudit>,
}

/// All requests for leave (二.5.5)
#[utoipa::path(
    get, path = "/admin/audit/leave", operation_id = "list_leaves", tag = "Audits",
    security(("bearer" = []), ("password" = [])),
    responses((status = 200, description = "The requests", body = Answer<Leaves>), Refusals)
)]
pub async fn list_leaves(now: Now) -> Result<Answer<Leaves>, Failure> {
    let (_, found) = leaves::list(None, None, None, ALL, &Database)?;
    Ok(ok(Leaves { audits: found.into_iter().map(|leave| LeaveAudit::of(leave, &now)).collect() }))
}

/// One request for leave (二.5.6)
#[utoipa::path(
    get, path = "/admin/audit/leave/{audit_id}", operation_id = "get_leave", tag = "Audits",
    security(("bearer" = []), ("password" = [])),
    params(("audit_id" = i64, Path, description = "Number of the request")),
    responses((status = 200, description = "The request", body = Answer<LeaveAudit>), Refusals)
)]
pub async fn get_leave(now: Now, Path(id): Path<AuditId>) -> Result<Answer<LeaveAudit>, Failure> {
    let leave = Reach::All.see(leaves::find(id, &Database)?)?;
    Ok(ok(LeaveAudit::of(leave, &now)))
}

/// Approve a request for leave (二.5.7)
///
/// The doctor's shifts in its span that are not over are suspended (停诊); what was booked on them is called
/// off with a notice, and the slots are free again. It is all of that or nothing.
#[utoipa::path(
    post, path = "/admin/audit/leave/{audit_id}/approve", operation_id = "approve_leave", tag = "Audits",
    security(("bearer" = []), ("password" = [])),
    params(("audit_id" = i64, Path, description = "Number of the request")),
    request_body = Option<CommentBody>,
    responses((status = 200, description = "Approved", body = Answer<Decided>), Refusals)
)]
pub async fn approve_leave(
    viewer: Viewer,
    now: Now,
    Path(id): Path<AuditId>,
    OptionalBody(comment): OptionalBody<Comment>,
) -> Result<Answer<Decided>, Failure> {
    decide(Reach::All, &Verdict::new(id, Decision::Approve, &viewer, comment, now)).map(ok)
}

/// Reject a request for leave (二.5.8)
///
/// The shifts stay as they are.
#[utoipa::path(
    post, path = "/admin/audit/leave/{audit_id}/reject", operation_id = "reject_leave", tag = "Audits",
    security(("bearer" = []), ("password" = [])),
    params(("audit_id" = i64, Path, description = "Number of the request")),
    request_body = Option<CommentBody>,
    responses((status = 200, description = "Rejected", body = Answer<Decided>), Refusals)
)]
pub async fn reject_leave(
    viewer: Viewer,
    now: Now,
    Path(id): Path<AuditId>,
    OptionalBody(comment): OptionalBody<Comment>,
) -> Result<Answer<Decided>, Failure> {
    decide(Reach::All, &Verdict::new(id, Decision::Reject, &viewer, comment, now)).map(ok)
}
