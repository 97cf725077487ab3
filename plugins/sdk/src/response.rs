//! Answers that the host completes.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::bindings::exports::ward::plugin::http as wit;

/// A refusal in the API's own envelope: with `WWW-Authenticate` where a token is missing (401), and with
/// `Retry-After` where waiting helps.
pub fn refusal(status: StatusCode, body: &impl Serialize, retry_after: Option<u32>) -> Response {
    let mut response = (status, axum::Json(body)).into_response();
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

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

/// Events as the answer, for as long as the client stays: over WebSocket if it asked for one, otherwise as
/// Server-Sent Events. The host holds the connection; each message is one event's data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventStream {
    topics: Vec<String>,
    first: Vec<String>,
}

impl EventStream {
    /// A stream of these topics, and those below them: those that the caller may hear.
    pub fn of(topics: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { topics: topics.into_iter().map(Into::into).collect(), first: Vec::new() }
    }

    /// Begins with this message, such as how things stand. No event is missed that comes after the handler
    /// began.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn begin_with(mut self, message: &impl Serialize) -> Result<Self, serde_json::Error> {
        self.first.push(serde_json::to_string(message)?);
        Ok(self)
    }

    pub(crate) fn into_contract(self) -> wit::EventStream {
        wit::EventStream { topics: self.topics, first: self.first }
    }
}

impl IntoResponse for EventStream {
    fn into_response(self) -> Response {
        let mut response = Response::default();
        response.extensions_mut().insert(self);
        response
    }
}
