//! Answers that the host completes.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};

/// A kept blob as the answer: the host streams it, with `ETag`, `Range` and `HEAD`; its bytes never pass
/// through the plugin. Combines with a status and headers like any other answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// An id that keeping it gave.
    pub id: String,
    /// `Content-Type`.
    pub media_type: String,
    /// Name to save it under; without one it is shown in place.
    pub filename: Option<String>,
}

impl IntoResponse for Blob {
    fn into_response(self) -> Response {
        let mut response = Response::default();
        let media_type =
            HeaderValue::from_str(&self.media_type).unwrap_or(HeaderValue::from_static("application/octet-stream"));
        response.headers_mut().insert(header::CONTENT_TYPE, media_type);
        response.extensions_mut().insert(self);
        response
    }
}
