//! SQLite and PostgreSQL behind one small type, and the object store.

pub mod blobs;
mod database;
mod migrations;
mod objects_lock;
mod pool;
mod postgres;
pub(crate) mod row;
mod sqlite;
mod statement;
mod stats;
mod value;

pub(crate) use blobs::is_sha256;
pub use blobs::{BlobError, BlobInfo, BlobStore, BlobStream, Container, StageWriter, Staged};
pub use database::{Database, PluginLock, StorageError};
pub(crate) use database::{RESERVED, is_domain, is_postgres, sqlite_file};
pub use migrations::Migration;
pub(crate) use migrations::{host_migrations, last_applied};
pub use objects_lock::ObjectsLock;
pub use pool::{Engine, Pool, Transaction};
pub(crate) use postgres::restore::{EmptyPostgres, PostgresReader};
pub(crate) use statement::reads;
pub use statement::{MAX_PARAMETERS, MAX_STATEMENT_BYTES, guest_statement_ok};
pub use stats::{BlobStats, PoolStats, Statements, Transfers};
pub use value::{Bounds, Rows, SqlError, Value};

/// What reads a whole PostgreSQL database; nothing where `url` is SQLite's.
pub(crate) fn postgres_reader(url: &str) -> Result<Option<PostgresReader>, StorageError> {
    if is_postgres(url) { PostgresReader::new(url).map(Some) } else { Ok(None) }
}

/// An empty PostgreSQL database, to be filled.
pub(crate) async fn empty_postgres(url: &str) -> Result<EmptyPostgres, StorageError> {
    EmptyPostgres::open(url).await
}

/// Milliseconds since 1970, for the host's own bookkeeping.
fn now_ms() -> i64 {
    crate::clock::system()().timestamp_millis()
}

#[cfg(test)]
pub(crate) mod tests;
