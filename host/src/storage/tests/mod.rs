//! The same tests on each engine: PostgreSQL where `WARD_TEST_POSTGRES` is an administrator's URL.

mod blobs;
mod isolation;
mod migrate;
mod sql;
mod transactions;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;

use super::{Bounds, Database, Migration, Pool, Value};

pub(super) const BOUNDS: Bounds = Bounds { rows: 1_000, bytes: 1 << 20 };

/// A database of its own, removed with its directory.
pub(crate) struct Fixture {
    pub(crate) database: Database,
    pub(crate) directory: TempDir,
    pub(crate) url: String,
}

impl Fixture {
    pub(crate) async fn sqlite() -> Self {
        Self::open(String::new()).await
    }

    /// `None` where no server was named.
    pub(crate) async fn postgres() -> Option<Self> {
        let admin = std::env::var("WARD_TEST_POSTGRES").ok()?;
        let name = format!("ward_test_{}", uuid::Uuid::new_v4().simple());
        let mut connection = PgConnection::connect(&admin).await.expect("WARD_TEST_POSTGRES leads to a server");
        let create = format!("CREATE DATABASE {name}");
        sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut connection).await.expect("may create databases");
        let mut url = url::Url::parse(&admin).expect("a URL");
        url.set_path(&name);
        Some(Self::open(url.into()).await)
    }

    pub(crate) async fn all() -> Vec<Self> {
        let mut all = vec![Self::sqlite().await];
        all.extend(Self::postgres().await);
        all
    }

    async fn open(url: String) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let database = Database::open(&url, directory.path()).await.expect("the database opens");
        Self { database, directory, url }
    }

    /// The same database, opened again.
    pub(crate) async fn again(&self) -> Database {
        Database::open(&self.url, self.directory.path()).await.expect("the database opens again")
    }

    /// A plugin with the tables that the tests use.
    pub(crate) async fn plugin(&self) -> Pool {
        self.database.plugin("alpha", &[tables()]).await.expect("the plugin's schema opens")
    }
}

pub(crate) fn migration(version: u32, name: &str, sql: &str) -> Migration {
    Migration { version, name: name.into(), sqlite: sql.into(), postgres: sql.replace("BLOB", "BYTEA") }
}

fn tables() -> Migration {
    migration(
        1,
        "tables",
        "CREATE TABLE parent (id BIGINT PRIMARY KEY);
         CREATE TABLE item (
             id BIGINT PRIMARY KEY, name TEXT UNIQUE, active BOOLEAN, weight DOUBLE PRECISION, picture BLOB,
             parent BIGINT REFERENCES parent (id), count BIGINT NOT NULL DEFAULT 0 CHECK (count >= 0));",
    )
}

pub(crate) fn text(value: &str) -> Value {
    Value::Text(value.into())
}

/// The one value of a result.
pub(super) async fn one(pool: &Pool, sql: &str, params: &[Value]) -> Value {
    let rows = pool.query(sql, params, BOUNDS).await.expect(sql);
    assert_eq!((rows.rows.len(), rows.columns.len()), (1, 1), "{sql}");
    rows.rows[0][0].clone()
}
