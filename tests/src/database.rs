//! A database for one test.

use std::path::Path;

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};

/// A database that is gone after the test.
pub struct TestDatabase {
    /// What the server is told; empty for SQLite, which lies in the data directory.
    pub url: String,
    cleanup: Option<Cleanup>,
}

struct Cleanup {
    administrator: String,
    name: String,
}

impl TestDatabase {
    /// A database of the engine that `WARD_TEST_ENGINE` names: SQLite unless it is `postgres`.
    pub async fn create() -> Self {
        match std::env::var("WARD_TEST_ENGINE").as_deref() {
            Ok("postgres") => Self::postgres().await,
            Ok("sqlite") | Err(_) => Self { url: String::new(), cleanup: None },
            Ok(other) => panic!("WARD_TEST_ENGINE={other}: sqlite or postgres"),
        }
    }

    /// The same database for another node; the first one removes it.
    pub fn shared(&self) -> Self {
        Self { url: self.url.clone(), cleanup: None }
    }

    /// Whether it is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        !self.url.is_empty()
    }

    /// Takes it away: every connection ends, and no new one is let in.
    pub async fn cut(&self) {
        let Some(Cleanup { administrator, name }) = &self.cleanup else { panic!("not PostgreSQL, or another's") };
        execute(administrator, format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")).await.expect("is cut");
        let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        execute(administrator, end).await.expect("is cut");
    }

    /// Gives it back.
    pub async fn restore(&self) {
        let Some(Cleanup { administrator, name }) = &self.cleanup else { panic!("not PostgreSQL, or another's") };
        execute(administrator, format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")).await.expect("is back");
    }

    /// Runs a statement in a plugin's schema; for SQLite that is a file below `data`.
    pub async fn run(&self, data: &Path, domain: &str, statement: &str) -> anyhow::Result<()> {
        let statement = AssertSqlSafe(statement.to_owned());
        if self.is_postgres() {
            let mut connection = self.schema(domain).await?;
            connection.execute(statement).await?;
            return Ok(connection.close().await?);
        }
        let mut connection = file(data, domain).await?;
        connection.execute(statement).await?;
        Ok(connection.close().await?)
    }

    /// Runs a statement in the host's own schema; for SQLite that is a file in `data`.
    pub async fn run_in_host(&self, data: &Path, statement: &str) -> anyhow::Result<()> {
        let statement = AssertSqlSafe(statement.to_owned());
        if self.is_postgres() {
            let options = self.url.parse::<PgConnectOptions>()?.options([("search_path", "ward")]);
            let mut connection = PgConnection::connect_with(&options).await?;
            connection.execute(statement).await?;
            return Ok(connection.close().await?);
        }
        let file = SqliteConnectOptions::new().filename(data.join("ward.db"));
        let mut connection = SqliteConnection::connect_with(&file).await?;
        connection.execute(statement).await?;
        Ok(connection.close().await?)
    }

    /// The number that a statement gives in a plugin's schema.
    pub async fn number(&self, data: &Path, domain: &str, statement: &str) -> anyhow::Result<i64> {
        let statement = AssertSqlSafe(statement.to_owned());
        if self.is_postgres() {
            let mut connection = self.schema(domain).await?;
            let number = sqlx::query_scalar(statement).fetch_one(&mut connection).await?;
            connection.close().await?;
            return Ok(number);
        }
        let mut connection = file(data, domain).await?;
        let number = sqlx::query_scalar(statement).fetch_one(&mut connection).await?;
        connection.close().await?;
        Ok(number)
    }

    async fn schema(&self, domain: &str) -> anyhow::Result<PgConnection> {
        let options = self.url.parse::<PgConnectOptions>()?.options([("search_path", format!("plugin_{domain}"))]);
        Ok(PgConnection::connect_with(&options).await?)
    }

    async fn postgres() -> Self {
        let administrator = std::env::var("WARD_TEST_POSTGRES").expect("WARD_TEST_POSTGRES: an administrator's URL");
        let name = format!("ward_test_{}", uuid::Uuid::new_v4().simple());
        execute(&administrator, format!("CREATE DATABASE {name}")).await.expect("a database for the test");
        let mut url = url::Url::parse(&administrator).expect("WARD_TEST_POSTGRES is a URL");
        url.set_path(&name);
        Self { url: url.into(), cleanup: Some(Cleanup { administrator, name }) }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Some(Cleanup { administrator, name }) = self.cleanup.take() else { return };
        // The test's own runtime is ending: this needs one of its own. A database that stays behind
        // goes with the throw-away cluster.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime
                .block_on(execute(&administrator, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")))
                .map_err(std::io::Error::other)
        });
        let _ = dropped.join();
    }
}

async fn file(data: &Path, domain: &str) -> anyhow::Result<SqliteConnection> {
    let options = SqliteConnectOptions::new().filename(data.join("db").join(format!("{domain}.db")));
    Ok(SqliteConnection::connect_with(&options.busy_timeout(std::time::Duration::from_secs(30))).await?)
}

async fn execute(url: &str, statement: String) -> sqlx::Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    connection.execute(AssertSqlSafe(statement)).await?;
    connection.close().await
}
