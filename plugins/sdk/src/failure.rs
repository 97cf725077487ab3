//! Failures that no handler caused, and the one place that gives them the API's own shape.

use std::borrow::Cow;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

pub use crate::bindings::exports::ward::plugin::http::{Problem, ProblemKind};

/// What an envelope gives a shape to.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// The host, a capability or a missing caller ended the request.
    Problem(Problem),
    /// Extractors refused what the client sent: everything that is wrong with it.
    Rejections(Vec<Rejection>),
}

/// Where the refused value stood in the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// The body: JSON or a form.
    Body,
    /// The query string.
    Query,
    /// The path.
    Path,
}

impl Location {
    /// `body`, `query` or `path`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Query => "query",
            Self::Path => "path",
        }
    }
}

/// One step on the way to a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// A field of an object.
    Key(String),
    /// An element of a list.
    Index(usize),
}

/// Why an extractor refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RejectionKind {
    /// Not JSON, not a form, not UTF-8: nothing could be read. `offset` counts bytes, where known.
    Syntax {
        /// What the parser expected.
        reason: String,
        /// How many bytes were read before.
        offset: Option<usize>,
    },
    /// A required field, or the whole body, is not there.
    Missing,
    /// The value has another type.
    WrongType {
        /// What was expected, in serde's words: `a string`, `i64`, `struct Study`.
        expected: String,
        /// What came: `null`, `boolean`, `number`, `string`, `list`, `object`.
        found: &'static str,
    },
    /// None of the values that an enumeration knows.
    UnknownVariant {
        /// Those it knows.
        allowed: &'static [&'static str],
    },
    /// A field that the type does not know (`#[serde(deny_unknown_fields)]`).
    UnknownField,
    /// Of the right type, but refused: out of range, or by a type's own rule. The message is that rule's.
    Value(String),
    /// Text without a visible character.
    Blank,
    /// Text of too few characters.
    TooShort {
        /// How many there have to be.
        least: usize,
    },
    /// Text of too many characters.
    TooLong {
        /// How many there may be.
        most: usize,
    },
    /// Text with a control character where none may be.
    ControlCharacter,
    /// A number below the least.
    TooSmall {
        /// The least.
        least: i64,
        /// The most; `i64::MAX` where there is no other.
        most: i64,
    },
    /// A number above the most.
    TooLarge {
        /// The least.
        least: i64,
        /// The most.
        most: i64,
    },
    /// A list of too many elements.
    TooMany {
        /// How many there may be.
        most: usize,
    },
    /// Not an e-mail address.
    NotEmail,
    /// Refused by a rule of the plugin's own, in the API's own words.
    Rule {
        /// A sentence for people.
        message: Cow<'static, str>,
        /// A word for programs, where the API has such.
        word: &'static str,
    },
}

impl RejectionKind {
    /// Refused by a rule of the plugin's own.
    #[must_use]
    pub fn rule(message: impl Into<Cow<'static, str>>, word: &'static str) -> Self {
        Self::Rule { message: message.into(), word }
    }

    /// One sentence for the client.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Syntax { reason, .. } => reason.clone(),
            Self::Missing => "required".to_owned(),
            Self::WrongType { expected, found } => format!("expected {expected}, found {found}"),
            Self::UnknownVariant { allowed } => format!("expected one of: {}", allowed.join(", ")),
            Self::UnknownField => "not known".to_owned(),
            Self::Value(message) => message.clone(),
            Self::Blank => "may not be blank".to_owned(),
            Self::TooShort { least } => format!("expected at least {least} characters"),
            Self::TooLong { most } => format!("expected at most {most} characters"),
            Self::ControlCharacter => "has a control character".to_owned(),
            Self::TooSmall { least, .. } => format!("expected {least} or more"),
            Self::TooLarge { most, .. } => format!("expected {most} or less"),
            Self::TooMany { most } => format!("expected at most {most} elements"),
            Self::NotEmail => "expected an e-mail address".to_owned(),
            Self::Rule { message, .. } => message.clone().into_owned(),
        }
    }
}

