//! Who may remove objects: a sweep, or nobody while a backup copies them.
//!
//! With SQLite the lock is a file's in the data directory, which is on the machine of the one process. With PostgreSQL
//! it is a table's that nobody else locks, held by a connection of its own, and holds on all nodes.

use std::fs::{DirBuilder, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use super::postgres::{installation::Lock, restore::PostgresReader};
use super::{StorageError, is_postgres};

/// The name of the file.
const FILE: &str = "objects.lock";

/// Held while objects are removed, or must not be.
pub struct ObjectsLock(Held);

enum Held {
    File(File),
    Table(Lock),
}

impl ObjectsLock {
    /// Waits for a sweep to end and keeps the next from beginning.
    pub async fn hold(database: &str, data: &Path) -> Result<Self, StorageError> {
        if is_postgres(database) {
            let reader = PostgresReader::new(database)?;
            return Ok(Self(Held::Table(Lock::objects(&reader, "").await?)));
        }
        let file = open(data)?;
        let held = super::blobs::blocking(move || file.lock_shared().map(|()| file)).await;
        held.map(|file| Self(Held::File(file))).map_err(|source| io(data, source))
    }

    /// Takes it for a sweep; nothing while a backup runs, or another sweep.
    pub async fn try_sweep(database: &str, data: &Path) -> Result<Option<Self>, StorageError> {
        if is_postgres(database) {
            let reader = PostgresReader::new(database)?;
            return Ok(Lock::objects(&reader, "NOWAIT").await.ok().map(|lock| Self(Held::Table(lock))));
        }
        let file = open(data)?;
        Ok(file.try_lock().is_ok().then_some(Self(Held::File(file))))
    }

    /// Gives it back.
    pub async fn release(self) {
        match self.0 {
            Held::File(file) => drop(file),
            Held::Table(lock) => lock.release().await,
        }
    }
}

fn open(data: &Path) -> Result<File, StorageError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(data);
    let opened = made.and_then(|()| {
        OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(data.join(FILE))
    });
    opened.map_err(|source| io(data, source))
}

fn io(data: &Path, source: std::io::Error) -> StorageError {
    StorageError::Io { path: data.join(FILE), source }
}
