//! Files that are kept, read in part, served and removed.

use std::io::{Read, Seek, SeekFrom, Write};

use serde::{Deserialize, Serialize};
use ward_sdk::blobs::{self, BlobInfo, Upload, Writer};
use ward_sdk::prelude::*;
use ward_sdk::sql::{self, Connection, params};

pub(crate) fn add(router: OpenApiRouter) -> OpenApiRouter {
    router
        .routes(routes!(keep_objects))
        .routes(routes!(make_object))
        .routes(routes!(serve_object, remove_object))
        .routes(routes!(peek_object))
}

#[derive(Serialize, ToSchema)]
struct Kept {
    id: String,
    size: u64,
    sha256: String,
    media_type: String,
}

impl From<BlobInfo> for Kept {
    fn from(info: BlobInfo) -> Self {
        Self { id: info.id, size: info.size, sha256: info.sha256, media_type: info.media_type }
    }
}

/// What a transaction over both can fail of.
struct Failed(Problem);

impl From<sql::Error> for Failed {
    fn from(error: sql::Error) -> Self {
        Self(error.into())
    }
}

impl From<blobs::Error> for Failed {
    fn from(error: blobs::Error) -> Self {
        Self(error.into())
    }
}

fn keep(on: &sql::Transaction, upload: Upload, name: Option<&str>, media_type: Option<&str>) -> Result<Kept, Failed> {
    let info = upload.keep(media_type.unwrap_or("application/octet-stream"), on)?;
    on.execute("INSERT INTO object (blob, name) VALUES ($1, $2)", &params![info.id, name.unwrap_or_default()])?;
    Ok(info.into())
}

#[derive(Deserialize, IntoParams)]
struct How {
    /// Keeps all and then fails: nothing may stay.
    #[serde(default)]
    fail: bool,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form")]
struct Files {
    #[schema(value_type = Vec<String>, format = Binary)]
    file: Vec<String>,
}

#[utoipa::path(post, path = "/objects", operation_id = "keep_objects", params(How),
    request_body(content = Files, content_type = "multipart/form-data"),
    responses((status = 201, body = Vec<Kept>)))]
async fn keep_objects(Query(how): Query<How>, form: Multipart) -> Result<(StatusCode, Json<Vec<Kept>>), Problem> {
    form.required_file("file").map_err(|_| Problem::new(ProblemKind::Malformed, "There is no file."))?;
    let kept = sql::transaction(|transaction| {
        let one = |file: &ward_sdk::File| {
            keep(transaction, file.upload, file.filename.as_deref(), file.media_type.as_deref())
        };
        let kept = form.files("file").map(one).collect::<Result<Vec<Kept>, Failed>>()?;
        if how.fail { Err(Failed(Problem::new(ProblemKind::Malformed, "It was to fail."))) } else { Ok(kept) }
    });
    kept.map(|kept| (StatusCode::CREATED, Json(kept))).map_err(|Failed(problem)| problem)
}

#[derive(Deserialize, IntoParams)]
struct Size {
    bytes: usize,
}

/// Writes an object of `bytes` bytes that count up from 0, and keeps it.
#[utoipa::path(post, path = "/objects/made", operation_id = "make_object", params(Size),
    responses((status = 201, body = Kept)))]
async fn make_object(Query(size): Query<Size>) -> Result<(StatusCode, Json<Kept>), Problem> {
    let mut writer = Writer::create()?;
    let pattern: Vec<u8> = (0..=255).collect();
    let mut left = size.bytes;
    while left > 0 {
        let piece = &pattern[..left.min(pattern.len())];
        writer.write_all(piece).map_err(|_| Problem::unavailable())?;
        left -= piece.len();
    }
    let upload = writer.finish()?;
    let kept = sql::transaction(|transaction| keep(transaction, upload, None, None));
    kept.map(|kept| (StatusCode::CREATED, Json(kept))).map_err(|Failed(problem)| problem)
}

fn name_of(id: &str) -> Result<String, Problem> {
    let row = sql::query_optional("SELECT name FROM object WHERE blob = $1", &params![id])?;
    let missing = || Problem::new(ProblemKind::NotFound, "There is no such object.");
    row.map(|(name,)| name).ok_or_else(missing)
}

#[utoipa::path(get, path = "/objects/{id}", operation_id = "serve_object", params(("id" = String, Path)),
    responses((status = 200)))]
async fn serve_object(Path(id): Path<String>) -> Result<Blob, Problem> {
    let name = name_of(&id)?;
    let media_type = blobs::info(&id)?.media_type;
    Ok(Blob { id, media_type, filename: Some(name).filter(|name| !name.is_empty()) })
}

#[utoipa::path(delete, path = "/objects/{id}", operation_id = "remove_object", params(("id" = String, Path)),
    responses((status = 204)))]
async fn remove_object(Path(id): Path<String>) -> Result<StatusCode, Problem> {
    let removed = sql::transaction(|transaction| {
        transaction.execute("DELETE FROM object WHERE blob = $1", &params![id])?;
        Ok(blobs::remove(&id, transaction)?)
    });
    removed.map(|()| StatusCode::NO_CONTENT).map_err(|Failed(problem)| problem)
}

/// The first and the last bytes, read without the rest, and how a read of everything ends.
#[derive(Serialize, ToSchema)]
struct Peek {
    first: Vec<u8>,
    last: Vec<u8>,
    size: u64,
    read: u64,
}

#[utoipa::path(get, path = "/objects/{id}/peek", operation_id = "peek_object", params(("id" = String, Path)),
    responses((status = 200, body = Peek)))]
async fn peek_object(Path(id): Path<String>) -> Result<Json<Peek>, Problem> {
    let mut reader = blobs::open(&id)?;
    let size = reader.size();
    let four = i64::try_from(size.min(4)).unwrap_or(4);
    let away = |_| Problem::unavailable();
    let mut first = Vec::new();
    (&mut reader).take(4).read_to_end(&mut first).map_err(away)?;
    reader.seek(SeekFrom::End(-four)).map_err(away)?;
    let mut last = Vec::new();
    reader.read_to_end(&mut last).map_err(away)?;
    reader.seek(SeekFrom::Start(0)).map_err(away)?;
    let read = std::io::copy(&mut reader, &mut std::io::sink()).map_err(away)?;
    Ok(Json(Peek { first, last, size, read }))
}
