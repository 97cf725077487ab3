//! Forward steps of a schema, each applied once.

pub(super) mod host;
mod session;
mod text;

use sha2::{Digest as _, Sha256};

pub(super) use session::Session;

use super::{Bounds, Engine, Pool, SqlError, StorageError, Value};

/// One forward step of a schema, written for both engines.
#[derive(Clone, Debug)]
pub struct Migration {
    /// Counts from 1, without gaps.
    pub version: u32,
    /// A few words, for the operator.
    pub name: String,
    /// The statements for SQLite.
    pub sqlite: String,
    /// The statements for PostgreSQL.
    pub postgres: String,
}

impl Migration {
    fn text(&self, engine: Engine) -> &str {
        match engine {
            Engine::Sqlite => &self.sqlite,
            Engine::Postgres => &self.postgres,
        }
    }

    fn checksum(&self, engine: Engine) -> String {
        hex::encode(Sha256::digest(self.text(engine)))
    }
}

/// What has been applied, in the schema that it was applied to.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS ward_migration \
    (version BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied BIGINT NOT NULL)";

/// Most steps of one schema.
const MAX_STEPS: usize = 10_000;

/// Applies what has not been applied yet, all of it in one transaction: a step that fails leaves the
/// schema as it was before the first. `newest` is the last step that the code works with; it may be one
/// that the code does not have.
pub(super) async fn run(session: &mut Session, migrations: &[Migration], newest: usize) -> Result<(), StorageError> {
    let engine = session.engine();
    check_steps(migrations, engine)?;
    session.batch(TABLE).await?;
    session.begin().await?;
    match steps(session, migrations, newest).await {
        Ok(applied) => {
            session.batch("COMMIT").await?;
            for migration in applied {
                tracing::info!(version = migration.version, name = %migration.name, "migration applied");
            }
            Ok(())
        }
        Err(error) => {
            // A connection that is gone has rolled back; what is wrong is why it went.
            let _ = session.batch("ROLLBACK").await;
            Err(error)
        }
    }
}

/// Version and checksum of every migration of the host.
pub(crate) fn host_migrations(engine: Engine) -> Vec<(u32, String)> {
    host::migrations().iter().map(|migration| (migration.version, migration.checksum(engine))).collect()
}

/// The version of the last step that was applied to a schema; 0 before the first.
pub(crate) async fn last_applied(pool: &Pool) -> Result<i64, SqlError> {
    let sql = "SELECT COALESCE(MAX(version), 0) FROM ward_migration";
    let found = pool.query(sql, &[], Bounds { rows: 1, bytes: 4_096 }).await?;
    match found.rows.first().map(Vec::as_slice) {
        Some([Value::Int(version)]) => Ok(*version),
        _ => Err(SqlError::Invalid("the table ward_migration is not as it was made".into())),
    }
}

/// Applies every step that is missing, and tells which they were.
async fn steps<'m>(
    session: &mut Session,
    migrations: &'m [Migration],
    newest: usize,
) -> Result<&'m [Migration], StorageError> {
    let engine = session.engine();
    let applied = applied(session).await?;
    check_applied(&applied, migrations, newest, engine)?;
    let missing = migrations.get(applied.len()..).unwrap_or_default();
    for next in missing {
        step(session, next, engine).await?;
    }
    Ok(missing)
}

async fn step(session: &mut Session, next: &Migration, engine: Engine) -> Result<(), StorageError> {
    let failed = |source| StorageError::Step { version: next.version, name: next.name.clone(), source };
    session.batch(next.text(engine)).await.map_err(failed)?;
    let row = [
        Value::Int(next.version.into()),
        Value::Text(next.name.clone()),
        Value::Text(next.checksum(engine)),
        Value::Int(super::now_ms()),
    ];
    let insert = "INSERT INTO ward_migration (version, name, checksum, applied) VALUES ($1, $2, $3, $4)";
    session.execute(insert, &row).await.map_err(failed)?;
    Ok(())
}

/// Versions and checksums, in order.
async fn applied(session: &mut Session) -> Result<Vec<(i64, String)>, StorageError> {
    let bounds = Bounds { rows: MAX_STEPS, bytes: 4 << 20 };
    let rows = session.query("SELECT version, checksum FROM ward_migration ORDER BY version", &[], bounds).await?;
    let read = |row: Vec<Value>| match row.as_slice() {
        [Value::Int(version), Value::Text(checksum)] => Ok((*version, checksum.clone())),
        _ => Err(StorageError::Sql(SqlError::Invalid("the table ward_migration is not as it was made".into()))),
    };
    rows.rows.into_iter().map(read).collect()
}

fn check_applied(
    applied: &[(i64, String)],
    migrations: &[Migration],
    newest: usize,
    engine: Engine,
) -> Result<(), StorageError> {
    if let Some((version, _)) = applied.get(newest.max(migrations.len())) {
        return Err(StorageError::Newer { version: *version });
    }
    for ((version, checksum), migration) in applied.iter().zip(migrations) {
        if *version != i64::from(migration.version) {
            return Err(StorageError::Gap { version: migration.version });
        }
        if *checksum != migration.checksum(engine) {
            return Err(StorageError::Changed { version: migration.version, name: migration.name.clone() });
        }
    }
    Ok(())
}

fn check_steps(migrations: &[Migration], engine: Engine) -> Result<(), StorageError> {
    if migrations.len() > MAX_STEPS {
        return Err(StorageError::Sql(SqlError::TooLarge(format!("more than {MAX_STEPS} migrations"))));
    }
    for (expected, migration) in (1..).zip(migrations) {
        if migration.version != expected {
            return Err(StorageError::Gap { version: expected });
        }
        let refused = |source| StorageError::Step { version: migration.version, name: migration.name.clone(), source };
        text::check(migration.text(engine), engine).map_err(refused)?;
    }
    Ok(())
}