impl From<&'static str> for RejectionKind {
    fn from(message: &'static str) -> Self {
        Self::rule(message, "")
    }
}

impl From<String> for RejectionKind {
    fn from(message: String) -> Self {
        Self::rule(message, "")
    }
}

/// What an extractor refused, exactly enough for an API to word it in its own way. It holds no value
/// that the client sent, only names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// Where the value stood.
    pub location: Location,
    /// The way to the field from there; empty for the whole.
    pub path: Vec<Segment>,
    /// Why.
    pub kind: RejectionKind,
}

impl Rejection {
    /// A rejection of one named field, for a plugin's own checks.
    #[must_use]
    pub fn field(location: Location, name: &str, kind: RejectionKind) -> Self {
        let path = vec![Segment::Key(name.to_owned())];
        Self { location, path, kind }
    }

    /// The field as `study.series[2].modality`; empty for the whole.
    #[must_use]
    pub fn field_path(&self) -> String {
        let mut path = String::new();
        for segment in &self.path {
            match segment {
                Segment::Key(key) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(key);
                }
                Segment::Index(index) => {
                    path.push('[');
                    path.push_str(&index.to_string());
                    path.push(']');
                }
            }
        }
        path
    }

    /// One sentence for the client.
    #[must_use]
    pub fn message(&self) -> String {
        self.kind.message()
    }
}

/// Travels as an extension; the runtime gives it the plugin's shape before it leaves.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        *response.status_mut() = self.status();
        response.extensions_mut().insert(self);
        response
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        Failure::from(self).into_response()
    }
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Self {
        Self::Rejections(vec![rejection])
    }
}

impl From<Vec<Rejection>> for Failure {
    fn from(rejections: Vec<Rejection>) -> Self {
        Self::Rejections(rejections)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        Failure::Problem(self).into_response()
    }
}

impl Failure {
    /// The status that the default envelope answers with: the problem's own, 422 for rejections.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Problem(problem) => StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            Self::Rejections(_) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
}

impl Problem {
    /// A problem that the plugin itself finds. The request's id and operation are filled in on its way.
    #[must_use]
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            status: status_of(kind).as_u16(),
            detail: detail.into(),
            operation: None,
            request_id: String::new(),
            retry_after_seconds: None,
        }
    }

    /// The plugin failed; the client learns no more than that.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(ProblemKind::Internal, "The server failed to answer this request.")
    }

    /// Something the plugin stands on is away.
    #[must_use]
    pub fn unavailable() -> Self {
        Self::new(ProblemKind::Unavailable, "The service is temporarily unavailable.")
    }
}

fn status_of(kind: ProblemKind) -> StatusCode {
    match kind {
        ProblemKind::Malformed => StatusCode::BAD_REQUEST,
        ProblemKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ProblemKind::Forbidden => StatusCode::FORBIDDEN,
        ProblemKind::NotFound => StatusCode::NOT_FOUND,
        ProblemKind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ProblemKind::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        ProblemKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ProblemKind::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ProblemKind::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        ProblemKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        ProblemKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ProblemKind::Timeout => StatusCode::GATEWAY_TIMEOUT,
    }
}

/// The envelope of plugins that bring none: `application/problem+json` (RFC 9457), with `errors` for
/// what an extractor refused.
#[must_use]
pub fn default_envelope(failure: Failure) -> Response {
    let status = failure.status();
    let title = status.canonical_reason().unwrap_or("Error");
    let body = match failure {
        Failure::Problem(problem) => json!({
            "title": title,
            "status": status.as_u16(),
            "detail": problem.detail,
            "request_id": problem.request_id,
        }),
        Failure::Rejections(rejections) => json!({
            "title": title,
            "status": status.as_u16(),
            "detail": "The request does not fit the API's description.",
            "errors": rejections.iter().map(error).collect::<Vec<_>>(),
        }),
    };
    let mut response = (status, Json(body)).into_response();
    let kind = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

fn error(rejection: &Rejection) -> Value {
    json!({
        "location": rejection.location.as_str(),
        "field": rejection.field_path(),
        "message": rejection.message(),
    })
}
