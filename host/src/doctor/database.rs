//! The database: whether it answers, what it is, and what was applied to it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Executor as _, PgConnection, Row as _, SqliteConnection};

use super::Findings;
use crate::assembly::Assembly;
use crate::storage::{self, Engine};

/// How long it has to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The oldest PostgreSQL that has what Ward needs.
const OLDEST: i32 = 140_000;
/// Seconds by which clocks may differ.
const SKEW: f64 = 5.0;

/// The database of an installation, looked at without changing it.
pub(super) enum Database {
    /// The host's file, and the directory of the plugins'.
    Sqlite { host: PathBuf, directory: PathBuf },
    /// One connection.
    Postgres(Box<PgConnection>),
}

/// Connects; nothing where that is impossible, which is said.
pub(super) async fn open(assembly: &Assembly, findings: &mut Findings) -> Option<Database> {
    if !storage::is_postgres(&assembly.database) {
        let host = storage::sqlite_file(&assembly.database, &assembly.data).ok()?;
        if !host.exists() {
            findings.warning(format!("there is no database at {} yet: the first start makes it", host.display()));
            return None;
        }
        return Some(Database::Sqlite { host, directory: assembly.data.join("db") });
    }
    let Ok(options) = assembly.database.parse::<PgConnectOptions>() else {
        findings.problem("`database` is no URL of PostgreSQL");
        return None;
    };
    match tokio::time::timeout(PATIENCE, options.disable_statement_logging().connect()).await {
        Ok(Ok(connection)) => Some(Database::Postgres(Box::new(connection))),
        Ok(Err(sqlx::Error::Database(error))) => {
            findings.problem(format!("the database refuses the connection: {}", error.message()));
            None
        }
        Ok(Err(_)) => {
            findings.problem("the database cannot be reached: check its host, its port, and whether it runs");
            None
        }
        Err(_) => {
            findings.problem("the database does not answer within ten seconds");
            None
        }
    }
}

pub(super) async fn examine(database: &mut Database, assembly: &Assembly, findings: &mut Findings) {
    if let Database::Postgres(connection) = database
        && server(connection, findings).await.is_err()
    {
        findings.problem("the database does not say what it is");
        return;
    }
    if !database.schemas(assembly).await.contains(&"ward".to_owned()) {
        findings.warning("nothing of Ward is in the database yet: the first start makes it");
        return;
    }
    if database.numbers("ward", "SELECT count(*) FROM restore_unfinished").await.is_some() {
        findings.problem("a restore into this database did not finish: empty it and restore again");
    }
    migrations(database, findings).await;
    for schema in database.schemas(assembly).await.iter().filter(|schema| *schema != "ward") {
        let dead = database.numbers(schema, "SELECT count(*) FROM ward_job WHERE state = 'dead'").await;
        if let Some(dead) = dead.and_then(|rows| rows.first().copied()).filter(|dead| *dead > 0) {
            let domain = schema.strip_prefix("plugin_").unwrap_or(schema).replace('_', "-");
            findings.warning(format!("{dead} jobs of `{domain}` are dead: see `ward jobs list {domain}`"));
        }
    }
}

/// Version, rights and clock of the server.
async fn server(connection: &mut PgConnection, findings: &mut Findings) -> sqlx::Result<()> {
    const ASK: &str = "SELECT current_setting('server_version_num')::int, \
        (SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user), \
        has_database_privilege(current_database(), 'CREATE'), extract(epoch FROM clock_timestamp())::float8, \
        current_setting('server_encoding'), current_setting('fsync')";
    let row = connection.fetch_one(ASK).await?;
    let version: i32 = row.try_get(0)?;
    if version < OLDEST {
        findings.problem(format!("the database is PostgreSQL {}; Ward needs 14 or later", version / 10_000));
    }
    if !row.try_get::<bool, _>(1)? {
        findings
            .problem("the database user may not create roles, of which each plugin gets one: ALTER ROLE … CREATEROLE");
    }
    if !row.try_get::<bool, _>(2)? {
        findings.problem(
            "the database user may not create schemas, of which each plugin gets one: let it own the database",
        );
    }
    #[expect(clippy::cast_precision_loss, reason = "seconds")]
    let skew = row.try_get::<f64, _>(3)? - crate::clock::system()().timestamp_millis() as f64 / 1_000.0;
    if skew.abs() > SKEW {
        findings.problem(format!(
            "the clocks of this machine and of the database differ by {:.0} seconds: use NTP",
            skew.abs()
        ));
    }
    if row.try_get::<String, _>(4)? != "UTF8" {
        findings.problem("the encoding of the database is not UTF8");
    }
    if row.try_get::<String, _>(5)? != "on" {
        findings.warning("`fsync` is off in the database: what was acknowledged is lost when its machine fails");
    }
    Ok(())
}

