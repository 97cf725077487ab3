//! `ward restore`.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Read, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use tokio::runtime::Handle;
use tokio::task::block_in_place;

use super::archive;
use super::create::is_key_name;
use super::manifest::{Manifest, TableSum};
use super::postgres::{self, Filling};
use super::sqlite::{self, Database};
use super::{objects, unfinished, verify};
use crate::assembly::Assembly;
use crate::storage::{self, BlobStore, EmptyPostgres, is_domain};

/// Puts everything of the archive into an empty place, and proves that it is equal. Nothing is touched before the whole
/// archive has been read and found sound; what is left by a restore that does not finish is not served.
pub async fn restore(assembly: &Assembly, path: &Path) -> anyhow::Result<Manifest> {
    let manifest = block_in_place(|| verify(path))?;
    let to_postgres = storage::is_postgres(&assembly.database);
    check_engine(&manifest.head.engine, to_postgres)?;
    empty_directory(assembly)?;
    let mut empty = if to_postgres { Some(storage::empty_postgres(&assembly.database).await?) } else { None };
    DirBuilder::new().recursive(true).mode(0o700).create(&assembly.data).context("make the data directory")?;
    let blobs = BlobStore::open(&assembly.blobs, &assembly.data).await.context("open the blob store")?;
    let domains = manifest.objects.keys().map(String::as_str).chain(["packages"]);
    ensure!(blobs.is_empty(domains).await?, "the blob store is not empty: a restore needs an empty place");
    unfinished::mark(&assembly.data)?;
    if let Some(empty) = &mut empty {
        empty.mark().await.context("mark the database")?;
    }
    let differences = match &mut empty {
        Some(empty) => into_postgres(assembly, path, &manifest, empty, &blobs).await?,
        None => into_sqlite(assembly, path, &manifest, &blobs).await?,
    };
    if !differences.is_empty() {
        bail!("what was restored is not what was backed up:\n  {}", differences.join("\n  "));
    }
    unfinished::clear(&assembly.data)?;
    Ok(manifest)
}

fn check_engine(engine: &str, to_postgres: bool) -> anyhow::Result<()> {
    match (engine, to_postgres) {
        ("sqlite", false) | ("postgres", true) => Ok(()),
        ("sqlite", true) => bail!(
            "the backup is of SQLite, and `database` is PostgreSQL: the tables of plugins differ between the two, and a \
             backup goes back to the engine that it came from"
        ),
        ("postgres", false) => bail!(
            "the backup is of PostgreSQL, and `database` is SQLite: the tables of plugins differ between the two, and a \
             backup goes back to the engine that it came from"
        ),
        _ => bail!("the backup is of a database that this version of Ward does not know"),
    }
}

/// Refuses a data directory with anything in it that a restore would replace.
fn empty_directory(assembly: &Assembly) -> anyhow::Result<()> {
    unfinished::refuse(&assembly.data)?;
    let host = storage::sqlite_file(&assembly.database, &assembly.data).ok();
    let there = [assembly.data.join("db"), assembly.data.join("keys")].into_iter().chain(host);
    for path in there {
        let empty = match std::fs::read_dir(&path) {
            Ok(mut entries) => entries.next().is_none(),
            Err(error) => error.kind() == std::io::ErrorKind::NotFound,
        };
        ensure!(empty, "{} is there already: a restore needs an empty place", path.display());
    }
    Ok(())
}

async fn into_sqlite(
    assembly: &Assembly,
    path: &Path,
    manifest: &Manifest,
    blobs: &BlobStore,
) -> anyhow::Result<Vec<String>> {
    let host = storage::sqlite_file(&assembly.database, &assembly.data)?;
    let mut databases = Vec::new();
    block_in_place(|| {
        archive::read(path, |name, size, source| {
            if let Some(database) = database(name, &host, &assembly.data)? {
                file(&database.file, size, source)?;
                databases.push(database);
                return Ok(());
            }
            other(assembly, blobs, name, size, source)
        })
    })?;
    let mut found = Vec::new();
    for database in &databases {
        sqlite::check(database).await?;
        found.extend(sqlite::tables(database).await?);
    }
    Ok(manifest.differences(&found))
}

/// The database file that an entry is.
fn database(entry: &str, host: &Path, data: &Path) -> anyhow::Result<Option<Database>> {
    let Some(schema) = entry.strip_prefix("database/").and_then(|name| name.strip_suffix(".db")) else {
        return Ok(None);
    };
    let file = match schema.strip_prefix("plugin_") {
        None if schema == "ward" => host.to_owned(),
        Some(domain) if is_domain(domain) => data.join("db").join(format!("{domain}.db")),
        _ => bail!("the archive is damaged: {entry} is no database of Ward"),
    };
    Ok(Some(Database { schema: schema.to_owned(), file }))
}

async fn into_postgres(
    assembly: &Assembly,
    path: &Path,
    manifest: &Manifest,
    empty: &mut EmptyPostgres,
    blobs: &BlobStore,
) -> anyhow::Result<Vec<String>> {
    let mut filling = Filling::begin(empty).await?;
    block_in_place(|| {
        archive::read(path, |name, size, mut source| {
            let Some(of) = name.strip_prefix("database/") else {
                return other(assembly, blobs, name, size, source);
            };
            if let Some(schema) = of.strip_suffix(".json") {
                let structure = postgres::structure(size, &mut source)?;
                return Handle::current().block_on(filling.schema(schema, structure));
            }
            let table = manifest.tables.iter().find(|table| table.file.as_deref() == Some(name));
            let table: &TableSum = table.with_context(|| format!("the archive is damaged: {name} is no table's"))?;
            Handle::current().block_on(filling.rows(table, size, source))
        })
    })?;
    let (found, mut differences) = filling.finish().await?;
    differences.extend(manifest.differences(&found));
    if differences.is_empty() {
        filling.commit().await?;
    }
    Ok(differences)
}

/// Objects and keys.
fn other(assembly: &Assembly, blobs: &BlobStore, name: &str, size: u64, source: &mut dyn Read) -> anyhow::Result<()> {
    if let Some((domain, sha256)) = objects::parse(name) {
        return Handle::current().block_on(objects::take(blobs, domain, sha256, size, source));
    }
    match name.strip_prefix("keys/") {
        Some(key) if is_key_name(key) => file(&assembly.data.join("keys").join(key), size, source),
        Some(_) => bail!("the archive is damaged: {name} is no key"),
        None => Ok(()),
    }
}

/// Writes a file that only this user may read, durably.
fn file(path: &PathBuf, size: u64, source: &mut dyn Read) -> anyhow::Result<()> {
    let written = || format!("write {}", path.display());
    let directory = path.parent().with_context(written)?;
    DirBuilder::new().recursive(true).mode(0o700).create(directory).with_context(written)?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).with_context(written)?;
    archive::pieces(size, source, |piece| file.write_all(piece).with_context(written))?;
    file.sync_all().and_then(|()| File::open(directory)?.sync_all()).with_context(written)
}
