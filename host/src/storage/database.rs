//! The whole database: the host's schema and a schema for each plugin.

use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::migrations::{self, Migration, Session};
use super::postgres::installation::Installation;
use super::sqlite::{self, Trust};
use super::{Bounds, Pool, SqlError};

/// Why storage could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database refused.
    #[error("the database: {0}")]
    Sql(#[from] SqlError),
    /// A directory or file.
    #[error("{path}: {source}")]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A URL that is not understood. Not repeated: it may hold a password.
    #[error("{0}")]
    Url(String),
    /// Not lower-case letters, digits and `-`, a letter first, 32 at most.
    #[error("`{0}` is not a name of a domain")]
    Domain(String),
    /// The object store refused.
    #[error("the object store: {0}")]
    Store(String),
    /// Migrations do not count from 1 without gaps.
    #[error("migration {version} is missing")]
    Gap {
        /// The missing one.
        version: u32,
    },
    /// A migration is not the one that was applied.
    #[error("migration {version} ({name}) was changed after it had been applied")]
    Changed {
        /// Which.
        version: u32,
        /// Its name.
        name: String,
    },
    /// The schema comes from a later version.
    #[error("migration {version} has been applied, and this version does not know it")]
    Newer {
        /// The first unknown one.
        version: i64,
    },
    /// A migration failed; nothing of it was applied.
    #[error("migration {version} ({name}): {source}")]
    Step {
        /// Which.
        version: u32,
        /// Its name.
        name: String,
        /// Why.
        source: SqlError,
    },
}

/// What the host keeps in each plugin's schema for its blobs.
const BLOB_TABLE: &str = "CREATE TABLE IF NOT EXISTS ward_blob \
    (id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, bytes BIGINT NOT NULL, media_type TEXT NOT NULL, created BIGINT NOT NULL);
CREATE INDEX IF NOT EXISTS ward_blob_sha256 ON ward_blob (sha256);";

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    host: Pool,
    home: Home,
}

/// Where plugins' schemas are made.
#[derive(Clone)]
enum Home {
    /// In files of this directory.
    Directory(Arc<Path>),
    /// In schemas of the same database.
    Postgres(Arc<Installation>),
}

impl Database {
    /// Opens the database and brings the host's own schema up to date.
    ///
    /// `url` is `sqlite:<file>`, `postgres://…`, or empty for `ward.db` in the directory `data`. Plugins'
    /// SQLite files are in `<data>/db`.
    pub async fn open(url: &str, data: &Path) -> Result<Self, StorageError> {
        let migrations = migrations::host::migrations();
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let installation = Box::pin(Installation::open(url, &migrations)).await?;
            return Ok(Self { host: installation.host().clone(), home: Home::Postgres(Arc::new(installation)) });
        }
        let file = sqlite_file(url, data)?;
        let directory = data.join("db");
        make_directory(file.parent().unwrap_or(Path::new(".")))?;
        make_directory(&directory)?;
        let host = open_file(&file, Trust::Host, "", &migrations).await?;
        Ok(Self { host, home: Home::Directory(directory.into()) })
    }

    /// The host's own schema.
    #[must_use]
    pub fn host(&self) -> &Pool {
        &self.host
    }

    /// Opens a plugin's schema, makes it if it is new, and brings it up to date. The plugin's statements
    /// and migrations reach nothing else: they run in a file, or as a role, of their own.
    pub async fn plugin(&self, domain: &str, migrations: &[Migration]) -> Result<Pool, StorageError> {
        check_domain(domain)?;
        match &self.home {
            Home::Directory(directory) => {
                let file = directory.join(format!("{domain}.db"));
                open_file(&file, Trust::Guest, BLOB_TABLE, migrations).await
            }
            Home::Postgres(installation) => Box::pin(installation.plugin(domain, BLOB_TABLE, migrations)).await,
        }
    }

    /// Asks for an answer.
    pub async fn ping(&self) -> Result<(), SqlError> {
        self.host.query("SELECT 1", &[], Bounds { rows: 1, bytes: 64 }).await.map(drop)
    }
}

async fn open_file(file: &Path, trust: Trust, tables: &str, migrations: &[Migration]) -> Result<Pool, StorageError> {
    let mut session = Session::Sqlite(sqlite::Connection::writer(file, trust).await?);
    let prepared = prepare(&mut session, tables, migrations).await;
    session.close().await;
    prepared?;
    Ok(Pool::from_sqlite(sqlite::Pool::open(file, trust).await?))
}

/// Makes the host's tables of a schema and applies its migrations.
pub(super) async fn prepare(session: &mut Session, tables: &str, migrations: &[Migration]) -> Result<(), StorageError> {
    session.batch(tables).await?;
    migrations::run(session, migrations).await
}

fn sqlite_file(url: &str, data: &Path) -> Result<PathBuf, StorageError> {
    if url.is_empty() {
        return Ok(data.join("ward.db"));
    }
    let file = url.strip_prefix("sqlite:").map(|rest| rest.strip_prefix("//").unwrap_or(rest));
    match file {
        Some(file) if !file.is_empty() && !file.contains(['?', '\0']) => Ok(file.into()),
        _ => Err(StorageError::Url("a database is `sqlite:<file>` or `postgres://…`".into())),
    }
}

/// Makes a directory that only this user may enter.
pub(super) fn make_directory(path: &Path) -> Result<(), StorageError> {
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|source| StorageError::Io { path: path.to_owned(), source })
}

/// Domains name files, schemas, roles and directories.
pub(super) fn check_domain(domain: &str) -> Result<(), StorageError> {
    let letters = domain.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let first = domain.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    // Beside the domains' directories of objects there is one for uploads.
    if letters && first && domain.len() <= 32 && domain != "staging" {
        Ok(())
    } else {
        Err(StorageError::Domain(domain.chars().take(64).collect()))
    }
}
