//! SQLite: every file as it was at one moment.

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use futures_util::TryStreamExt as _;
use libsqlite3_sys as ffi;
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Decode, Executor as _, Row as _, Sqlite, SqliteConnection,
    TypeInfo as _, ValueRef as _,
};

use super::digest::Rows;
use super::manifest::TableSum;
use super::objects::Named;

/// How often the moment is looked for, and how long a writer is waited for each time.
const ATTEMPTS: u32 = 100;
const BUSY: Duration = Duration::from_millis(300);
/// Pages that are copied at once.
const PAGES: i32 = 4_096;

/// A database file, and how an archive names it.
#[derive(Clone, Debug)]
pub(super) struct Database {
    /// The schema: `ward`, or `plugin_<domain>` as with PostgreSQL.
    pub(super) schema: String,
    /// Where it is.
    pub(super) file: PathBuf,
}

impl Database {
    /// The name of its entry.
    pub(super) fn entry(&self) -> String {
        format!("database/{}.db", self.schema)
    }

    /// The domain of the objects that it names.
    pub(super) fn domain(&self) -> &str {
        self.schema.strip_prefix("plugin_").unwrap_or("packages")
    }
}

/// Every file of an installation, the host's last: a plugin that waits for it holds its own.
pub(super) fn databases(host: &Path, data: &Path) -> anyhow::Result<Vec<Database>> {
    ensure!(host.exists(), "there is no database at {}", host.display());
    let mut all = Vec::new();
    for entry in std::fs::read_dir(data.join("db")).with_context(|| format!("read {}", data.join("db").display()))? {
        let file = entry?.path();
        if file.extension().is_some_and(|extension| extension == "db") {
            let domain = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            all.push(Database { schema: format!("plugin_{domain}"), file });
        }
    }
    all.sort_by(|one, other| one.schema.cmp(&other.schema));
    all.push(Database { schema: "ward".into(), file: host.to_owned() });
    Ok(all)
}

/// The schemas of an installation.
pub(crate) fn schemas(host: &Path, data: &Path) -> anyhow::Result<Vec<String>> {
    Ok(databases(host, data)?.into_iter().map(|database| database.schema).collect())
}

fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(file).busy_timeout(BUSY).disable_statement_logging()
}

/// Copies every file into `directory`, all as they were at one moment: while the readers begin, nobody writes.
pub(super) async fn copy(all: &[Database], directory: &Path) -> anyhow::Result<Vec<Database>> {
    let readers = at_one_moment(all).await?;
    let mut copies = Vec::new();
    for (database, mut reader) in all.iter().zip(readers) {
        let file = directory.join(format!("{}.db", database.schema));
        let mut handle = reader.lock_handle().await?;
        tokio::task::block_in_place(|| copy_pages(&mut handle, &file))
            .with_context(|| format!("copy {}", database.file.display()))?;
        drop(handle);
        reader.close().await?;
        copies.push(Database { file, ..database.clone() });
    }
    Ok(copies)
}

/// A reader of each file. While all of them begin, their writers are locked out.
async fn at_one_moment(all: &[Database]) -> anyhow::Result<Vec<SqliteConnection>> {
    for _ in 0..ATTEMPTS {
        match try_at_one_moment(all).await {
            Ok(readers) => return Ok(readers),
            Err(error) if is_busy(&error) => tokio::time::sleep(BUSY / 10).await,
            Err(error) => return Err(error).context("read the database"),
        }
    }
    bail!("the database is written to without a pause: try again later")
}

async fn try_at_one_moment(all: &[Database]) -> sqlx::Result<Vec<SqliteConnection>> {
    let (mut writers, mut readers) = (Vec::new(), Vec::new());
    for database in all {
        let mut writer = options(&database.file).connect().await?;
        writer.execute("BEGIN IMMEDIATE").await?;
        writers.push(writer);
    }
    for database in all {
        let mut reader = options(&database.file).pragma("query_only", "ON").connect().await?;
        reader.execute("BEGIN").await?;
        // Only now does it see the file as it is.
        reader.fetch_all("SELECT count(*) FROM sqlite_schema").await?;
        readers.push(reader);
    }
    for mut writer in writers {
        writer.execute("ROLLBACK").await?;
        writer.close().await?;
    }
    Ok(readers)
}

fn is_busy(error: &sqlx::Error) -> bool {
    // SQLITE_BUSY and SQLITE_LOCKED, whatever their extended parts.
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<i32>().ok());
    code.is_some_and(|code| [ffi::SQLITE_BUSY, ffi::SQLITE_LOCKED].contains(&(code & 0xff)))
}

