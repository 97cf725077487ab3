//! The whole database: the host's schema and a schema for each plugin.

use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::migrations::{self, Migration, Session};
use super::postgres::installation::{Installation, Lock};
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
    /// A restore into it did not finish.
    #[error("a restore into this database did not finish: empty it and restore again")]
    Unfinished,
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
    #[error("migration {version} has been applied, and this version does not work with a schema that new")]
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

/// What the host keeps in each plugin's schema: blobs, jobs and events.
const TABLES: &str = include_str!("plugin_tables.sql");

/// Beside the domains' directories of objects there is one for uploads and one for plugins; the host's own
/// accounts and operations are of the domain `host`.
pub(crate) const RESERVED: [&str; 3] = ["host", "packages", "staging"];

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    host: Pool,
    home: Home,
}

/// The right to change what is installed and active. A node that ends loses it with its connection.
pub struct PluginLock(Option<Lock>);

impl PluginLock {
    /// Gives it back.
    pub async fn release(self) {
        if let Some(lock) = self.0 {
            lock.release().await;
        }
    }
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
        if is_postgres(url) {
            let installation = Box::pin(Installation::open(url, &migrations)).await?;
            return Ok(Self { host: installation.host().clone(), home: Home::Postgres(Arc::new(installation)) });
        }
        let file = sqlite_file(url, data)?;
        let directory = data.join("db");
        make_directory(file.parent().unwrap_or(Path::new(".")))?;
        make_directory(&directory)?;
        prepare_file(&file, Trust::Host, "", &migrations, migrations.len()).await?;
        let host = Pool::from_sqlite(sqlite::Pool::open(&file, Trust::Host).await?);
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
        self.migrate(domain, migrations, migrations.len()).await?;
        self.schema(domain).await
    }

    /// Makes a plugin's schema if it is new, and brings it up to date: all missing steps, or none.
    /// `newest` is the last step that the plugin's code works with; a schema beyond it is refused.
    pub async fn migrate(&self, domain: &str, migrations: &[Migration], newest: usize) -> Result<(), StorageError> {
        check_domain(domain)?;
        match &self.home {
            Home::Directory(directory) => {
                let file = directory.join(format!("{domain}.db"));
                prepare_file(&file, Trust::Guest, TABLES, migrations, newest).await
            }
            Home::Postgres(installation) => Box::pin(installation.migrate(domain, TABLES, migrations, newest)).await,
        }
    }

    /// Connects to a plugin's schema, which [`Database::migrate`] has made.
    pub async fn schema(&self, domain: &str) -> Result<Pool, StorageError> {
        check_domain(domain)?;
        match &self.home {
            Home::Directory(directory) => {
                let file = directory.join(format!("{domain}.db"));
                Ok(Pool::from_sqlite(sqlite::Pool::open(&file, Trust::Guest).await?))
            }
            Home::Postgres(installation) => Ok(installation.schema(domain).await?),
        }
    }

    /// Waits for, and takes, the right to change what is installed and active: one node has it at a time.
    /// With SQLite there are no other nodes.
    pub async fn lock_plugins(&self) -> Result<PluginLock, SqlError> {
        match &self.home {
            Home::Directory(_) => Ok(PluginLock(None)),
            Home::Postgres(installation) => Ok(PluginLock(Some(installation.lock_plugins().await?))),
        }
    }

    /// Asks for an answer.
    pub async fn ping(&self) -> Result<(), SqlError> {
        self.host.query("SELECT 1", &[], Bounds { rows: 1, bytes: 64 }).await.map(drop)
    }
}

async fn prepare_file(
    file: &Path,
    trust: Trust,
    tables: &str,
    migrations: &[Migration],
    newest: usize,
) -> Result<(), StorageError> {
    let mut session = Session::Sqlite(sqlite::Connection::writer(file, trust).await?);
    let prepared = prepare(&mut session, tables, migrations, newest).await;
    session.close().await;
    prepared
}

/// Makes the host's tables of a schema and applies its migrations.
pub(super) async fn prepare(
    session: &mut Session,
    tables: &str,
    migrations: &[Migration],
    newest: usize,
) -> Result<(), StorageError> {
    session.batch(tables).await?;
    migrations::run(session, migrations, newest).await
}

/// Whether the URL is PostgreSQL's.
pub(crate) fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// The host's file.
pub(crate) fn sqlite_file(url: &str, data: &Path) -> Result<PathBuf, StorageError> {
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

/// Whether this can be a domain of a plugin.
pub(crate) fn is_domain(domain: &str) -> bool {
    check_domain(domain).is_ok()
}

/// Domains name files, schemas, roles and directories.
pub(super) fn check_domain(domain: &str) -> Result<(), StorageError> {
    let letters = domain.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let first = domain.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    if letters && first && domain.len() <= 32 && !RESERVED.contains(&domain) {
        Ok(())
    } else {
        Err(StorageError::Domain(domain.chars().take(64).collect()))
    }
}
