//! `ward backup`.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::archive::{self, Writer};
use super::manifest::{FORMAT, HEAD, Head, Manifest, TableSum};
use super::objects::{self, Named};
use super::postgres::Snapshot;
use super::sqlite;
use crate::assembly::Assembly;
use crate::storage::{self, BlobStore, ObjectsLock, PostgresReader};

/// What is active; the table's name without its schema.
pub(super) const ACTIVE: &str =
    "SELECT domain, name, version FROM plugin_active WHERE name IS NOT NULL ORDER BY domain";
/// Bytes of a key that is kept; a real one has fewer than a thousand.
const MOST_KEY: u64 = 1 << 20;

/// Writes everything to `path`, while requests are served.
pub async fn create(assembly: &Assembly, path: &Path) -> anyhow::Result<Manifest> {
    super::refuse_unfinished(&assembly.data)?;
    let blobs = BlobStore::open(&assembly.blobs, &assembly.data).await.context("open the blob store")?;
    let mut writer = Writer::create(path)?;
    // Until the end: what the snapshot names must not be swept.
    let lock = ObjectsLock::hold(&assembly.database, &assembly.data).await.context("keep objects from being swept")?;
    let head = |engine: &str| Head {
        format: FORMAT,
        ward: env!("CARGO_PKG_VERSION").into(),
        engine: engine.into(),
        created: crate::clock::system()().to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
    };
    let reader = storage::postgres_reader(&assembly.database)?;
    let head = head(if reader.is_some() { "postgres" } else { "sqlite" });
    writer.json(HEAD, &head)?;
    let database = match reader {
        Some(reader) => of_postgres(&reader, &mut writer, path).await?,
        None => of_sqlite(assembly, &mut writer, path).await?,
    };
    let (objects, damaged) = objects::copy(&blobs, &database.named, &mut writer).await?;
    keys(&assembly.data.join("keys"), &mut writer)?;
    lock.release().await;
    let files = writer.files().clone();
    let manifest = Manifest { head, files, tables: database.tables, objects, damaged, active: database.active };
    writer.finish(&manifest)?;
    Ok(manifest)
}

/// What was found in the database.
struct Database {
    tables: Vec<TableSum>,
    named: Vec<Named>,
    active: Vec<(String, String, String)>,
}

async fn of_postgres(reader: &PostgresReader, writer: &mut Writer, path: &Path) -> anyhow::Result<Database> {
    let mut snapshot = Snapshot::take(reader).await?;
    let mut spool = archive::spool(path)?;
    let tables = snapshot.write(writer, &mut spool).await?;
    let (named, active) = (snapshot.named().await?, snapshot.active().await?);
    snapshot.end().await;
    Ok(Database { tables, named, active })
}

async fn of_sqlite(assembly: &Assembly, writer: &mut Writer, path: &Path) -> anyhow::Result<Database> {
    let host = storage::sqlite_file(&assembly.database, &assembly.data)?;
    let all = sqlite::databases(&host, &assembly.data)?;
    let directory = Directory::make(archive::beside(path, ".databases"))?;
    let copies = sqlite::copy(&all, &directory.0).await?;
    let mut found = Database { tables: Vec::new(), named: Vec::new(), active: Vec::new() };
    for copy in &copies {
        found.tables.extend(sqlite::tables(copy).await?);
        found.named.extend(sqlite::named(copy).await?);
        if copy.schema == "ward" {
            found.active = sqlite::active(copy).await?;
        }
        let mut file = std::fs::File::open(&copy.file)?;
        writer.file(&copy.entry(), file.metadata()?.len(), &mut file)?;
    }
    Ok(found)
}

/// A directory that only this user may enter, and that is gone with this value.
struct Directory(PathBuf);

impl Directory {
    fn make(path: PathBuf) -> anyhow::Result<Self> {
        // What an earlier attempt left.
        let _ = std::fs::remove_dir_all(&path);
        DirBuilder::new().mode(0o700).create(&path).with_context(|| format!("make {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // The next backup of this name removes it.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn keys(directory: &Path, writer: &mut Writer) -> anyhow::Result<()> {
    if !directory.exists() {
        return Ok(());
    }
    let entries = std::fs::read_dir(directory).with_context(|| format!("read {}", directory.display()))?;
    let mut paths: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut file = std::fs::File::open(&path).with_context(|| format!("open {}", path.display()))?;
        let about = file.metadata()?;
        if !about.is_file() || !is_key_name(&name) || about.len() > MOST_KEY {
            bail!("{} is no key of Ward: take it out of the directory of keys", path.display());
        }
        writer.file(&format!("keys/{name}"), about.len(), &mut file)?;
    }
    Ok(())
}

/// Whether a file of this name can be in the directory of keys.
pub(super) fn is_key_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=64).contains(&name.len()) && name.bytes().all(plain) && !name.starts_with('.')
}
