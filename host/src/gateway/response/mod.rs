//! From a plugin's answer to the client's.

mod blob;
mod disposition;
mod headers;
mod range;

use axum::body::Body;
use http::{HeaderMap, Response, StatusCode, header};

use crate::runtime::{self, ResponseBody};
use crate::storage::{BlobError, Container};

pub use blob::{Asked, Verbatim};
pub use headers::{defaults, for_plugin, from_plugin};
pub use range::not_modified;

/// Why a plugin's answer cannot be passed on.
#[derive(Debug, thiserror::Error)]
pub enum Unanswerable {
    /// It breaks a rule of the contract.
    #[error("its answer is invalid: {0}")]
    Invalid(String),
    /// The blob that it names cannot be had.
    #[error("the blob that it answers with")]
    Blob(#[source] BlobError),
}

/// Turns a plugin's answer into the client's. `most` bounds a body that is no blob.
pub async fn answer(
    asked: &Asked<'_>,
    answer: runtime::Response,
    container: Option<&Container>,
    most: usize,
) -> Result<Response<Body>, Unanswerable> {
    let status = status(answer.status)?;
    let headers = headers::from_plugin(&answer.headers).map_err(|error| Unanswerable::Invalid(error.to_string()))?;
    match answer.body {
        ResponseBody::Blob(blob) => {
            let container = container.ok_or_else(|| Unanswerable::Invalid("it may not use blobs".into()))?;
            let mut response = Box::pin(blob::answer(asked, status, headers, &blob, container)).await?;
            headers::defaults(response.headers_mut());
            Ok(response)
        }
        ResponseBody::Bytes(bytes) if bytes.len() > most => {
            Err(Unanswerable::Invalid(format!("its body is larger than {most} bytes")))
        }
        ResponseBody::Bytes(bytes) => Ok(plain(status, headers, bytes)),
        ResponseBody::Empty => Ok(plain(status, headers, Vec::new())),
        ResponseBody::Events(_) => Err(Unanswerable::Invalid("a problem is answered by no stream".into())),
    }
}

/// The final statuses; 101 and its like are the host's.
fn status(status: u16) -> Result<StatusCode, Unanswerable> {
    let valid = (200..600).contains(&status).then(|| StatusCode::from_u16(status).ok()).flatten();
    valid.ok_or_else(|| Unanswerable::Invalid("its status is not between 200 and 599".into()))
}

fn plain(status: StatusCode, headers: HeaderMap, bytes: Vec<u8>) -> Response<Body> {
    let bodiless = matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    let mut response = Response::new(if bodiless || bytes.is_empty() { Body::empty() } else { Body::from(bytes) });
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    headers::defaults(response.headers_mut());
    response
}

/// Takes the body off the answer to a `HEAD`, and leaves its length.
pub fn without_body(response: &mut Response<Body>) {
    use http_body::Body as _;
    if let Some(length) = response.body().size_hint().exact() {
        response.headers_mut().entry(header::CONTENT_LENGTH).or_insert(length.into());
    }
    *response.body_mut() = Body::empty();
}

#[cfg(test)]
mod tests;
