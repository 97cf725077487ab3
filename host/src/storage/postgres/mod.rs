//! PostgreSQL: one schema and one login role for each plugin.

mod codec;
mod error;
pub(super) mod installation;
pub(super) mod restore;
mod scram;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::TryStreamExt as _;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, Postgres};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Executor as _, PgConnection, SqlSafeStr as _, Statement as _};

pub(super) use error::sql_error;

use super::value::Collector;
use super::{Bounds, Rows, SqlError, Value};

/// Longest wait for a connection.
const LEASE_TIMEOUT: Duration = Duration::from_secs(30);
/// Connections of one schema and node.
const CONNECTIONS: u32 = 10;
/// Connections of one schema and node for the host's bookkeeping.
const BOOKKEEPERS: u32 = 3;
/// A connection that was idle for longer is asked whether it still lives before it is lent.
const FRESH: Duration = Duration::from_secs(1);
/// How often a statement outside a transaction is tried when others are faster.
const ATTEMPTS: u32 = 20;

/// What every session starts with; a client's own settings win over a role's.
const SESSION: [(&str, &str); 6] = [
    ("default_transaction_isolation", "serializable"),
    ("statement_timeout", "30s"),
    ("lock_timeout", "10s"),
    ("idle_in_transaction_session_timeout", "60s"),
    // The server notices within a second that nobody waits for a statement any more.
    ("client_connection_check_interval", "1s"),
    ("standard_conforming_strings", "on"),
];

/// Lends so many connections.
fn lending(most: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(most)
        .acquire_timeout(LEASE_TIMEOUT)
        .idle_timeout(Duration::from_mins(5))
        // Not each time: that would be a round trip more for every statement.
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > FRESH {
                    sqlx::Connection::ping(connection).await?;
                }
                Ok(true)
            })
        })
}

/// Connections to one schema.
#[derive(Clone)]
pub(super) struct Pool {
    connections: PgPool,
    /// How a transaction begins.
    begin: &'static str,
    /// Those for the host's bookkeeping, made when they are first asked for.
    bookkeepers: Arc<OnceLock<PgPool>>,
}

/// Options that lead to one schema.
pub(super) fn in_schema(options: PgConnectOptions, schema: &str) -> PgConnectOptions {
    options
        .application_name("ward")
        .options([("search_path", schema)])
        .options(SESSION)
        .statement_cache_capacity(256)
        .disable_statement_logging()
}

impl Pool {
    /// Connects once, so that errors show here.
    pub(super) async fn open(options: PgConnectOptions) -> Result<Self, SqlError> {
        let pool = lending(CONNECTIONS).connect_with(options).await;
        let connections = pool.map_err(sql_error)?;
        Ok(Self { connections, begin: "BEGIN ISOLATION LEVEL SERIALIZABLE", bookkeepers: Arc::default() })
    }

    /// Others to the same schema, connected when first needed, that read what is committed.
    pub(super) fn bookkeeping(&self) -> Self {
        let connect = || {
            let options = self.connections.connect_options().as_ref().clone();
            let options = options.options([("default_transaction_isolation", "read committed")]);
            lending(BOOKKEEPERS).connect_lazy_with(options)
        };
        let connections = self.bookkeepers.get_or_init(connect).clone();
        Self { connections, begin: "BEGIN", bookkeepers: self.bookkeepers.clone() }
    }

    pub(super) fn driver(&self) -> &PgPool {
        &self.connections
    }

    /// Connections that are lent, and all that may be.
    pub(super) fn connections(&self) -> (usize, usize) {
        let bookkeepers = self.bookkeepers.get();
        let pools = [Some(&self.connections), bookkeepers.filter(|_| self.begin != "BEGIN")];
        let lent = |pool: &PgPool| (pool.size() as usize).saturating_sub(pool.num_idle());
        let most = |pool: &PgPool| pool.options().get_max_connections() as usize;
        let pools = || pools.iter().flatten();
        (pools().map(|pool| lent(pool)).sum(), pools().map(|pool| most(pool)).sum())
    }

    pub(super) async fn query(&self, sql: &str, params: &[Value], bounds: Bounds) -> Result<Rows, SqlError> {
        let mut lease = self.lease().await?;
        let mut attempt = 0;
        loop {
            attempt += 1;
            match lease.query(sql, params, bounds).await {
                Err(SqlError::Conflict) if attempt < ATTEMPTS => pause(attempt).await,
                result => return result,
            }
        }
    }

    pub(super) async fn execute(&self, sql: &str, params: &[Value]) -> Result<u64, SqlError> {
        let mut lease = self.lease().await?;
        let mut attempt = 0;
        loop {
            attempt += 1;
            match lease.execute(sql, params).await {
                Err(SqlError::Conflict) if attempt < ATTEMPTS => pause(attempt).await,
                result => return result,
            }
        }
    }

    pub(super) async fn begin(&self) -> Result<Transaction, SqlError> {
        let mut lease = self.lease().await?;
        lease.control(self.begin).await?;
        Ok(Transaction { lease: Some(lease) })
    }

