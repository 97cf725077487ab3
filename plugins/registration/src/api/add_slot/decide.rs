//! `POST /admin/audit/add-slot/{audit_id}/approve` and `…/reject`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::Path;

use crate::access::Viewer;
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{AccountId, AddSlotStatus, AuditId, OrderId};
use crate::failure::Failure;
use crate::input::{Fields, OptionalBody, Read, Text};
use crate::orders;

/// A remark.
#[derive(ToSchema)]
#[schema(as = AddSlotDecisionFields, example = json!({"comment": "同意"}))]
#[expect(dead_code, reason = "describes the body; `Remark` is read from it")]
pub struct DecisionBody {
    /// Why; `remark` and `audit_remark` are the same.
    #[schema(max_length = 500)]
    comment: Option<String>,
}

/// A remark.
#[derive(Default)]
pub struct Remark(Option<String>);

impl Read for Remark {
    fn read(fields: &mut Fields) -> Option<Self> {
        let names = ["comment", "remark", "audit_remark"];
        let remark = fields.first(&names, &Text::lines(500).or_blank())?;
        Some(Self(remark.filter(|remark| !remark.trim().is_empty())))
    }
}

/// What was decided.
#[derive(Serialize, ToSchema)]
pub struct Decided {
    detail: &'static str,
    audit_id: AuditId,
    status: AddSlotStatus,
    auditor_id: AccountId,
    audit_time: String,
    /// The order that came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<OrderId>,
}

/// Approve a request for one more slot
///
/// The slot and its order are there at once, or nothing is.
#[utoipa::path(
    post, path = "/admin/audit/add-slot/{audit_id}/approve", operation_id = "approve_add_slot", tag = "Audits",
    security(("bearer" = []), ("password" = [])),
    params(("audit_id" = i64, Path, description = "Number of the request")),
    request_body = Option<DecisionBody>,
    responses((status = 200, description = "It is approved", body = Answer<Decided>), Refusals)
)]
pub async fn approve_add_slot(
    viewer: Viewer,
    now: Now,
    Path(id): Path<i64>,
    OptionalBody(Remark(remark)): OptionalBody<Remark>,
) -> Result<Answer<Decided>, Failure> {
    let audit_id = AuditId(id);
    let order = orders::approve(audit_id, viewer.account, remark.as_deref(), &now)?;
    Ok(decided(audit_id, AddSlotStatus::Approved, Some(order), &viewer, &now))
}

/// Reject a request for one more slot
#[utoipa::path(
    post, path = "/admin/audit/add-slot/{audit_id}/reject", operation_id = "reject_add_slot", tag = "Audits",
    security(("bearer" = []), ("password" = [])),
    params(("audit_id" = i64, Path, description = "Number of the request")),
    request_body = Option<DecisionBody>,
    responses((status = 200, description = "It is rejected", body = Answer<Decided>), Refusals)
)]
pub async fn reject_add_slot(
    viewer: Viewer,
    now: Now,
    Path(id): Path<i64>,
    OptionalBody(Remark(remark)): OptionalBody<Remark>,
) -> Result<Answer<Decided>, Failure> {
    let audit_id = AuditId(id);
    orders::reject(audit_id, viewer.account, remark.as_deref(), &now)?;
    Ok(decided(audit_id, AddSlotStatus::Rejected, None, &viewer, &now))
}

fn decided(
    audit_id: AuditId,
    status: AddSlotStatus,
    order_id: Option<OrderId>,
    viewer: &Viewer,
    now: &Now,
) -> Answer<Decided> {
    let detail = if order_id.is_some() { "加号申请已通过" } else { "加号申请已拒绝" };
    ok(Decided { detail, audit_id, status, auditor_id: viewer.account, audit_time: now.local(now.at), order_id })
}
