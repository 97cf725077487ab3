//! What happened, told to whoever may hear it: other plugins, and clients of an
//! [`EventStream`](crate::EventStream).

use serde::Serialize;

use crate::bindings::ward::plugin::events as wit;
use crate::failure::Problem;
use crate::sql::{self, Transaction};

/// Why an event cannot be published.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not granted.
    #[error("not granted: {0}")]
    Denied(String),
    /// A topic that is none, or data that cannot be written.
    #[error("invalid: {0}")]
    Invalid(String),
    /// A limit of the host.
    #[error("too large: {0}")]
    TooLarge(String),
    /// As many events wait as may.
    #[error("as many events wait as may")]
    Full,
    /// The database.
    #[error(transparent)]
    Sql(#[from] sql::Error),
}

impl From<wit::Error> for Error {
    fn from(error: wit::Error) -> Self {
        match error {
            wit::Error::Denied(why) => Self::Denied(why),
            wit::Error::Invalid(why) => Self::Invalid(why),
            wit::Error::TooLarge(what) => Self::TooLarge(what),
            wit::Error::Full => Self::Full,
            wit::Error::Conflict => Self::Sql(sql::Error::Conflict),
            wit::Error::Unavailable => Self::Sql(sql::Error::Unavailable),
        }
    }
}

/// For plugins without errors of their own.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Full => Self::unavailable(),
            Error::Sql(error) => error.into(),
            Error::Denied(_) | Error::Invalid(_) | Error::TooLarge(_) => Self::internal(),
        }
    }
}

/// Publishes to a topic of this plugin (words joined by `/`), if and when the transaction commits.
pub fn publish(topic: &str, data: &impl Serialize, within: &Transaction) -> Result<(), Error> {
    let data = serde_json::to_string(data).map_err(|error| Error::Invalid(error.to_string()))?;
    let published = wit::publish(topic, &data, within.inner());
    if matches!(published, Err(wit::Error::Conflict)) {
        within.lost();
    }
    Ok(published?)
}
