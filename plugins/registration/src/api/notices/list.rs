//! `GET /notices`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::Database;

use crate::access::Viewer;
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::Page;
use crate::failure::Failure;
use crate::input::{Bool, Fields, Query, Read};
use crate::store::notices::{self, Counts, Notice, NoticeId};

/// Which notices.
pub struct Asked {
    unread: bool,
    page: Page,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let unread = fields.optional("unread", &Bool);
        let page = Page::read(fields, 20);
        Some(Self { unread: unread?.unwrap_or(false), page: page? })
    }
}

/// A page of notices.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticePage {
    #[serde(flatten)]
    counts: Counts,
    page: i64,
    page_size: i64,
    /// The newest first.
    notices: Vec<Shown>,
}

/// A notice.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notice, example = json!({
    "id": 1, "kind": "order", "title": "停诊通知", "content": "医生停诊,您的预约已取消",
    "create_time": "2025-11-20T10:00:00", "read_time": null
}))]
pub struct Shown {
    id: NoticeId,
    kind: String,
    title: String,
    content: String,
    /// The hospital's time.
    create_time: String,
    /// The hospital's time; `null` until it is marked as read.
    read_time: Option<String>,
}

/// Own notices
#[utoipa::path(
    get, path = "/notices", operation_id = "list_notices", tag = "Common",
    security(("bearer" = []), ("password" = [])),
    params(
        ("unread" = Option<bool>, Query, description = "Only those that were not read"),
        ("page" = Option<i64>, Query, description = "From 1"), ("page_size" = Option<i64>, Query, description = "20")
    ),
    responses((status = 200, description = "A page of them", body = Answer<NoticePage>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn list_notices(viewer: Viewer, now: Now, Query(asked): Query<Asked>) -> Result<Answer<NoticePage>, Failure> {
    let (counts, found) = notices::list(viewer.account, asked.unread, asked.page, &Database)?;
    let Page { page, page_size } = asked.page;
    Ok(ok(NoticePage {
        counts,
        page,
        page_size,
        notices: found.into_iter().map(|notice| shown(notice, &now)).collect(),
    }))
}

fn shown(notice: Notice, now: &Now) -> Shown {
    Shown {
        id: notice.id,
        kind: notice.kind,
        title: notice.title,
        content: notice.body,
        create_time: now.local(notice.created_at),
        read_time: notice.read_at.map(|at| now.local(at)),
    }
}
