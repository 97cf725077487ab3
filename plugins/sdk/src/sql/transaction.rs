//! Several statements as one.

use std::cell::Cell;

use super::{Connection, Error, Row, Value};
use crate::bindings::ward::plugin::sql as wit;

/// How often a transaction is tried before a conflict is an error. PostgreSQL locks what was read by pages: in a
/// small table everybody's keys lie on one, and of many who write there at once most lose, though none of them
/// touches another's row. The host waits a while before each further attempt.
const ATTEMPTS: u32 = 40;

/// A serialisable transaction: as if no other ran.
#[derive(Debug)]
pub struct Transaction {
    inner: wit::Transaction,
    conflict: Cell<bool>,
}

impl Transaction {
    fn begin() -> Result<Self, Error> {
        Ok(Self { inner: wit::begin()?, conflict: Cell::new(false) })
    }

    pub(crate) fn inner(&self) -> &wit::Transaction {
        &self.inner
    }

    /// Another transaction was faster: this one is run again, whatever the closure makes of it.
    pub(crate) fn lost(&self) {
        self.conflict.set(true);
    }

    /// Remembers a conflict: the closure's own error type may not show it any more.
    fn note<T>(&self, result: Result<T, wit::Error>) -> Result<T, Error> {
        result.map_err(|error| {
            let error = Error::from(error);
            if error == Error::Conflict {
                self.lost();
            }
            error
        })
    }
}

impl Connection for Transaction {
    fn rows(&self, statement: &str, parameters: &[Value]) -> Result<Vec<Row>, Error> {
        self.note(self.inner.query(statement, parameters)).map(Row::all)
    }

    fn execute(&self, statement: &str, parameters: &[Value]) -> Result<u64, Error> {
        self.note(self.inner.execute(statement, parameters))
    }
}

/// Runs `work` in a transaction and commits if it is `Ok`; otherwise nothing was written.
///
/// Where another transaction was faster, everything runs again, up to forty times: `work` must change
/// nothing but the database. After that the error is [`Error::Conflict`].
pub fn transaction<T, E, F>(mut work: F) -> Result<T, E>
where
    E: From<Error>,
    F: FnMut(&Transaction) -> Result<T, E>,
{
    for _ in 0..ATTEMPTS {
        let transaction = match Transaction::begin() {
            Ok(transaction) => transaction,
            Err(Error::Conflict) => continue,
            Err(error) => return Err(error.into()),
        };
        let result = work(&transaction);
        if transaction.conflict.get() {
            continue;
        }
        let value = result?;
        match wit::Transaction::commit(transaction.inner) {
            Ok(()) => return Ok(value),
            Err(wit::Error::Conflict) => {}
            Err(error) => return Err(Error::from(error).into()),
        }
    }
    Err(Error::Conflict.into())
}
