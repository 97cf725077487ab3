//! What can go wrong with jobs and events, which wait for their turn alike.

use crate::bindings::ward::plugin::{events, jobs};
use crate::failure::{Problem, ProblemKind};
use crate::sql::{self, Transaction};

/// Why a job cannot be enqueued, cancelled or found, or an event not be published.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not granted.
    #[error("not granted: {0}")]
    Denied(String),
    /// No such job.
    #[error("no such job")]
    NotFound,
    /// A value or a topic that cannot be, or data that cannot be written.
    #[error("invalid: {0}")]
    Invalid(String),
    /// A limit of the host.
    #[error("too large: {0}")]
    TooLarge(String),
    /// As many wait as may.
    #[error("as many wait as may")]
    Full,
    /// The database.
    #[error(transparent)]
    Sql(#[from] sql::Error),
}

impl From<jobs::Error> for Error {
    fn from(error: jobs::Error) -> Self {
        match error {
            jobs::Error::Denied(why) => Self::Denied(why),
            jobs::Error::NotFound => Self::NotFound,
            jobs::Error::Invalid(why) => Self::Invalid(why),
            jobs::Error::TooLarge(what) => Self::TooLarge(what),
            jobs::Error::Full => Self::Full,
            jobs::Error::Conflict => Self::Sql(sql::Error::Conflict),
            jobs::Error::Unavailable => Self::Sql(sql::Error::Unavailable),
        }
    }
}

impl From<events::Error> for Error {
    fn from(error: events::Error) -> Self {
        match error {
            events::Error::Denied(why) => Self::Denied(why),
            events::Error::Invalid(why) => Self::Invalid(why),
            events::Error::TooLarge(what) => Self::TooLarge(what),
            events::Error::Full => Self::Full,
            events::Error::Conflict => Self::Sql(sql::Error::Conflict),
            events::Error::Unavailable => Self::Sql(sql::Error::Unavailable),
        }
    }
}

/// For plugins without errors of their own.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::new(ProblemKind::NotFound, "There is no such job."),
            Error::Full => Self::unavailable(),
            Error::Sql(error) => error.into(),
            Error::Denied(_) | Error::Invalid(_) | Error::TooLarge(_) => Self::internal(),
        }
    }
}

/// A conflict ends the transaction, and [`sql::transaction`](crate::sql::transaction()) runs it again.
pub(crate) fn noted<T>(within: &Transaction, result: Result<T, impl Into<Error>>) -> Result<T, Error> {
    let result = result.map_err(Into::into);
    if matches!(result, Err(Error::Sql(sql::Error::Conflict))) {
        within.lost();
    }
    result
}
