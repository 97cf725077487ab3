//! One schema's connections, whichever engine they lead to.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tracing::Instrument as _;

use super::stats::PoolStats;
use super::value::check_parameters;
use super::{Bounds, Rows, SqlError, Value, postgres, sqlite};
use crate::telemetry;

/// The database behind a [`Pool`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// SQLite: one file for each schema.
    Sqlite,
    /// PostgreSQL: one schema and one role for each plugin.
    Postgres,
}

/// Connections to one schema: the host's, or one plugin's. Cheap to clone.
///
/// Parameters are written `$1`, `$2`, … for either engine. A write has reached the disk when
/// [`execute`](Pool::execute) returns.
#[derive(Clone)]
pub struct Pool {
    kind: Kind,
    stats: Arc<PoolStats>,
}

#[derive(Clone)]
enum Kind {
    Sqlite(sqlite::Pool),
    Postgres(postgres::Pool),
}

impl Pool {
    pub(super) fn from_sqlite(pool: sqlite::Pool) -> Self {
        Self { kind: Kind::Sqlite(pool), stats: Arc::default() }
    }

    pub(super) fn from_postgres(pool: postgres::Pool) -> Self {
        Self { kind: Kind::Postgres(pool), stats: Arc::default() }
    }

    /// How long its statements took, and how they failed.
    #[must_use]
    pub fn stats(&self) -> &PoolStats {
        &self.stats
    }

    /// How many connections are lent and how many may be.
    #[must_use]
    pub fn connections(&self) -> (usize, usize) {
        match &self.kind {
            Kind::Sqlite(pool) => pool.connections(),
            Kind::Postgres(pool) => pool.connections(),
        }
    }

    /// Which engine this is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.kind {
            Kind::Sqlite(_) => Engine::Sqlite,
            Kind::Postgres(_) => Engine::Postgres,
        }
    }

    /// The driver's own pool, for what only PostgreSQL has (`LISTEN`); `None` with SQLite.
    #[must_use]
    pub fn postgres(&self) -> Option<&sqlx::PgPool> {
        match &self.kind {
            Kind::Sqlite(_) => None,
            Kind::Postgres(pool) => Some(pool.driver()),
        }
    }

    /// After a migration: lets no statement be used again that was prepared before it. PostgreSQL tells by
    /// itself which those are.
    pub fn renew(&self) {
        if let Kind::Sqlite(pool) = &self.kind {
            pool.renew();
        }
    }

    /// Connections for the host's own bookkeeping in this schema. With PostgreSQL they read what is
    /// committed and look for no other transaction's reads: serialisable, they would make those of the
    /// plugin fail that touch the same rows. With SQLite the same connections.
    #[must_use]
    pub fn bookkeeping(&self) -> Self {
        let kind = match &self.kind {
            Kind::Sqlite(pool) => Kind::Sqlite(pool.clone()),
            Kind::Postgres(pool) => Kind::Postgres(pool.bookkeeping()),
        };
        Self { kind, stats: self.stats.clone() }
    }

    /// Runs one statement that gives rows.
    pub async fn query(&self, sql: &str, params: &[Value], bounds: Bounds) -> Result<Rows, SqlError> {
        check_parameters(params)?;
        let started = Instant::now();
        let query = async {
            match &self.kind {
                Kind::Sqlite(pool) => pool.query(sql, params, bounds).await,
                Kind::Postgres(pool) => pool.query(sql, params, bounds).await,
            }
        };
        let result = query.instrument(telemetry::host_call("sql query")).await;
        self.stats.query.ended(started, &result);
        result
    }

    /// Runs one statement and tells how many rows it changed.
    pub async fn execute(&self, sql: &str, params: &[Value]) -> Result<u64, SqlError> {
        check_parameters(params)?;
        let started = Instant::now();
        let execute = async {
            match &self.kind {
                Kind::Sqlite(pool) => pool.execute(sql, params).await,
                Kind::Postgres(pool) => pool.execute(sql, params).await,
            }
        };
        let result = execute.instrument(telemetry::host_call("sql execute")).await;
        self.stats.execute.ended(started, &result);
        result
    }

    /// Begins a transaction: serialisable, but for those of [`bookkeeping`](Self::bookkeeping). SQLite has one writer: there this waits for its turn.
    pub async fn begin(&self) -> Result<Transaction, SqlError> {
        let started = Instant::now();
        let opening = async {
            match &self.kind {
                Kind::Sqlite(pool) => pool.begin().await.map(Open::Sqlite),
                Kind::Postgres(pool) => pool.begin().await.map(Open::Postgres),
            }
        };
        let opened = opening.instrument(telemetry::host_call("sql begin")).await;
        self.stats.begin.ended(started, &opened);
        let stats = self.stats.clone();
        Ok(Transaction { state: State::Open(opened?), barrier: Vec::new(), after: Vec::new(), stats })
    }
}

