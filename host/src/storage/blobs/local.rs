//! Objects as files below one directory.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::super::StorageError;
use super::super::database::make_directory;
use super::{BlobError, is_sha256};

/// What waits for the disk at once: more only queues in the kernel.
const SYNCS: usize = 16;

/// A directory: `staging/<uuid>` and `<domain>/<first two digits>/<sha256>`.
pub(super) struct Local {
    root: PathBuf,
    /// Held while this process uses the directory, so that no second one clears its staging.
    _lock: Option<File>,
    syncs: Semaphore,
}

impl Local {
    pub(super) async fn open(root: PathBuf) -> Result<Self, StorageError> {
        blocking(move || {
            let staging = root.join("staging");
            make_directory(&staging)?;
            let failed = |source| StorageError::Io { path: staging.clone(), source };
            let lock = File::create(root.join(".lock")).map_err(failed)?;
            let lock = lock.try_lock().is_ok().then_some(lock);
            if lock.is_some() {
                clear(&staging).map_err(failed)?;
            }
            Ok(Self { root, _lock: lock, syncs: Semaphore::new(SYNCS) })
        })
        .await
    }

    /// The directory as it is, to be looked at.
    pub(super) fn look(root: PathBuf) -> Self {
        Self { root, _lock: None, syncs: Semaphore::new(SYNCS) }
    }

    /// A new name in staging.
    pub(super) fn staging(&self) -> PathBuf {
        self.root.join("staging").join(Uuid::new_v4().simple().to_string())
    }

    /// The file of an object.
    pub(super) fn object(&self, domain: &str, sha256: &str) -> PathBuf {
        self.root.join(domain).join(sha256.get(..2).unwrap_or("xx")).join(sha256)
    }

    /// Waits until a file's content is on the disk.
    pub(super) async fn sync(&self, path: PathBuf) -> Result<(), BlobError> {
        let _permit = self.syncs.acquire().await;
        blocking(move || File::open(path)?.sync_all()).await.map_err(BlobError::from)
    }

    /// Gives a synchronised staged file its lasting name, and waits until that is on the disk too.
    pub(super) async fn place(&self, staged: PathBuf, domain: &str, sha256: &str, size: u64) -> Result<(), BlobError> {
        let object = self.object(domain, sha256);
        let _permit = self.syncs.acquire().await;
        blocking(move || place(&staged, &object, size)).await.map_err(BlobError::from)
    }

    /// SHA-256 of each object of a domain that is older than `age`.
    pub(super) async fn list(&self, domain: &str, age: Duration) -> Result<Vec<String>, BlobError> {
        let directory = self.root.join(domain);
        blocking(move || list(&directory, age)).await.map_err(BlobError::from)
    }

    /// Removes objects.
    pub(super) async fn delete(&self, domain: &str, names: Vec<String>) -> Result<(), BlobError> {
        let paths: Vec<_> = names.iter().map(|name| self.object(domain, name)).collect();
        let delete = move || paths.iter().try_for_each(|path| absent_is_fine(fs::remove_file(path)));
        blocking(delete).await.map_err(BlobError::from)
    }

    pub(super) async fn ping(&self) -> Result<(), BlobError> {
        let staging = self.root.join("staging");
        blocking(move || fs::metadata(staging).map(drop))
            .await
            .map_err(|error| BlobError::Unavailable(error.kind().to_string()))
    }
}

/// Reads at most `length` bytes; fewer at the end.
pub(super) async fn read(path: PathBuf, offset: u64, length: usize) -> Result<Bytes, BlobError> {
    blocking(move || read_range(&File::open(path)?, offset, length)).await.map_err(BlobError::from)
}

/// Reads at most `length` bytes of an open file; fewer at its end.
fn read_range(file: &File, offset: u64, length: usize) -> io::Result<Bytes> {
    // Not more than there is: the length is a guest's.
    let available = file.metadata()?.len().saturating_sub(offset);
    let mut buffer = vec![0; usize::try_from(available).unwrap_or(usize::MAX).min(length)];
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read_at(&mut buffer[filled..], offset + filled as u64) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    buffer.truncate(filled);
    Ok(buffer.into())
}

/// Runs what waits for the disk away from the request threads.
pub(in super::super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        // The task is never aborted; a panic in it is passed on.
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

fn clear(staging: &Path) -> io::Result<()> {
    for entry in fs::read_dir(staging)? {
        absent_is_fine(fs::remove_file(entry?.path()))?;
    }
    Ok(())
}

/// A link and not a move, so that the upload stays readable, and can be kept again after a rollback.
fn place(staged: &Path, object: &Path, size: u64) -> io::Result<()> {
    let directory = object.parent().ok_or(ErrorKind::InvalidInput)?;
    make_synced(directory)?;
    match fs::hard_link(staged, object) {
        Ok(()) => {}
        // The same content, kept before; or what a full disk left of it.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            if fs::metadata(object)?.len() != size {
                replace(staged, object, directory)?;
            }
        }
        // A file system without links.
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::PermissionDenied | ErrorKind::Unsupported | ErrorKind::CrossesDevices
            ) =>
        {
            replace(staged, object, directory)?;
        }
        Err(error) => return Err(error),
    }
    File::open(directory)?.sync_all()
}

fn replace(staged: &Path, object: &Path, directory: &Path) -> io::Result<()> {
    let copy = directory.join(format!(".{}", Uuid::new_v4().simple()));
    let written =
        fs::copy(staged, &copy).and_then(|_| File::open(&copy)?.sync_all()).and_then(|()| fs::rename(&copy, object));
    if written.is_err() {
        // Swept up by nobody else; that it is gone already is as good.
        let _ = fs::remove_file(&copy);
    }
    written
}

/// Makes `<root>/<domain>/<two digits>`, each on the disk before it is used.
fn make_synced(directory: &Path) -> io::Result<()> {
    if directory.is_dir() {
        return Ok(());
    }
    let parent = directory.parent().ok_or(ErrorKind::InvalidInput)?;
    make_synced(parent)?;
    match fs::create_dir(directory) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    File::open(parent)?.sync_all()
}

fn list(directory: &Path, age: Duration) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(names),
        entries => entries?,
    };
    for shard in entries {
        let shard = shard?;
        if !shard.file_type()?.is_dir() {
            continue;
        }
        for object in fs::read_dir(shard.path())? {
            let object = object?;
            let Ok(name) = object.file_name().into_string() else { continue };
            if is_sha256(&name) && is_older(&object.metadata()?, age) {
                names.push(name);
            }
        }
    }
    Ok(names)
}

fn is_older(metadata: &fs::Metadata, age: Duration) -> bool {
    let modified = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
    SystemTime::now().duration_since(modified).is_ok_and(|elapsed| elapsed >= age)
}

fn absent_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        result => result,
    }
}
