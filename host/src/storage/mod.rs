//! SQLite and PostgreSQL behind one small type, and the object store.

pub mod blobs;
mod database;
mod migrations;
mod pool;
mod postgres;
pub(crate) mod row;
mod sqlite;
mod statement;
mod stats;
mod value;

pub use blobs::{BlobError, BlobInfo, BlobStore, BlobStream, Container, StageWriter, Staged};
pub(crate) use database::RESERVED;
pub use database::{Database, PluginLock, StorageError};
pub use migrations::Migration;
pub(crate) use migrations::last_applied;
pub use pool::{Engine, Pool, Transaction};
pub(crate) use statement::reads;
pub use statement::{MAX_PARAMETERS, MAX_STATEMENT_BYTES, guest_statement_ok};
pub use stats::{BlobStats, PoolStats, Statements, Transfers};
pub use value::{Bounds, Rows, SqlError, Value};

/// Milliseconds since 1970, for the host's own bookkeeping.
fn now_ms() -> i64 {
    crate::clock::system()().timestamp_millis()
}

#[cfg(test)]
pub(crate) mod tests;
