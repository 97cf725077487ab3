//! Who asks, and what the host says of the request.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;
use serde_json::{Map, Value};

use crate::bindings::exports::ward::plugin::http as wit;
use crate::failure::{Problem, ProblemKind};

/// The authenticated caller. As a plain extractor it refuses anonymous ones; `Option<Caller>` does not.
#[derive(Clone, Debug, PartialEq)]
pub struct Caller {
    /// The account's number.
    pub account: i64,
    /// The name it is shown by.
    pub login: String,
    /// Roles in this plugin's domain.
    pub roles: Vec<String>,
    /// Attributes in this plugin's domain.
    pub attributes: Map<String, Value>,
}

impl Caller {
    /// Whether the caller holds `role`.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|held| held == role)
    }
}

impl From<wit::Caller> for Caller {
    fn from(caller: wit::Caller) -> Self {
        let attribute = |(name, json): (String, String)| (name, serde_json::from_str(&json).unwrap_or(Value::Null));
        Self {
            account: caller.account,
            login: caller.login,
            roles: caller.roles,
            attributes: caller.attributes.into_iter().map(attribute).collect(),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let anonymous = || Problem::new(ProblemKind::Unauthenticated, "Sign in first.");
        parts.extensions.get::<Self>().cloned().ok_or_else(anonymous)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}

/// What the host says of the request beside HTTP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestInfo {
    /// The `operationId` that was matched.
    pub operation: String,
    /// Names the request in the log.
    pub request_id: String,
    /// The client's address, seen through trusted proxies.
    pub client_address: String,
    /// What an absolute address in an answer starts with: `/pacs`, or empty at the root of a host name.
    pub base: String,
}

impl<S: Send + Sync> FromRequestParts<S> for RequestInfo {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}
