//! `GET /audit/attachment/raw`.

use ward_sdk::Blob;
use ward_sdk::sql::Database;

use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::failure::Failure;
use crate::input::{Fields, Query, Read, Text};
use crate::store::files;

/// Which attachment.
pub struct Asked {
    path: String,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { path: fields.required("path", &Text::line(500))? })
    }
}

/// Bytes of an attachment (二.5.9)
///
/// `path` is what the audit shows, with or without the slash at its start. Only uploaded images are found.
#[utoipa::path(
    get, path = "/audit/attachment/raw", operation_id = "audit_attachment", tag = "Audits",
    security(("bearer" = []), ("password" = [])),
    params(("path" = String, Query, description = "Path of the attachment", example = "/static/images/audit/2025/11/26/a.jpg")),
    responses((status = 200, description = "The file", content_type = "image/*", body = Vec<u8>), Refusals)
)]
pub async fn audit_attachment(now: Now, Query(asked): Query<Asked>) -> Result<Blob, Failure> {
    let missing = || Failure::missing("附件文件不存在或路径错误");
    let path = files::path_of(asked.path.trim());
    // It is looked up and never opened; records and photos are not attachments.
    let file = if path.starts_with("images/") { files::find(path, now.at, &Database)? } else { None };
    let file = file.ok_or_else(missing)?;
    Ok(Blob { id: file.blob, media_type: file.media_type, filename: None })
}
