//! Uploads and static files.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use ward_sdk::sql::{self, Database};
use ward_sdk::{Blob, Multipart, Path};

use crate::access::Viewer;
use crate::answer::{Answer, ok};
use crate::api::docs::{PublicRefusals, UploadRefusals};
use crate::clock::Now;
use crate::failure::Failure;
use crate::input::{Rule as _, Text};
use crate::store::files::{self, NewFile};

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(upload)).routes(routes!(static_file))
}

/// The form of an upload.
#[derive(Deserialize, ToSchema)]
#[schema(as = UploadForm)]
#[expect(dead_code, reason = "describes the form")]
struct UploadForm {
    /// A jpg, png, gif, bmp or webp image of at most 5 MB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// An image that was uploaded.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"url": "/static/images/audit/2025/11/26/1732619234_abc123.jpg", "name": "诊断证明.jpg"}))]
pub struct Uploaded {
    /// Its address, to be appended to the API's.
    url: String,
    /// What it was called.
    name: String,
}

/// Upload an image
///
/// What it is, its content says; its name is only repeated.
#[utoipa::path(
    post, path = "/common/upload", operation_id = "upload", tag = "Common",
    security(("bearer" = []), ("password" = [])),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "Uploaded", body = Answer<Uploaded>), UploadRefusals),
    extensions(("x-ward-limits" = json!({"file_bytes": 5_242_880, "total_bytes": 6_291_456, "files": 1})))
)]
pub async fn upload(viewer: Viewer, now: Now, form: Multipart) -> Result<Answer<Uploaded>, Failure> {
    let file = form.required_file("file")?;
    let (media_type, ending) = files::image_type(file)?;
    let name = shown_name(file.filename.as_deref(), ending);
    let day = now.today.0.format("%Y/%m/%d");
    let path = format!("images/audit/{day}/{}", files::unguessable(&now, ending));
    let stored = sql::transaction(|tx| {
        let new =
            NewFile { path: path.clone(), media_type, name: &name, owner: Some(viewer.account), expires_at: None };
        files::keep(file.upload, new, &now, tx)
    })?;
    Ok(ok(Uploaded { url: stored.url(), name }))
}

/// The file's own name where it is a plain one.
fn shown_name(sent: Option<&str>, ending: &str) -> String {
    let last = sent.and_then(|name| name.rsplit(['/', '\\']).next()).unwrap_or_default();
    let plain = Text::line(200).read(&last.into());
    plain.unwrap_or_else(|_| format!("image.{ending}"))
}

/// Get an uploaded image, a doctor's photo or a generated document
#[utoipa::path(
    get, path = "/static/{*path}", operation_id = "static_file", tag = "Common",
    params(("path" = String, Path, description = "As answers name it")),
    responses(
        (status = 200, description = "The file", content_type = "application/octet-stream", body = Vec<u8>),
        PublicRefusals,
    )
)]
pub async fn static_file(now: Now, Path(path): Path<String>) -> Result<Blob, Failure> {
    let found = files::find(&path, now.at, &Database)?;
    let file = found.ok_or_else(|| Failure::missing("文件不存在"))?;
    Ok(Blob { id: file.blob, media_type: file.media_type, filename: None })
}

#[cfg(test)]
mod tests {
    use super::shown_name;

    #[test]
    fn a_name_is_repeated_without_its_directories() {
        assert_eq!(shown_name(Some("诊断证明.jpg"), "jpg"), "诊断证明.jpg");
        assert_eq!(shown_name(Some("C:\\files\\..\\a.png"), "png"), "a.png");
        assert_eq!(shown_name(Some("../../etc/passwd"), "png"), "passwd");
        for none in [None, Some(""), Some("a\0b.jpg"), Some("a/")] {
            assert_eq!(shown_name(none, "jpg"), "image.jpg");
        }
    }
}
