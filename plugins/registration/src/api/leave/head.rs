//! `/doctor/leave/audit`: the audits of a department's head.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::Path;
use ward_sdk::sql::Database;

use super::decide::{Reach, decide};
use super::history::Standing;
use super::shape::LeaveAudit;
use crate::access::{self, Viewer};
use crate::answer::{Answer, ok};
use crate::api::audits::{Comment, CommentBody, Decided, Verdict};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{AuditId, AuditStatus, Decision, Page};
use crate::failure::Failure;
use crate::input::{Fields, OptionalBody, Query, Read};
use crate::store::leaves;

/// What is asked for.
pub struct Asked {
    standing: Standing,
    page: Page,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let standing = Standing::read(fields, Standing(Some(AuditStatus::Pending)));
        let page = Page::read(fields, 20);
        Some(Self { standing: standing?, page: page? })
    }
}

/// A page of requests.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeavePage {
    /// The newest first.
    audits: Vec<LeaveAudit>,
    total: i64,
    page: i64,
    page_size: i64,
}

fn reach(viewer: &Viewer) -> Result<Reach, Failure> {
    let head = access::head(viewer, &Database)?;
    Ok(Reach::Department(head.dept_id, head.id))
}

/// The department's requests for leave (五.4.1)
#[utoipa::path(
    get, path = "/doctor/leave/audit", operation_id = "list_department_leaves", tag = "Audits",
    security(("bearer" = []), ("password" = [])),
    params(
        ("status" = Option<String>, Query, description = "`pending` (without it), `approved`, `rejected` or `all`"),
        ("page" = Option<i64>, Query, description = "From 1"), ("page_size" = Option<i64>, Query, description = "20")
    ),
    responses((status = 200, description = "A page of them", body = Answer<LeavePage>), Refusals)
)]
pub async fn list_department_leaves(
    viewer: Viewer,
    now: Now,
    Query(asked): Query<Asked>,
) -> Result<Answer<LeavePage>, Failure> {
    let head = access::head(&viewer, &Database)?;
    let Page { page, page_size } = asked.page;
    let (total, found) = leaves::list(Some(head.dept_id), None, asked.standing.0, asked.page, &Database)?;
    let audits = found.into_iter().map(|leave| LeaveAudit::of(leave, &now)).collect();
    Ok(ok(LeavePage { audits, total, page, page_size }))
}

/// One of the department's requests for leave (五.4.2)
#[utoipa::path(
    get, path = "/doctor/leave/audit/{audit_id}", operation_id = "get_department_leave", tag = "Audits",
    security(("bearer" = []), ("password" = [])),
    params(("audit_id" = i64, Path, description = "Number of the request")),
    responses((status = 200, description = "The request", body = Answer<LeaveAudit>), Refusals)
)]
pub async fn get_department_leave(
    viewer: Viewer,
    now: Now,
    Path(id): Path<AuditId>,
) -> Result<Answer<LeaveAudit>, Failure> {
    let leave = reach(&viewer)?.see(leaves::find(id, &Database)?)?;
    Ok(ok(LeaveAudit::of(leave, &now)))
}

/// Approve a request for leave of the department (五.4.3)
///
/// The same as an administrator's approval: the doctor's shifts in its span are suspended, what was booked on
/// them is called off.
#[utoipa::path(
    post, path = "/doctor/leave/audit/{audit_id}/approve", operation_id = "approve_department_leave", tag = "Audits",
    security(("bearer" = []), ("password" = [])),
    params(("audit_id" = i64, Path, description = "Number of the request")),
    request_body = Option<CommentBody>,
    responses((status = 200, description = "Approved", body = Answer<Decided>), Refusals)
)]
pub async fn approve_department_leave(
    viewer: Viewer,
    now: Now,
    Path(id): Path<AuditId>,
    OptionalBody(comment): OptionalBody<Comment>,
) -> Result<Answer<Decided>, Failure> {
    let reach = reach(&viewer)?;
    decide(reach, &Verdict::new(id, Decision::Approve, &viewer, comment, now)).map(ok)
}

/// Reject a request for leave of the department (五.4.4)
///
/// The comment must be there.
#[utoipa::path(
    post, path = "/doctor/leave/audit/{audit_id}/reject", operation_id = "reject_department_leave", tag = "Audits",
    security(("bearer" = []), ("password" = [])),
    params(("audit_id" = i64, Path, description = "Number of the request")),
    request_body = CommentBody,
    responses((status = 200, description = "Rejected", body = Answer<Decided>), Refusals)
)]
pub async fn reject_department_leave(
    viewer: Viewer,
    now: Now,
    Path(id): Path<AuditId>,
    OptionalBody(comment): OptionalBody<Comment>,
) -> Result<Answer<Decided>, Failure> {
    let reach = reach(&viewer)?;
    if comment.0.is_none() {
        return Err(Failure::refused("驳回必须填写审核意见(comment)"));
    }
    decide(reach, &Verdict::new(id, Decision::Reject, &viewer, comment, now)).map(ok)
}
