//! For APIs that refuse in FastAPI's and Pydantic's shape, `{"detail": …}`: what can go wrong, and the one table
//! that turns it into answers.
//!
//! No answer repeats what a capability said: that is for the log.

mod issue;

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

pub use issue::{Issue, NEGATIVE, NOT_A_NUMBER, Step};

use crate::failure::{Problem, ProblemKind, Rejection};
use crate::identity::LoginKind;
use crate::response::refusal;
use crate::{audit, blobs, identity, policy, sql};

/// What handlers fail with.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// 422: fields that are missing or wrong.
    Invalid(Vec<Issue>),
    /// 400: understood, and refused.
    Refused(Cow<'static, str>),
    /// 401: no valid token, or none was given.
    Unauthenticated,
    /// 401: the login does not exist, or the password is wrong.
    BadCredentials,
    /// 403.
    Forbidden,
    /// 404, naming what was not found.
    NotFound(&'static str),
    /// 429, with seconds to wait.
    TooMany(u32),
    /// 500. The reason is for the log.
    Internal,
    /// 503: something this stands on is away or overloaded.
    Unavailable,
}

/// The body of a refusal.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"detail": "Resource not found"}))]
pub struct ErrorBody {
    /// One sentence.
    pub detail: Cow<'static, str>,
}

/// The body of a 422 answer.
#[derive(Serialize, ToSchema)]
pub struct ValidationBody {
    /// Everything that is wrong.
    pub detail: Vec<Issue>,
}

impl Failure {
    /// 400 with a sentence.
    pub fn refused(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self::Refused(sentence.into())
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Refused(_) => StatusCode::BAD_REQUEST,
            Self::Unauthenticated | Self::BadCredentials => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn detail(self) -> Cow<'static, str> {
        match self {
            Self::Refused(sentence) => sentence,
            Self::Invalid(_) => "Invalid request data".into(),
            Self::Unauthenticated => "Could not validate credentials".into(),
            Self::BadCredentials => "Incorrect username or password".into(),
            Self::Forbidden => "Not authorized to perform this action".into(),
            Self::NotFound(what) => format!("{what} not found").into(),
            Self::TooMany(_) => "Too many requests, try again later".into(),
            Self::Internal => "Internal server error".into(),
            Self::Unavailable => "Service temporarily unavailable".into(),
        }
    }

    fn retry_after(&self) -> Option<u32> {
        match self {
            Self::TooMany(seconds) => Some(*seconds),
            Self::Unavailable => Some(1),
            _ => None,
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, retry_after) = (self.status(), self.retry_after());
        match self {
            Self::Invalid(detail) => refusal(status, &ValidationBody { detail }, retry_after),
            other => refusal(status, &ErrorBody { detail: other.detail() }, retry_after),
        }
    }
}

/// Gives what the host and the extractors found the API's own shape.
#[must_use]
pub fn envelope(failure: crate::Failure) -> Response {
    match failure {
        crate::Failure::Rejections(rejections) => Failure::from(rejections).into_response(),
        crate::Failure::Problem(problem) => of_problem(&problem),
    }
}

fn of_problem(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let known = match problem.kind {
        ProblemKind::Unauthenticated => Some(Failure::Unauthenticated),
        ProblemKind::Forbidden => Some(Failure::Forbidden),
        ProblemKind::NotFound => Some(Failure::NotFound("Resource")),
        ProblemKind::Internal => Some(Failure::Internal),
        _ => None,
    };
    match known {
        Some(failure) => failure.into_response(),
        None => (status, axum::Json(json!({ "detail": &problem.detail }))).into_response(),
    }
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Self {
        vec![rejection].into()
    }
}

impl From<Vec<Rejection>> for Failure {
    fn from(rejections: Vec<Rejection>) -> Self {
        Self::Invalid(rejections.into_iter().map(Issue::from).collect())
    }
}

impl From<sql::Error> for Failure {
    fn from(error: sql::Error) -> Self {
        match error {
            sql::Error::Conflict | sql::Error::Timeout | sql::Error::Unavailable => Self::Unavailable,
            other => internal("sql", &other),
        }
    }
}

impl From<blobs::Error> for Failure {
    fn from(error: blobs::Error) -> Self {
        match error {
            blobs::Error::Unavailable => Self::Unavailable,
            other => internal("blobs", &other),
        }
    }
}

impl From<audit::Error> for Failure {
    fn from(error: audit::Error) -> Self {
        internal("audit", &error)
    }
}

impl From<policy::Error> for Failure {
    fn from(error: policy::Error) -> Self {
        match error {
            policy::Error::Denied(_) => Self::Forbidden,
            other => internal("policy", &other),
        }
    }
}

impl From<identity::Error> for Failure {
    fn from(error: identity::Error) -> Self {
        match error {
            identity::Error::NotFound => Self::NotFound("User"),
            identity::Error::Denied(_) => Self::Forbidden,
            identity::Error::Taken(LoginKind::Email) => Self::refused("Email already registered"),
            identity::Error::Taken(_) => Self::refused("Username already registered"),
            identity::Error::Invalid(why) => Self::refused(why),
            identity::Error::BadCredentials => Self::BadCredentials,
            identity::Error::Locked(seconds) => Self::TooMany(seconds),
            identity::Error::Overloaded | identity::Error::Unavailable => Self::Unavailable,
        }
    }
}

/// The capabilities' sentences name tables, columns and rules, never a value.
fn internal(capability: &str, error: &dyn std::error::Error) -> Failure {
    crate::log::error!("{capability}: {error}");
    Failure::Internal
}

#[cfg(test)]
mod tests {
    use super::{Failure, envelope};
    use axum::response::IntoResponse;
    use serde_json::json;

    use crate::failure::{Location, Problem, ProblemKind, Rejection, RejectionKind};
    use crate::identity;
    use crate::testing::json as body;

    #[test]
    fn the_sentences_are_the_documents() {
        let table = [
            (Failure::Unauthenticated, 401, "Could not validate credentials"),
            (Failure::BadCredentials, 401, "Incorrect username or password"),
            (Failure::Forbidden, 403, "Not authorized to perform this action"),
            (Failure::NotFound("Study"), 404, "Study not found"),
            (Failure::Internal, 500, "Internal server error"),
            (Failure::refused("No"), 400, "No"),
        ];
        for (failure, status, detail) in table {
            let response = failure.into_response();
            assert_eq!(response.status(), status);
            assert_eq!(response.headers().contains_key("www-authenticate"), status == 401);
            assert_eq!(body(response), json!({ "detail": detail }));
        }
    }

    #[test]
    fn waiting_is_told() {
        let response = Failure::from(identity::Error::Locked(30)).into_response();
        assert_eq!((response.status().as_u16(), &response.headers()["retry-after"]), (429, &"30".parse().unwrap()));
    }

    #[test]
    fn the_hosts_problems_have_the_same_shape() {
        let answer = |kind, detail: &str| {
            let response = envelope(crate::Failure::Problem(Problem::new(kind, detail)));
            (response.status().as_u16(), body(response)["detail"].as_str().map(str::to_owned))
        };
        let told = |status, detail: &str| (status, Some(detail.to_owned()));
        assert_eq!(answer(ProblemKind::Unauthenticated, "x"), told(401, "Could not validate credentials"));
        assert_eq!(answer(ProblemKind::Forbidden, "x"), told(403, "Not authorized to perform this action"));
        assert_eq!(answer(ProblemKind::NotFound, "x"), told(404, "Resource not found"));
        assert_eq!(answer(ProblemKind::TooLarge, "A file is over 100 MB."), told(413, "A file is over 100 MB."));
        assert_eq!(answer(ProblemKind::Timeout, "Too slow."), told(504, "Too slow."));
    }

    #[test]
    fn rejections_become_a_list() {
        let rejection = |name, kind| {
            let refused = Rejection::field(Location::Path, name, kind);
            body(envelope(refused.into()))
        };
        let wrong = RejectionKind::WrongType { expected: "i64".to_owned(), found: "string" };
        assert_eq!(
            rejection("user_id", wrong),
            json!({"detail": [{"loc": ["path", "user_id"], "msg": "value is not a valid integer", "type": "type_error.integer"}]})
        );
        let syntax = Rejection {
            location: Location::Body,
            path: vec![],
            kind: RejectionKind::Syntax { reason: "expected value".to_owned(), offset: Some(3) },
        };
        assert_eq!(
            body(envelope(syntax.into())),
            json!({"detail": [{"loc": ["body", 3], "msg": "expected value", "type": "value_error.jsondecode"}]})
        );
    }
}
