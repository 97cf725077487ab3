//! Bodies: JSON and forms.

use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body_util::BodyExt;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::fault::decode;
use super::multipart::FormParts;
use super::pairs::Pairs;
use super::tree::Tree;
use crate::failure::{Location, Rejection, RejectionKind};

/// JSON, as body and as answer. The host has held the body to its limit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Rejection;

    async fn from_request(request: Request, _: &S) -> Result<Self, Rejection> {
        let bytes = bytes_of(request).await?;
        if bytes.is_empty() {
            return Err(refused(RejectionKind::Missing));
        }
        let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(|error| {
            let offset = if error.is_eof() { bytes.len() } else { offset(&bytes, error.line(), error.column()) };
            refused(RejectionKind::Syntax { reason: reason(&error), offset: Some(offset) })
        })?;
        decode(Tree(&value), Location::Body).map(Self)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// A form, URL-encoded or the text parts of a multipart one. Fields may be text, numbers, booleans,
/// enumerations, options and lists (of fields that repeat); of a field that repeats the last counts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Rejection;

    async fn from_request(mut request: Request, _: &S) -> Result<Self, Rejection> {
        let pairs: Pairs = match request.extensions_mut().remove::<FormParts>() {
            Some(parts) => parts.into_texts().collect(),
            None => form_urlencoded::parse(&bytes_of(request).await?).collect(),
        };
        decode(&pairs, Location::Body).map(Self)
    }
}

async fn bytes_of(request: Request) -> Result<Bytes, Rejection> {
    let unreadable = |_| {
        let reason = "the body could not be read".to_owned();
        refused(RejectionKind::Syntax { reason, offset: None })
    };
    Ok(request.into_body().collect().await.map_err(unreadable)?.to_bytes())
}

fn refused(kind: RejectionKind) -> Rejection {
    Rejection { location: Location::Body, path: Vec::new(), kind }
}

/// The parser's sentence without the place it appends, which [`offset`] tells.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split_once(" at line ").map_or(text.as_str(), |(sentence, _)| sentence).to_owned()
}

/// Bytes before line and column, both counted from 1.
fn offset(bytes: &[u8], line: usize, column: usize) -> usize {
    let lines = bytes.split_inclusive(|&byte| byte == b'\n').take(line.saturating_sub(1));
    let before: usize = lines.map(<[u8]>::len).sum();
    (before + column.saturating_sub(1)).min(bytes.len())
}
