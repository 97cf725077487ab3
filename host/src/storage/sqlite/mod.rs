//! SQLite: one file for each schema, many readers and one writer.

mod codec;
mod connection;
mod error;
mod guard;

use std::path::Path;
use std::sync::Arc;

pub(super) use connection::Connection;
use connection::{Lease, Slots};
pub(super) use error::sql_error;

use super::statement::reads;
use super::{Bounds, Rows, SqlError, Value};

/// Whose statements a connection runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// The host's own.
    Host,
    /// A plugin's: everything that leads out of the file is refused.
    Guest,
}

/// Connections to one file.
#[derive(Clone)]
pub(super) struct Pool {
    readers: Arc<Slots>,
    writer: Arc<Slots>,
}

impl Pool {
    /// Opens or creates `file`; the writer's connection is made at once, so that errors show here.
    pub(super) async fn open(file: &Path, trust: Trust) -> Result<Self, SqlError> {
        guard::limit_heap();
        let readers = std::thread::available_parallelism().map_or(4, usize::from).clamp(2, 8);
        let pool = Self {
            writer: Slots::new(connection::writer_options(file), trust, 1),
            readers: Slots::new(connection::reader_options(file), trust, readers),
        };
        drop(pool.writer.lease().await?);
        Ok(pool)
    }

    /// Lets no statement be used again that was prepared before a migration.
    pub(super) fn renew(&self) {
        self.readers.renew();
        self.writer.renew();
    }

    /// Connections that are lent, and all that may be.
    pub(super) fn connections(&self) -> (usize, usize) {
        let ((readers, most_readers), (writer, most_writers)) = (self.readers.lent(), self.writer.lent());
        (readers + writer, most_readers + most_writers)
    }

    pub(super) async fn query(&self, sql: &str, params: &[Value], bounds: Bounds) -> Result<Rows, SqlError> {
        let slots = if reads(sql) { &self.readers } else { &self.writer };
        slots.lease().await?.query(sql, params, bounds).await
    }

    pub(super) async fn execute(&self, sql: &str, params: &[Value]) -> Result<u64, SqlError> {
        self.writer.lease().await?.execute(sql, params).await
    }

    pub(super) async fn begin(&self) -> Result<Transaction, SqlError> {
        let mut lease = self.writer.lease().await?;
        // Immediate: the lock is taken now, so that no later statement finds the file changed.
        lease.control("BEGIN IMMEDIATE").await?;
        Ok(Transaction { lease: Some(lease) })
    }
}

/// An open transaction: the writer's connection.
pub(super) struct Transaction {
    /// Taken by `commit` and `drop`.
    lease: Option<Lease>,
}

impl Transaction {
    pub(super) async fn query(&mut self, sql: &str, params: &[Value], bounds: Bounds) -> Result<Rows, SqlError> {
        self.lease()?.query(sql, params, bounds).await
    }

    pub(super) async fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, SqlError> {
        self.lease()?.execute(sql, params).await
    }

    pub(super) async fn commit(mut self) -> Result<(), SqlError> {
        let Some(mut lease) = self.lease.take() else { return Err(SqlError::Conflict) };
        let committed = lease.control("COMMIT").await;
        if committed.is_err() {
            // Still open after a failed commit (a deferred constraint): only closing is sure to end it.
            lease.discard();
        }
        committed
    }

    fn lease(&mut self) -> Result<&mut Lease, SqlError> {
        self.lease.as_mut().ok_or(SqlError::Conflict)
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        let Some(mut lease) = self.lease.take() else { return };
        match tokio::runtime::Handle::try_current() {
            // The lease discards its connection if this task is dropped half-way.
            Ok(runtime) if lease.is_idle() => {
                runtime.spawn(async move {
                    if lease.control("ROLLBACK").await.is_err() {
                        lease.discard();
                    }
                });
            }
            // A statement still runs, or nothing can be awaited: closing the connection rolls back.
            _ => lease.discard(),
        }
    }
}