/// Copies the pages that the reader's transaction sees.
fn copy_pages(from: &mut sqlx::sqlite::LockedSqliteHandle<'_>, to: &Path) -> anyhow::Result<()> {
    let name = CString::new(to.as_os_str().as_bytes()).context("the path has a NUL")?;
    let source = from.as_raw_handle().as_ptr();
    #[expect(unsafe_code, reason = "sqlx does not offer SQLite's online backup")]
    // SAFETY: `source` is open, and while `from` is borrowed no other thread uses it. `target` is opened here, used by
    // this thread alone, and closed on every way out, after the backup object that refers to it was finished: `init`
    // gives null or an object that `finish` is called with exactly once. The names end in NUL and outlive the calls.
    let code = unsafe {
        let mut target = std::ptr::null_mut();
        let flags = ffi::SQLITE_OPEN_READWRITE | ffi::SQLITE_OPEN_CREATE;
        let mut code = ffi::sqlite3_open_v2(name.as_ptr(), &raw mut target, flags, std::ptr::null());
        if code == ffi::SQLITE_OK {
            let backup = ffi::sqlite3_backup_init(target, c"main".as_ptr(), source, c"main".as_ptr());
            if backup.is_null() {
                code = ffi::sqlite3_errcode(target);
            } else {
                while ffi::sqlite3_backup_step(backup, PAGES) == ffi::SQLITE_OK {}
                // Tells how the steps ended.
                code = ffi::sqlite3_backup_finish(backup);
            }
        }
        ffi::sqlite3_close(target);
        code
    };
    ensure!(code == ffi::SQLITE_OK, "SQLite says {code}");
    Ok(())
}

/// The number and content of the rows of every table of a file that nobody writes to.
pub(super) async fn tables(database: &Database) -> anyhow::Result<Vec<TableSum>> {
    const TABLES: &str = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'shadow') \
        AND name NOT IN ('sqlite_schema', 'sqlite_master') ORDER BY name";
    const SCHEMA: &str = "SELECT type, name, tbl_name, sql FROM sqlite_schema";
    let mut connection = open(database).await?;
    let names: Vec<String> =
        connection.fetch_all(TABLES).await?.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    let mut sums = vec![sum(&mut connection, &database.schema, "(structure)", SCHEMA.to_owned()).await?];
    for name in names {
        let quoted = name.replace('"', "\"\"");
        sums.push(sum(&mut connection, &database.schema, &name, format!("SELECT * FROM \"{quoted}\"")).await?);
    }
    connection.close().await?;
    Ok(sums)
}

async fn open(database: &Database) -> anyhow::Result<SqliteConnection> {
    let connected = options(&database.file).pragma("query_only", "ON").connect().await;
    connected.with_context(|| format!("open {}", database.file.display()))
}

async fn sum(connection: &mut SqliteConnection, schema: &str, table: &str, select: String) -> anyhow::Result<TableSum> {
    let mut all = Rows::default();
    let mut rows = connection.fetch(AssertSqlSafe(select));
    let mut encoded = Vec::new();
    while let Some(row) = rows.try_next().await.with_context(|| format!("read {schema}.{table}"))? {
        encode(&row, &mut encoded)?;
        all.add(&encoded);
    }
    Ok(TableSum { schema: schema.into(), table: table.into(), rows: all.count(), digest: all.digest(), file: None })
}

/// A row as bytes: each value with its storage class and its length.
fn encode(row: &SqliteRow, bytes: &mut Vec<u8>) -> anyhow::Result<()> {
    bytes.clear();
    for index in 0..row.len() {
        let value = row.try_get_raw(index)?;
        if value.is_null() {
            bytes.push(b'n');
            continue;
        }
        let class = value.type_info().into_owned();
        let of = |error| anyhow::anyhow!("a value cannot be read: {error}");
        match class.name() {
            "INTEGER" => {
                bytes.push(b'i');
                bytes.extend_from_slice(&<i64 as Decode<'_, Sqlite>>::decode(value).map_err(of)?.to_le_bytes());
            }
            "REAL" => {
                bytes.push(b'r');
                bytes.extend_from_slice(&<f64 as Decode<'_, Sqlite>>::decode(value).map_err(of)?.to_le_bytes());
            }
            class => {
                let content = <&[u8] as Decode<'_, Sqlite>>::decode(value).map_err(of)?;
                bytes.push(if class == "TEXT" { b't' } else { b'b' });
                bytes.extend_from_slice(&(content.len() as u64).to_le_bytes());
                bytes.extend_from_slice(content);
            }
        }
    }
    Ok(())
}

/// The objects that a file names.
pub(super) async fn named(database: &Database) -> anyhow::Result<Vec<Named>> {
    let mut connection = open(database).await?;
    let there = connection.fetch_all("SELECT 1 FROM sqlite_schema WHERE name = 'ward_blob'").await?;
    let mut named = Vec::new();
    if !there.is_empty() {
        for row in connection.fetch_all("SELECT DISTINCT sha256, bytes FROM ward_blob ORDER BY sha256").await? {
            let bytes: i64 = row.try_get(1)?;
            let bytes = u64::try_from(bytes).unwrap_or_default();
            named.push(Named { domain: database.domain().to_owned(), sha256: row.try_get(0)?, bytes });
        }
    }
    connection.close().await?;
    Ok(named)
}

/// What is active, of the host's file.
pub(super) async fn active(host: &Database) -> anyhow::Result<Vec<(String, String, String)>> {
    let mut connection = open(host).await?;
    let rows = connection.fetch_all(super::create::ACTIVE).await?;
    let active = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)));
    let active = active.collect::<sqlx::Result<_>>()?;
    connection.close().await?;
    Ok(active)
}

/// Whether SQLite finds a restored file sound.
pub(super) async fn check(database: &Database) -> anyhow::Result<()> {
    let mut connection = options(&database.file).connect().await?;
    let said: String = connection.fetch_one("PRAGMA integrity_check(1)").await?.try_get(0)?;
    ensure!(said == "ok", "SQLite finds {} damaged: {said}", database.schema);
    Ok(connection.close().await?)
}
