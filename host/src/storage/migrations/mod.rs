//! Forward steps of a schema, each applied once.

pub(super) mod host;
mod session;
mod text;

use sha2::{Digest as _, Sha256};

pub(super) use session::Session;

use super::{Bounds, Engine, SqlError, StorageError, Value};

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

/// Applies what has not been applied yet. Each step is a transaction: one that fails leaves the schema
/// as it was before it, and ends the run.
pub(super) async fn run(session: &mut Session, migrations: &[Migration]) -> Result<(), StorageError> {
    let engine = session.engine();
    check_steps(migrations, engine)?;
    session.batch(TABLE).await?;
    loop {
        session.begin().await?;
        match step(session, migrations, engine).await {
            Ok(true) => session.batch("COMMIT").await?,
            Ok(false) => return Ok(session.batch("ROLLBACK").await?),
            Err(error) => {
                session.batch("ROLLBACK").await?;
                return Err(error);
            }
        }
    }
}

/// Applies the next step, and tells whether there was one.
async fn step(session: &mut Session, migrations: &[Migration], engine: Engine) -> Result<bool, StorageError> {
    let applied = applied(session).await?;
    check_applied(&applied, migrations, engine)?;
    let Some(next) = migrations.get(applied.len()) else { return Ok(false) };
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
    tracing::info!(version = next.version, name = %next.name, "migration applied");
    Ok(true)
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

fn check_applied(applied: &[(i64, String)], migrations: &[Migration], engine: Engine) -> Result<(), StorageError> {
    for (index, (version, checksum)) in applied.iter().enumerate() {
        let Some(migration) = migrations.get(index) else {
            return Err(StorageError::Newer { version: *version });
        };
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