/// What was applied to the host's own schema, compared with what this version of Ward knows.
async fn migrations(database: &mut Database, findings: &mut Findings) {
    let Some(applied) =
        database.texts("ward", "SELECT version || ':' || checksum FROM ward_migration ORDER BY version").await
    else {
        findings.problem("the host's schema does not say which migrations were applied to it");
        return;
    };
    let known = storage::host_migrations(database.engine());
    for (place, (version, checksum)) in known.iter().enumerate() {
        match applied.get(place) {
            None => {
                findings
                    .warning(format!("migration {version} of the host is not applied yet: the next start applies it"));
            }
            Some(found) if *found != format!("{version}:{checksum}") => {
                findings.problem(format!("migration {version} of the host is not the one that was applied: another version of Ward made this database"));
            }
            Some(_) => {}
        }
    }
    if applied.len() > known.len() {
        findings.problem("the database was made by a later version of Ward, which this one does not work with");
    }
}

impl Database {
    pub(super) fn engine(&self) -> Engine {
        match self {
            Self::Sqlite { .. } => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// `ward`, and `plugin_<domain>` of every domain that there is.
    pub(super) async fn schemas(&mut self, assembly: &Assembly) -> Vec<String> {
        const SCHEMAS: &str =
            "SELECT nspname::text FROM pg_namespace WHERE nspname = 'ward' OR nspname LIKE 'plugin\\_%' ORDER BY 1";
        match self {
            Self::Sqlite { host, .. } => {
                let all = crate::backup::sqlite_schemas(host, &assembly.data);
                all.unwrap_or_else(|_| vec!["ward".to_owned()])
            }
            Self::Postgres(connection) => {
                let rows = connection.fetch_all(SCHEMAS).await.unwrap_or_default();
                rows.iter().filter_map(|row| row.try_get(0).ok()).collect()
            }
        }
    }

    /// The first column as numbers; nothing where the table is not there.
    pub(super) async fn numbers(&mut self, schema: &str, select: &str) -> Option<Vec<i64>> {
        match self.connect(schema).await? {
            Connected::Sqlite(mut connection) => {
                let rows = connection.fetch_all(AssertSqlSafe(select.to_owned())).await.ok()?;
                rows.iter().map(|row| row.try_get(0).ok()).collect()
            }
            Connected::Postgres(connection) => {
                let rows = connection.fetch_all(AssertSqlSafe(select.to_owned())).await.ok()?;
                rows.iter().map(|row| row.try_get(0).ok()).collect()
            }
        }
    }

    /// The first column as texts; nothing where the table is not there.
    pub(super) async fn texts(&mut self, schema: &str, select: &str) -> Option<Vec<String>> {
        match self.connect(schema).await? {
            Connected::Sqlite(mut connection) => {
                let rows = connection.fetch_all(AssertSqlSafe(select.to_owned())).await.ok()?;
                rows.iter().map(|row| row.try_get(0).ok()).collect()
            }
            Connected::Postgres(connection) => {
                let rows = connection.fetch_all(AssertSqlSafe(select.to_owned())).await.ok()?;
                rows.iter().map(|row| row.try_get(0).ok()).collect()
            }
        }
    }

    /// The rows of two texts, by the first.
    pub(super) async fn pairs(&mut self, schema: &str, select: &str) -> BTreeMap<String, String> {
        let joined = self.texts(schema, select).await.unwrap_or_default();
        joined.into_iter().filter_map(|text| text.split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned()))).collect()
    }

    async fn connect(&mut self, schema: &str) -> Option<Connected<'_>> {
        match self {
            Self::Sqlite { host, directory } => {
                let file = match schema.strip_prefix("plugin_") {
                    Some(domain) => directory.join(format!("{domain}.db")),
                    None => host.clone(),
                };
                let options = SqliteConnectOptions::new().filename(file).pragma("query_only", "ON");
                Some(Connected::Sqlite(options.disable_statement_logging().connect().await.ok()?))
            }
            Self::Postgres(connection) => {
                // Of names that `schemas` gave.
                let path = format!("SET search_path = \"{}\"", schema.replace('"', "\"\""));
                connection.execute(AssertSqlSafe(path)).await.ok()?;
                Some(Connected::Postgres(connection))
            }
        }
    }
}

enum Connected<'c> {
    Sqlite(SqliteConnection),
    Postgres(&'c mut PgConnection),
}
