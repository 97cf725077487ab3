//! For plugins' own native tests.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use axum::body::{Body, HttpBody};
use axum::response::Response;
use serde_json::Value;

/// The JSON of an answer.
///
/// # Panics
///
/// If it has none, or not at once.
#[must_use]
pub fn json(response: Response) -> Value {
    let mut body: Body = response.into_body();
    let frame = match Pin::new(&mut body).poll_frame(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Some(Ok(frame))) => frame.into_data().ok(),
        _ => None,
    };
    let Some(value) = frame.and_then(|bytes| serde_json::from_slice(&bytes).ok()) else {
        panic!("the answer has no JSON");
    };
    value
}
