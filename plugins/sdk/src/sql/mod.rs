//! The plugin's own schema in the host's database.
//!
//! Statements take `$1`, `$2`, … on every engine. [`query`], [`execute`] and their kin run on their own;
//! [`transaction()`] runs several as one, and again from the start where another transaction was faster.
//! Code that should work in both takes `&impl Connection`.

mod conditions;
mod row;
mod transaction;
mod value;

pub use crate::bindings::ward::plugin::sql::Value;
pub use crate::{from_row, params};
pub use conditions::{Conditions, Window, containing};
pub use row::{FromRow, Row};
pub use transaction::{Transaction, transaction};
pub use value::{FromValue, ToValue};

use crate::bindings::ward::plugin::sql as wit;
use crate::failure::Problem;

/// Why a statement failed. The sentences name what the schema names, never a parameter's value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not granted, or a statement that is not allowed.
    #[error("the statement is not allowed: {0}")]
    Denied(String),
    /// Malformed SQL, or parameters that do not fit it.
    #[error("the statement is invalid: {0}")]
    Invalid(String),
    /// A unique constraint; names it, or its columns.
    #[error("not unique: {0}")]
    Unique(String),
    /// A foreign key.
    #[error("the row that is referred to does not exist, or a row is still referred to: {0}")]
    ForeignKey(String),
    /// A check constraint.
    #[error("a check failed: {0}")]
    Check(String),
    /// A column that may not be null.
    #[error("may not be null: {0}")]
    NotNull(String),
    /// Another transaction was faster, again and again; nothing was written.
    #[error("another transaction was faster")]
    Conflict,
    /// A limit of the host.
    #[error("too large: {0}")]
    TooLarge(String),
    /// The database did not answer in time.
    #[error("the database did not answer in time")]
    Timeout,
    /// The database is away.
    #[error("the database is away")]
    Unavailable,
    /// No row where one was asked for.
    #[error("no such row")]
    NoRow,
    /// A column that is not there, or holds another type.
    #[error("column {column}: expected {expected}")]
    Column {
        /// Its name, or its number.
        column: String,
        /// What was asked for.
        expected: &'static str,
    },
}

impl From<wit::Error> for Error {
    fn from(error: wit::Error) -> Self {
        match error {
            wit::Error::Denied(why) => Self::Denied(why),
            wit::Error::Invalid(why) => Self::Invalid(why),
            wit::Error::Unique(what) => Self::Unique(what),
            wit::Error::ForeignKey(what) => Self::ForeignKey(what),
            wit::Error::Check(what) => Self::Check(what),
            wit::Error::NotNull(what) => Self::NotNull(what),
            wit::Error::Conflict => Self::Conflict,
            wit::Error::TooLarge(what) => Self::TooLarge(what),
            wit::Error::Timeout => Self::Timeout,
            wit::Error::Unavailable => Self::Unavailable,
        }
    }
}

/// For plugins without errors of their own: busy or away is 503, all else the plugin's fault.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Conflict | Error::Timeout | Error::Unavailable => Self::unavailable(),
            _ => Self::internal(),
        }
    }
}

/// Parameters of a statement: `&params![id, name]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        [$($crate::sql::ToValue::to_value(&$value)),*] as [$crate::sql::Value; _]
    };
}

/// Where statements run: on their own ([`Database`]) or in a [`Transaction`].
pub trait Connection {
    /// Runs a statement that gives rows, also `INSERT … RETURNING`.
    fn rows(&self, statement: &str, parameters: &[Value]) -> Result<Vec<Row>, Error>;

    /// Runs a statement and tells how many rows it changed.
    fn execute(&self, statement: &str, parameters: &[Value]) -> Result<u64, Error>;

    /// All rows, each as a `T`.
    fn query<T: FromRow>(&self, statement: &str, parameters: &[Value]) -> Result<Vec<T>, Error> {
        self.rows(statement, parameters)?.iter().map(T::from_row).collect()
    }

    /// The first row, if there is one.
    fn query_optional<T: FromRow>(&self, statement: &str, parameters: &[Value]) -> Result<Option<T>, Error> {
        self.rows(statement, parameters)?.first().map(T::from_row).transpose()
    }

    /// The first row; [`Error::NoRow`] where there is none.
    fn query_one<T: FromRow>(&self, statement: &str, parameters: &[Value]) -> Result<T, Error> {
        self.query_optional(statement, parameters)?.ok_or(Error::NoRow)
    }
}

/// Each statement is a transaction of its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Database;

impl Connection for Database {
    fn rows(&self, statement: &str, parameters: &[Value]) -> Result<Vec<Row>, Error> {
        Ok(Row::all(wit::query(statement, parameters)?))
    }

    fn execute(&self, statement: &str, parameters: &[Value]) -> Result<u64, Error> {
        Ok(wit::execute(statement, parameters)?)
    }
}

/// All rows of a statement on its own, each as a `T`.
pub fn query<T: FromRow>(statement: &str, parameters: &[Value]) -> Result<Vec<T>, Error> {
    Database.query(statement, parameters)
}

/// The first row of a statement on its own, if there is one.
pub fn query_optional<T: FromRow>(statement: &str, parameters: &[Value]) -> Result<Option<T>, Error> {
    Database.query_optional(statement, parameters)
}

/// The first row of a statement on its own; [`Error::NoRow`] where there is none.
pub fn query_one<T: FromRow>(statement: &str, parameters: &[Value]) -> Result<T, Error> {
    Database.query_one(statement, parameters)
}

/// Runs a statement on its own and tells how many rows it changed.
pub fn execute(statement: &str, parameters: &[Value]) -> Result<u64, Error> {
    Database.execute(statement, parameters)
}
