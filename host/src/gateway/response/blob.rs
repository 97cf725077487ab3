//! A kept blob as the answer: streamed, with `ETag`, ranges and conditional requests.

use axum::body::Body;
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};

use super::range::{self, Wanted};
use super::{Unanswerable, disposition};
use crate::runtime::BlobBody;
use crate::storage::{BlobInfo, Container};

/// Marks an answer that is sent as it is: no compression.
#[derive(Clone, Copy, Debug)]
pub struct Verbatim;

/// The client's side of the matter.
pub struct Asked<'a> {
    /// `GET`, `HEAD` or another method.
    pub method: &'a Method,
    /// Its headers.
    pub headers: &'a HeaderMap,
}

/// Answers with a blob. `status` and `headers` are the plugin's.
pub async fn answer(
    asked: &Asked<'_>,
    status: StatusCode,
    mut headers: HeaderMap,
    blob: &BlobBody,
    container: &Container,
) -> Result<Response<Body>, Unanswerable> {
    let info = container.info(&blob.blob).await.map_err(Unanswerable::Blob)?;
    let etag = format!("\"{}\"", info.sha256);
    describe(&mut headers, &info, &etag, blob.filename.as_deref())?;
    let conditional = status == StatusCode::OK && matches!(*asked.method, Method::GET | Method::HEAD);
    if conditional && range::not_modified(asked.headers, &etag) {
        headers.remove(CONTENT_TYPE);
        return Ok(finish(StatusCode::NOT_MODIFIED, headers, Body::empty()));
    }
    let wanted = if conditional { range::wanted(asked.headers, info.size, &etag) } else { Wanted::All };
    let (status, bytes) = match wanted {
        Wanted::All => (status, 0..info.size),
        Wanted::Part(bytes) => {
            let text = format!("bytes {}-{}/{}", bytes.start, bytes.end - 1, info.size);
            headers.insert(CONTENT_RANGE, value(&text)?);
            (StatusCode::PARTIAL_CONTENT, bytes)
        }
        Wanted::Nothing => {
            headers.insert(CONTENT_RANGE, value(&format!("bytes */{}", info.size))?);
            headers.remove(CONTENT_TYPE);
            return Ok(finish(StatusCode::RANGE_NOT_SATISFIABLE, headers, Body::empty()));
        }
    };
    headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.end - bytes.start));
    let body = if *asked.method == Method::HEAD || bytes.is_empty() {
        Body::empty()
    } else {
        Body::from_stream(container.open(&info, bytes).await.map_err(Unanswerable::Blob)?)
    };
    Ok(finish(status, headers, body))
}

fn describe(headers: &mut HeaderMap, info: &BlobInfo, etag: &str, filename: Option<&str>) -> Result<(), Unanswerable> {
    const REVALIDATE: HeaderValue = HeaderValue::from_static("private, no-cache");
    const SANDBOX: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox");
    const POLICY: HeaderName = http::header::CONTENT_SECURITY_POLICY;
    headers.insert(ETAG, value(etag)?);
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.entry(CACHE_CONTROL).or_insert(REVALIDATE);
    headers.insert(CONTENT_DISPOSITION, disposition::header(filename));
    if !headers.contains_key(CONTENT_TYPE) {
        let media_type = HeaderValue::from_str(&info.media_type);
        headers.insert(CONTENT_TYPE, media_type.unwrap_or(HeaderValue::from_static("application/octet-stream")));
    }
    // Somebody's upload shown inline must not run as a page of this origin.
    if headers[CONTENT_TYPE].to_str().is_ok_and(can_run) {
        headers.insert(POLICY, SANDBOX);
    }
    Ok(())
}

/// Whether a browser would run scripts in it.
fn can_run(media_type: &str) -> bool {
    let media_type = media_type.to_ascii_lowercase();
    ["html", "xml", "svg"].iter().any(|kind| media_type.contains(kind))
}

fn value(text: &str) -> Result<HeaderValue, Unanswerable> {
    HeaderValue::from_str(text).map_err(|_| Unanswerable::Invalid("a blob's description is no header".into()))
}

fn finish(status: StatusCode, headers: HeaderMap, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response.extensions_mut().insert(Verbatim);
    response
}
