//! `GET /doctor/leave/history`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::Database;

use super::shape::LeaveRecord;
use crate::access::Viewer;
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{AuditStatus, Page, Word as _};
use crate::failure::Failure;
use crate::input::{Fields, Query, Read, Text};
use crate::store::leaves;

/// Which requests: those that stand so, or all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing(pub Option<AuditStatus>);

impl Standing {
    /// Reads `status`: a status, `all`, or nothing.
    pub fn read(fields: &mut Fields, default: Self) -> Option<Self> {
        let Some(text) = fields.optional("status", &Text::line(20))? else { return Some(default) };
        if text.trim().eq_ignore_ascii_case("all") {
            return Some(Self(None));
        }
        let status = AuditStatus::parse(text.trim());
        if status.is_none() {
            fields.refuse("status", "应为 pending/approved/rejected/all 之一");
        }
        Some(Self(Some(status?)))
    }
}

/// What is asked for.
pub struct Asked {
    standing: Standing,
    page: Page,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let standing = Standing::read(fields, Standing(None));
        let page = Page::read(fields, 10_000);
        Some(Self { standing: standing?, page: page? })
    }
}

/// Requests.
#[derive(Debug, Serialize, ToSchema)]
pub struct History {
    /// The newest first.
    records: Vec<LeaveRecord>,
}

/// Own requests for leave (五.3.3)
#[utoipa::path(
    get, path = "/doctor/leave/history", operation_id = "leave_history", tag = "Doctor",
    security(("bearer" = []), ("password" = [])),
    params(("status" = Option<String>, Query, description = "`pending`, `approved`, `rejected` or `all`")),
    responses((status = 200, description = "The requests", body = Answer<History>), Refusals)
)]
pub async fn leave_history(viewer: Viewer, now: Now, Query(asked): Query<Asked>) -> Result<Answer<History>, Failure> {
    let doctor = viewer.doctor()?;
    let (_, found) = leaves::list(None, Some(doctor), asked.standing.0, asked.page, &Database)?;
    Ok(ok(History { records: found.into_iter().map(|leave| LeaveRecord::of(leave, &now)).collect() }))
}
