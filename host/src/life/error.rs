//! What can go wrong in the life of a plugin, and at which step.

use crate::contract::Difference;
use crate::storage::{BlobError, SqlError, StorageError};

/// A step from a file to a version that serves. They come in this order; what can fail without touching
/// data comes before what touches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The component is received, or read back from the object store.
    Receive,
    /// Its signature is verified.
    Signature,
    /// It is compiled, pre-initialised, and says what it is.
    Describe,
    /// What it imports is compared with what it is granted.
    Grants,
    /// Its OpenAPI document becomes a route table.
    Document,
    /// Its policies and the hospital's own are validated.
    Policies,
    /// Its document is compared with that of the version before it.
    Contract,
    /// Its schema is brought up to date.
    Migrate,
    /// It is linked with what it is given.
    Link,
    /// An instance of it comes up and answers.
    Health,
    /// What is installed or active is written down.
    Record,
}

impl Step {
    /// One word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Receive => "receive",
            Self::Signature => "signature",
            Self::Describe => "describe",
            Self::Grants => "grants",
            Self::Document => "document",
            Self::Policies => "policies",
            Self::Contract => "contract",
            Self::Migrate => "migrate",
            Self::Link => "link",
            Self::Health => "health",
            Self::Record => "record",
        }
    }
}

/// Whose fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The plugin's, or the assembly's: trying again changes nothing.
    Refused,
    /// Something else is installed, active or running.
    Conflict,
    /// No such plugin, version or mount.
    NotFound,
    /// The component is larger than any may be.
    TooLarge,
    /// Another transaction was faster: to be tried again.
    Busy,
    /// The database or the object store is away: to be tried again.
    Unavailable,
}

/// A step that failed. What served before goes on serving.
#[derive(Debug, thiserror::Error)]
#[error("step `{}`: {reason}", .step.name())]
pub struct LifeError {
    /// Which.
    pub step: Step,
    /// Whose fault.
    pub kind: Kind,
    /// A sentence.
    pub reason: String,
    /// The breaking changes, where the step is the contract's.
    pub differences: Vec<Difference>,
}

impl LifeError {
    /// A failure of this kind.
    pub fn new(step: Step, kind: Kind, reason: impl Into<String>) -> Self {
        Self { step, kind, reason: reason.into(), differences: Vec::new() }
    }

    /// The plugin is refused.
    pub fn refused(step: Step, reason: impl Into<String>) -> Self {
        Self::new(step, Kind::Refused, reason)
    }

    /// There is no such thing.
    pub(super) fn not_found(reason: impl Into<String>) -> Self {
        Self::new(Step::Record, Kind::NotFound, reason)
    }

    /// Something stands in the way.
    pub(super) fn conflict(reason: impl Into<String>) -> Self {
        Self::new(Step::Record, Kind::Conflict, reason)
    }

    /// Breaking changes that nobody accepted.
    pub(super) fn breaking(differences: Vec<Difference>) -> Self {
        let count = differences.len();
        let changes = if count == 1 { "change" } else { "changes" };
        let reason =
            format!("{count} breaking {changes} of the API; accept them explicitly, or keep what clients rely on");
        Self { differences, ..Self::new(Step::Contract, Kind::Conflict, reason) }
    }
}

/// A failure of the host's own tables.
impl From<SqlError> for LifeError {
    fn from(error: SqlError) -> Self {
        match error {
            SqlError::Conflict => Self::new(Step::Record, Kind::Busy, BUSY),
            error => Self::new(Step::Record, Kind::Unavailable, error.to_string()),
        }
    }
}

/// A failure of the object store.
impl From<BlobError> for LifeError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::TooLarge(_) => Self::new(Step::Receive, Kind::TooLarge, error.to_string()),
            BlobError::NotFound => {
                Self::new(Step::Receive, Kind::Unavailable, "the component is not in the object store")
            }
            BlobError::Sql(error) => error.into(),
            error => Self::new(Step::Receive, Kind::Unavailable, error.to_string()),
        }
    }
}

/// A failure of the plugin's schema.
impl From<StorageError> for LifeError {
    fn from(error: StorageError) -> Self {
        let of_sql = match &error {
            StorageError::Sql(error) | StorageError::Step { source: error, .. } => Some(error),
            _ => None,
        };
        match (of_sql, &error) {
            (Some(SqlError::Conflict), _) => Self::new(Step::Migrate, Kind::Busy, BUSY),
            (Some(SqlError::Unavailable(_) | SqlError::Timeout), _) | (_, StorageError::Io { .. }) => {
                Self::new(Step::Migrate, Kind::Unavailable, error.to_string())
            }
            _ => Self::refused(Step::Migrate, error.to_string()),
        }
    }
}

const BUSY: &str = "the database is busy with another change; try again";
