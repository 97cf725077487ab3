//! The envelope of what succeeded: `{"code": 0, "message": …}`.

use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::borrow::Cow;
use utoipa::ToSchema;

/// An answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Answer<T> {
    /// 0.
    code: u16,
    /// What was asked for.
    pub message: T,
}

/// Wraps what was asked for.
pub fn ok<T>(message: T) -> Answer<T> {
    Answer { code: 0, message }
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        axum::Json(self).into_response()
    }
}

/// That something was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct Done {
    /// What was done.
    pub detail: Cow<'static, str>,
}

/// Says what was done.
pub fn done(detail: impl Into<Cow<'static, str>>) -> Answer<Done> {
    ok(Done { detail: detail.into() })
}
