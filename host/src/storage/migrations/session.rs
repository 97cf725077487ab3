//! A connection of its own for migrations, closed afterwards: what a migration did to its session goes
//! with it.

use sqlx::PgConnection;

use super::super::{Bounds, Engine, Rows, SqlError, Value, postgres, sqlite};

/// One connection to one schema, with the rights that its pool has.
pub(in super::super) enum Session {
    /// To a file.
    Sqlite(sqlite::Connection),
    /// As a role.
    Postgres(Box<PgConnection>),
}

impl Session {
    pub(super) fn engine(&self) -> Engine {
        match self {
            Session::Sqlite(_) => Engine::Sqlite,
            Session::Postgres(_) => Engine::Postgres,
        }
    }

    pub(super) async fn begin(&mut self) -> Result<(), SqlError> {
        match self {
            Session::Sqlite(connection) => connection.batch("BEGIN IMMEDIATE").await,
            Session::Postgres(connection) => postgres::batch(connection, "BEGIN").await,
        }
    }

    pub(in super::super) async fn batch(&mut self, sql: &str) -> Result<(), SqlError> {
        match self {
            Session::Sqlite(connection) => connection.batch(sql).await,
            Session::Postgres(connection) => postgres::batch(connection, sql).await,
        }
    }

    pub(in super::super) async fn query(
        &mut self,
        sql: &str,
        params: &[Value],
        bounds: Bounds,
    ) -> Result<Rows, SqlError> {
        match self {
            Session::Sqlite(connection) => connection.query(sql, params, bounds).await,
            Session::Postgres(connection) => postgres::query(connection, sql, params, bounds).await,
        }
    }

    pub(in super::super) async fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, SqlError> {
        match self {
            Session::Sqlite(connection) => connection.execute(sql, params).await,
            Session::Postgres(connection) => postgres::execute(connection, sql, params).await,
        }
    }

    pub(in super::super) async fn close(self) {
        match self {
            Session::Sqlite(connection) => connection.close().await,
            // A failure leaves nothing to do: the socket is closed either way.
            Session::Postgres(connection) => drop(sqlx::Connection::close(*connection).await),
        }
    }
}
