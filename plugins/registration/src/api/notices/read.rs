//! `PUT /notices/{notice_id}/read`.

use ward_sdk::Path;
use ward_sdk::sql::Database;

use crate::access::Viewer;
use crate::answer::{Answer, Done, done};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::failure::Failure;
use crate::store::notices::{self, NoticeId};

/// Mark an own notice as read
#[utoipa::path(
    put, path = "/notices/{notice_id}/read", operation_id = "read_notice", tag = "Common",
    security(("bearer" = []), ("password" = [])),
    params(("notice_id" = i64, Path, description = "Number of the notice")),
    responses((status = 200, description = "It is read", body = Answer<Done>), Refusals)
)]
pub async fn read_notice(viewer: Viewer, now: Now, Path(id): Path<NoticeId>) -> Result<Answer<Done>, Failure> {
    if notices::read(id, viewer.account, now.at, &Database)? {
        Ok(done("已标记为已读"))
    } else {
        Err(Failure::missing("通知不存在"))
    }
}