/// A transaction; rolled back when dropped.
///
/// A statement that fails ends it, with either engine: what comes after is refused and nothing of it
/// is written. To go on after a duplicate, write `ON CONFLICT DO NOTHING`.
pub struct Transaction {
    state: State,
    /// What must have succeeded before the commit.
    barrier: Vec<JoinHandle<Result<(), SqlError>>>,
    /// Who is woken by the commit.
    after: Vec<Arc<Notify>>,
    stats: Arc<PoolStats>,
}

enum State {
    Open(Open),
    /// Rolled back, or about to be.
    Failed(SqlError),
}

enum Open {
    Sqlite(sqlite::Transaction),
    Postgres(postgres::Transaction),
}

impl Transaction {
    /// Runs one statement that gives rows.
    pub async fn query(&mut self, sql: &str, params: &[Value], bounds: Bounds) -> Result<Rows, SqlError> {
        let mut open = self.take()?;
        let started = Instant::now();
        let query = async {
            match (check_parameters(params), &mut open) {
                (Err(error), _) => Err(error),
                (Ok(()), Open::Sqlite(transaction)) => transaction.query(sql, params, bounds).await,
                (Ok(()), Open::Postgres(transaction)) => transaction.query(sql, params, bounds).await,
            }
        };
        let result = query.instrument(telemetry::host_call("sql query")).await;
        self.stats.query.ended(started, &result);
        self.put_back(open, result)
    }

    /// Runs one statement and tells how many rows it changed.
    pub async fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, SqlError> {
        let mut open = self.take()?;
        let started = Instant::now();
        let execute = async {
            match (check_parameters(params), &mut open) {
                (Err(error), _) => Err(error),
                (Ok(()), Open::Sqlite(transaction)) => transaction.execute(sql, params).await,
                (Ok(()), Open::Postgres(transaction)) => transaction.execute(sql, params).await,
            }
        };
        let result = execute.instrument(telemetry::host_call("sql execute")).await;
        self.stats.execute.ended(started, &result);
        self.put_back(open, result)
    }

    /// Makes it durable. After [`SqlError::Conflict`] nothing was written.
    pub async fn commit(mut self) -> Result<(), SqlError> {
        let open = self.take()?;
        for task in std::mem::take(&mut self.barrier) {
            task.await.unwrap_or_else(|_| Err(SqlError::Unavailable("a task has ended".into())))?;
        }
        let started = Instant::now();
        let commit = async {
            match open {
                Open::Sqlite(transaction) => transaction.commit().await,
                Open::Postgres(transaction) => transaction.commit().await,
            }
        };
        let committed = commit.instrument(telemetry::host_call("sql commit")).await;
        self.stats.commit.ended(started, &committed);
        // Also where the outcome is not known.
        self.after.iter().for_each(|waiting| waiting.notify_one());
        committed
    }

    /// Which engine it runs on.
    pub(crate) fn engine(&self) -> Engine {
        match &self.state {
            State::Open(Open::Postgres(_)) => Engine::Postgres,
            // What has failed runs nothing any more.
            _ => Engine::Sqlite,
        }
    }

    /// Wakes someone when it has been committed.
    pub(crate) fn wake_after(&mut self, waiting: &Arc<Notify>) {
        if !self.after.iter().any(|other| Arc::ptr_eq(other, waiting)) {
            self.after.push(waiting.clone());
        }
    }

    /// Lets the commit wait for a task, and fail if it fails.
    pub(super) fn before_commit(&mut self, task: JoinHandle<Result<(), SqlError>>) {
        self.barrier.push(task);
    }

    /// Taken out while a statement runs, so that a caller that stops waiting drops it.
    fn take(&mut self) -> Result<Open, SqlError> {
        let ended = State::Failed(SqlError::Invalid("the transaction has ended: a statement in it did not".into()));
        match std::mem::replace(&mut self.state, ended) {
            State::Open(open) => Ok(open),
            State::Failed(error) => {
                self.state = State::Failed(error.clone());
                Err(error)
            }
        }
    }

    fn put_back<T>(&mut self, open: Open, result: Result<T, SqlError>) -> Result<T, SqlError> {
        self.state = match &result {
            Ok(_) => State::Open(open),
            // So that the caller of `commit` knows to run the whole transaction again.
            Err(SqlError::Conflict) => State::Failed(SqlError::Conflict),
            Err(_) => State::Failed(SqlError::Invalid("the transaction has ended: a statement in it failed".into())),
        };
        result
    }
}