    async fn lease(&self) -> Result<Lease, SqlError> {
        let connection = self.connections.acquire().await.map_err(sql_error)?;
        Ok(Lease { connection: Some(connection), busy: false })
    }
}

/// Up to 1, 2, … 32 ms, by chance, so that those who met do not meet again.
async fn pause(attempt: u32) {
    let most = 500_u64 << attempt.min(6);
    tokio::time::sleep(Duration::from_micros(rand::random_range(0..most))).await;
}

/// An open transaction and its connection.
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
            Ok(runtime) if !lease.busy => {
                runtime.spawn(async move {
                    if lease.control("ROLLBACK").await.is_err() {
                        lease.discard();
                    }
                });
            }
            _ => lease.discard(),
        }
    }
}

/// A connection on loan. It goes back when dropped, unless a statement still runs in it: then it is
/// closed, and the server ends statement and transaction.
struct Lease {
    connection: Option<PoolConnection<Postgres>>,
    busy: bool,
}

impl Lease {
    async fn query(&mut self, sql: &str, params: &[Value], bounds: Bounds) -> Result<Rows, SqlError> {
        let connection = claim(&mut self.connection, &mut self.busy)?;
        let result = query(connection, sql, params, bounds).await;
        self.busy = is_unfinished(&result);
        result
    }

    async fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, SqlError> {
        let connection = claim(&mut self.connection, &mut self.busy)?;
        let result = execute(connection, sql, params).await;
        self.busy = is_unfinished(&result);
        result
    }

    async fn control(&mut self, sql: &'static str) -> Result<(), SqlError> {
        let connection = claim(&mut self.connection, &mut self.busy)?;
        let result = sqlx::raw_sql(sql).execute(connection).await.map(drop).map_err(sql_error);
        self.busy = is_unfinished(&result);
        result
    }

    fn discard(mut self) {
        self.busy = true;
    }
}

fn claim<'c>(
    connection: &'c mut Option<PoolConnection<Postgres>>,
    busy: &mut bool,
) -> Result<&'c mut PgConnection, SqlError> {
    if *busy {
        return Err(SqlError::Unavailable("the connection is closing".into()));
    }
    *busy = true;
    connection.as_deref_mut().ok_or_else(|| SqlError::Unavailable("the connection is closed".into()))
}

/// Whether rows may still arrive, or the connection is gone, after this outcome.
fn is_unfinished<T>(result: &Result<T, SqlError>) -> bool {
    matches!(result, Err(SqlError::TooLarge(_) | SqlError::Unavailable(_) | SqlError::Timeout))
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take().filter(|_| self.busy) {
            // Closes the socket without waiting for what it was doing.
            drop(connection.detach());
        }
    }
}

/// Runs text of one or more statements without parameters.
pub(super) async fn batch(connection: &mut PgConnection, sql: &str) -> Result<(), SqlError> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(drop).map_err(sql_error)
}

/// Runs one statement that gives rows.
pub(super) async fn query(
    connection: &mut PgConnection,
    sql: &str,
    params: &[Value],
    bounds: Bounds,
) -> Result<Rows, SqlError> {
    let mut collector = Collector::new(bounds);
    let text = codec::statement(sql, params);
    let query = sqlx::query_with(AssertSqlSafe(text.clone()), codec::arguments(params)?);
    let mut rows = connection.fetch(query);
    let mut refused = None;
    loop {
        let row = match rows.try_next().await {
            Ok(Some(row)) => row,
            Ok(None) => break,
            Err(error) => {
                drop(rows);
                return Err(failed(connection, error).await);
            }
        };
        match codec::collect(&mut collector, &row) {
            Ok(()) => {}
            // The caller closes the connection: there may be no end of rows.
            Err(error @ SqlError::TooLarge(_)) => return Err(error),
            // Read to the end, so that the connection can be used again.
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    drop(rows);
    if let Some(error) = refused {
        return Err(error);
    }
    if !collector.has_columns() {
        // No row told the names; the statement is cached, so that this only looks them up.
        let prepared = connection.prepare(AssertSqlSafe(text).into_sql_str()).await.map_err(sql_error)?;
        codec::columns(&mut collector, prepared.columns());
    }
    Ok(collector.finish())
}

/// Runs one statement and tells how many rows it changed.
pub(super) async fn execute(connection: &mut PgConnection, sql: &str, params: &[Value]) -> Result<u64, SqlError> {
    let text = codec::statement(sql, params);
    let query = sqlx::query_with(AssertSqlSafe(text), codec::arguments(params)?);
    match query.execute(&mut *connection).await {
        Ok(done) => Ok(done.rows_affected()),
        Err(error) => Err(failed(connection, error).await),
    }
}

/// Why a statement failed. One that was prepared before a migration gave its table other columns is
/// prepared anew at the next attempt.
async fn failed(connection: &mut PgConnection, error: sqlx::Error) -> SqlError {
    if !error::is_outdated(&error) {
        return sql_error(error);
    }
    match sqlx::Connection::clear_cached_statements(connection).await {
        Ok(()) => SqlError::Conflict,
        Err(error) => sql_error(error),
    }
}
