//! Naming whose data a request reads or changes, for the host's record of it.
//!
//! An operation marked with `extensions(("x-ward-patient-data" = json!(true)))` in its
//! `#[utoipa::path]` is recorded before it is answered. Name what it touches where it is read: by its id,
//! never by a person's name.

use std::fmt::Display;

use crate::bindings::ward::plugin::audit as wit;
use crate::failure::Problem;

/// Why something cannot be named. What cannot be recorded must not be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The capability is not granted.
    #[error("not granted: {0}")]
    NotGranted(String),
    /// Not a kind, or not an id.
    #[error("invalid: {0}")]
    Invalid(String),
    /// More than one record holds.
    #[error("too large: {0}")]
    TooLarge(String),
}

impl From<wit::Error> for Error {
    fn from(error: wit::Error) -> Self {
        match error {
            wit::Error::Denied(why) => Self::NotGranted(why),
            wit::Error::Invalid(why) => Self::Invalid(why),
            wit::Error::TooLarge(what) => Self::TooLarge(what),
        }
    }
}

/// For plugins without errors of their own.
impl From<Error> for Problem {
    fn from(_: Error) -> Self {
        Self::internal()
    }
}

/// Names the patient whom the request is about.
pub fn patient(id: impl Display) -> Result<(), Error> {
    touch("patient", [id])
}

/// Names the patients whom the request is about.
pub fn patients(ids: impl IntoIterator<Item = impl Display>) -> Result<(), Error> {
    touch("patient", ids)
}

/// Names records of a kind, a word of this plugin such as `study`: each once, however often it is named.
pub fn touch(kind: &str, ids: impl IntoIterator<Item = impl Display>) -> Result<(), Error> {
    let ids: Vec<String> = ids.into_iter().map(|id| id.to_string()).collect();
    if ids.is_empty() { Ok(()) } else { Ok(wit::touch(kind, &ids)?) }
}
