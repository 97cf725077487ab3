//! How a schema's statements and a domain's objects fare: for the operators.

use std::time::Instant;

use super::{BlobError, SqlError};
use crate::metrics::{Count, Timing};

/// One schema's statements. Their times include the wait for a connection.
#[derive(Debug, Default)]
pub struct PoolStats {
    /// Statements that give rows.
    pub query: Statements,
    /// Statements that change rows.
    pub execute: Statements,
    /// Beginnings of transactions.
    pub begin: Statements,
    /// Commits, with the wait for the disk.
    pub commit: Statements,
}

/// Statements of one kind.
#[derive(Debug, Default)]
pub struct Statements {
    /// How long they took.
    pub time: Timing,
    /// Those where another transaction was faster.
    pub conflicts: Count,
    /// Those that had no answer in time.
    pub timeouts: Count,
    /// Those for which the database was away.
    pub unavailable: Count,
}

impl Statements {
    pub(super) fn ended<T>(&self, started: Instant, result: &Result<T, SqlError>) {
        self.time.record(started.elapsed());
        match result {
            Err(SqlError::Conflict) => self.conflicts.one(),
            Err(SqlError::Timeout) => self.timeouts.one(),
            Err(SqlError::Unavailable(_)) => self.unavailable.one(),
            // What is wrong with a statement is its plugin's.
            Ok(_) | Err(_) => {}
        }
    }
}

/// One domain's objects.
#[derive(Debug, Default)]
pub struct BlobStats {
    /// Objects put to their place.
    pub keep: Transfers,
    /// Ranges read for plugins.
    pub read: Transfers,
    /// Ranges opened for clients: the time to the first byte.
    pub open: Transfers,
}

/// Accesses of one kind.
#[derive(Debug, Default)]
pub struct Transfers {
    /// How long they took.
    pub time: Timing,
    /// Bytes that were asked for.
    pub bytes: Count,
    /// Those that failed, but for objects that there are not.
    pub errors: Count,
}

impl Transfers {
    pub(super) fn ended<T>(&self, started: Instant, bytes: u64, result: &Result<T, BlobError>) {
        self.time.record(started.elapsed());
        match result {
            Ok(_) => self.bytes.add(bytes),
            Err(BlobError::NotFound | BlobError::Invalid(_) | BlobError::TooLarge(_)) => {}
            Err(_) => self.errors.one(),
        }
    }
}
