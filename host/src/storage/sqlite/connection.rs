//! Connections, lent out one statement or one transaction at a time.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::TryStreamExt as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Executor as _, SqlSafeStr as _, SqliteConnection, Statement as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::super::value::Collector;
use super::super::{Bounds, Rows, SqlError, Value};
use super::{Trust, codec, guard, sql_error};

/// Longest wait for a connection.
const LEASE_TIMEOUT: Duration = Duration::from_secs(30);
/// Longest wait for a lock that another process holds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Steps of SQLite's machine between two looks at whether someone still waits for the answer.
const STEPS_BETWEEN_CHECKS: i32 = 2_000;
/// Rows that SQLite's thread may be ahead of the reader.
const ROWS_AHEAD: usize = 8;

/// How the writer is opened: durable at every commit.
pub(super) fn writer_options(file: &Path) -> SqliteConnectOptions {
    base_options(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        // What a burst has made of the log is given back.
        .pragma("journal_size_limit", "67108864")
}

/// How readers are opened: they cannot write, whatever they are asked.
pub(super) fn reader_options(file: &Path) -> SqliteConnectOptions {
    base_options(file).pragma("query_only", "ON")
}

fn base_options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("temp_store", "MEMORY")
        // KiB.
        .pragma("cache_size", "-8192")
        .row_buffer_size(ROWS_AHEAD)
        .statement_cache_capacity(256)
        .thread_name(|id| format!("sqlite-{id}"))
        .disable_statement_logging()
}

/// One connection, and the switch that interrupts what it runs.
pub(in super::super) struct Connection {
    inner: SqliteConnection,
    cancel: Arc<AtomicBool>,
}

impl Connection {
    /// Opens it with its limits, and for a guest with its walls.
    pub(in super::super) async fn open(options: &SqliteConnectOptions, trust: Trust) -> Result<Self, SqlError> {
        let mut inner = options.connect().await.map_err(sql_error)?;
        let cancel = Arc::new(AtomicBool::new(false));
        let cancelled = Arc::clone(&cancel);
        let mut handle = inner.lock_handle().await.map_err(sql_error)?;
        guard::protect(&mut handle, trust)?;
        handle.set_progress_handler(STEPS_BETWEEN_CHECKS, move || !cancelled.load(Ordering::Relaxed));
        drop(handle);
        Ok(Self { inner, cancel })
    }

    /// Opens a connection of its own to write with, outside any pool.
    pub(in super::super) async fn writer(file: &Path, trust: Trust) -> Result<Self, SqlError> {
        Self::open(&writer_options(file), trust).await
    }

    /// Runs text of one or more statements without parameters.
    pub(in super::super) async fn batch(&mut self, sql: &str) -> Result<(), SqlError> {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.inner).await.map(drop).map_err(sql_error)
    }

    /// Runs one statement that gives rows.
    pub(in super::super) async fn query(
        &mut self,
        sql: &str,
        params: &[Value],
        bounds: Bounds,
    ) -> Result<Rows, SqlError> {
        let mut collector = Collector::new(bounds);
        let query = sqlx::query_with(AssertSqlSafe(sql), codec::arguments(params)?);
        let mut rows = self.inner.fetch(query);
        while let Some(row) = rows.try_next().await.map_err(sql_error)? {
            codec::collect(&mut collector, &row)?;
        }
        drop(rows);
        if !collector.has_columns() {
            // No row told the names; the statement is cached, so that this only looks them up.
            let prepared = (&mut self.inner).prepare(AssertSqlSafe(sql).into_sql_str()).await.map_err(sql_error)?;
            codec::columns(&mut collector, prepared.columns());
        }
        Ok(collector.finish())
    }

    /// Runs one statement and tells how many rows it changed.
    pub(in super::super) async fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, SqlError> {
        let query = sqlx::query_with(AssertSqlSafe(sql), codec::arguments(params)?);
        let done = query.execute(&mut self.inner).await.map_err(sql_error)?;
        Ok(done.rows_affected())
    }

    /// Closes it and waits until it is closed.
    pub(in super::super) async fn close(self) {
        // A failure leaves nothing to do: the file is closed with the thread either way.
        let _ = sqlx::Connection::close(self.inner).await;
    }
}

