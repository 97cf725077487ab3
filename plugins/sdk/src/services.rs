//! Operations of other mounted plugins, called in process in the name of the client whose request this is.
//!
//! ```no_run
//! use ward_sdk::services::{Error, Request};
//!
//! let answer = Request::get("/studies/7").call("pacs")?;
//! if answer.status.is_success() {
//!     let study: serde_json::Value = answer.json().ok_or(Error::Unavailable)?;
//! }
//! # Ok::<(), Error>(())
//! ```
//!
//! The other plugin's policies decide, and its answer is what the client itself would have got: 401, 403 and 404
//! say as much about the client. The assembly names the mounts that may be called (`services`). A call takes a
//! request of its own at the other plugin, so it does not stand in a transaction, and a job cannot make one.

use http::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::bindings::ward::plugin::services as wit;
use crate::failure::Problem;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not granted, or not for this mount.
    #[error("not granted: {0}")]
    Denied(String),
    /// A request that no client could send, or one of a job.
    #[error("invalid: {0}")]
    Invalid(String),
    /// This request has a transaction open.
    #[error("a call does not stand in a transaction")]
    InTransaction,
    /// The call would come back to a mount that is on the way here.
    #[error("the mount is on the way here")]
    Cycle,
    /// The call leads over too many mounts.
    #[error("too many mounts are on the way here")]
    TooDeep,
    /// A limit of the host; the operation may have been done.
    #[error("too large: {0}")]
    TooLarge(String),
    /// Nothing is active there, or its answer broke off.
    #[error("the mount does not answer")]
    Unavailable,
}

impl From<wit::Error> for Error {
    fn from(error: wit::Error) -> Self {
        match error {
            wit::Error::Denied(why) => Self::Denied(why),
            wit::Error::Invalid(why) => Self::Invalid(why),
            wit::Error::InTransaction => Self::InTransaction,
            wit::Error::Cycle => Self::Cycle,
            wit::Error::TooDeep => Self::TooDeep,
            wit::Error::TooLarge(what) => Self::TooLarge(what),
            wit::Error::Unavailable => Self::Unavailable,
        }
    }
}

/// For plugins without errors of their own.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Unavailable => Self::unavailable(),
            _ => Self::internal(),
        }
    }
}

/// A request to another mount.
#[derive(Clone, Debug)]
pub struct Request(wit::Request);

impl Request {
    /// A request of this method for a path below the mount, percent-encoded, perhaps with a query.
    pub fn new(method: &str, path: impl Into<String>) -> Self {
        Self(wit::Request { method: method.to_owned(), path: path.into(), headers: Vec::new(), body: Vec::new() })
    }

    /// `GET`.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new("GET", path)
    }

    /// `POST` of JSON.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn post(path: impl Into<String>, body: &impl Serialize) -> Result<Self, serde_json::Error> {
        let body = serde_json::to_vec(body)?;
        Ok(Self::new("POST", path).header("content-type", "application/json").body(body))
    }

    /// With a header; only those that the contract names.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.0.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a body.
    #[must_use]
    pub fn body(mut self, body: Vec<u8>) -> Self {
        self.0.body = body;
        self
    }

    /// Calls the mount of this domain.
    pub fn call(&self, mount: &str) -> Result<Answer, Error> {
        let wit::Response { status, headers, body } = wit::call(mount, &self.0)?;
        let status = StatusCode::from_u16(status).map_err(|_| Error::Unavailable)?;
        Ok(Answer { status, headers, body })
    }
}

/// What the client would have got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status; 500 and 504 where the other plugin failed.
    pub status: StatusCode,
    /// Lower-case names, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body's JSON, if it is that.
    #[must_use]
    pub fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }
}