/// The connections of one kind to one file, opened when first needed.
pub(super) struct Slots {
    options: SqliteConnectOptions,
    trust: Trust,
    permits: Arc<Semaphore>,
    count: usize,
    idle: Mutex<Vec<Connection>>,
    /// Counts how often the connections were given up.
    age: AtomicU64,
}

impl Slots {
    pub(super) fn new(options: SqliteConnectOptions, trust: Trust, count: usize) -> Arc<Self> {
        Arc::new(Self {
            options,
            trust,
            permits: Arc::new(Semaphore::new(count)),
            count,
            idle: Mutex::default(),
            age: AtomicU64::new(0),
        })
    }

    /// Gives up the connections that there are, each when it comes back: they have prepared statements for
    /// tables that have other columns now.
    pub(super) fn renew(&self) {
        self.age.fetch_add(1, Ordering::Release);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// How many are lent, and how many may be.
    pub(super) fn lent(&self) -> (usize, usize) {
        (self.count.saturating_sub(self.permits.available_permits()), self.count)
    }

    /// Lends a connection; fails after half a minute.
    pub(super) async fn lease(self: &Arc<Self>) -> Result<Lease, SqlError> {
        let permit = match Arc::clone(&self.permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => self.wait().await?,
        };
        let age = self.age.load(Ordering::Acquire);
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => Connection::open(&self.options, self.trust).await?,
        };
        Ok(Lease { connection: Some(connection), busy: false, age, slots: Arc::clone(self), _permit: permit })
    }

    async fn wait(&self) -> Result<OwnedSemaphorePermit, SqlError> {
        let wait = tokio::time::timeout(LEASE_TIMEOUT, Arc::clone(&self.permits).acquire_owned());
        let permit = wait.await.map_err(|_| SqlError::Timeout)?;
        permit.map_err(|_| SqlError::Unavailable("the database is closed".into()))
    }
}

/// A connection on loan. It goes back when dropped, unless a statement still runs in it: then it is
/// interrupted and closed, so that nothing unfinished reaches the next one.
pub(super) struct Lease {
    connection: Option<Connection>,
    busy: bool,
    /// Of the slots when it was lent.
    age: u64,
    slots: Arc<Slots>,
    _permit: OwnedSemaphorePermit,
}

impl Lease {
    pub(super) async fn query(&mut self, sql: &str, params: &[Value], bounds: Bounds) -> Result<Rows, SqlError> {
        let connection = claim(&mut self.connection, &mut self.busy)?;
        let result = connection.query(sql, params, bounds).await;
        self.busy = is_unfinished(&result);
        result
    }

    pub(super) async fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, SqlError> {
        let connection = claim(&mut self.connection, &mut self.busy)?;
        let result = connection.execute(sql, params).await;
        self.busy = is_unfinished(&result);
        result
    }

    /// `BEGIN`, `COMMIT`, `ROLLBACK`.
    pub(super) async fn control(&mut self, sql: &'static str) -> Result<(), SqlError> {
        let connection = claim(&mut self.connection, &mut self.busy)?;
        let result = connection.batch(sql).await;
        self.busy = is_unfinished(&result);
        result
    }

    pub(super) fn is_idle(&self) -> bool {
        !self.busy
    }

    /// Closes it instead of giving it back.
    pub(super) fn discard(mut self) {
        self.busy = true;
    }
}

/// The connection, marked busy until its statement has ended. Apart from `Lease`, whose other fields
/// stay usable.
fn claim<'c>(connection: &'c mut Option<Connection>, busy: &mut bool) -> Result<&'c mut Connection, SqlError> {
    if *busy {
        return Err(SqlError::Unavailable("the connection is closing".into()));
    }
    *busy = true;
    connection.as_mut().ok_or_else(|| SqlError::Unavailable("the connection is closed".into()))
}

/// Whether a statement may still run, or its thread is gone, after this outcome.
fn is_unfinished<T>(result: &Result<T, SqlError>) -> bool {
    matches!(result, Err(SqlError::TooLarge(_) | SqlError::Unavailable(_) | SqlError::Timeout))
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        if self.busy {
            connection.cancel.store(true, Ordering::Relaxed);
            return;
        }
        let mut idle = self.slots.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if self.age == self.slots.age.load(Ordering::Acquire) {
            idle.push(connection);
        }
    }
}
