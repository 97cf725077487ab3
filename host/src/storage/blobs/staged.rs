//! Objects that have arrived, until they are kept or dropped.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use object_store::ObjectStoreExt as _;
use tokio::sync::OnceCell;

use super::BlobError;
use super::local::{self, Local};
use super::remote::Remote;

/// A file in staging; removed when the last who needs it is gone.
pub(super) struct TempFile(PathBuf);

impl TempFile {
    pub(super) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let path = std::mem::take(&mut self.0);
        // It may never have been made; what else goes wrong is cleared at the next start.
        let remove = move || drop(std::fs::remove_file(path));
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(remove)),
            Err(_) => remove(),
        }
    }
}

/// A key in staging; removed when the last who needs it is gone.
pub(super) struct TempObject {
    pub(super) store: Arc<Remote>,
    pub(super) key: object_store::path::Path,
}

impl Drop for TempObject {
    fn drop(&mut self) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (store, key) = (Arc::clone(&self.store), self.key.clone());
        // It may never have been made; what else goes wrong is cleared a day later.
        runtime.spawn(async move { drop(store.store.delete(&key).await) });
    }
}

/// An object that has arrived: removed when dropped, unless it was kept.
pub struct Staged {
    /// Bytes.
    pub size: u64,
    /// Lower-case hexadecimal.
    pub sha256: String,
    /// The first bytes, at most 4 KiB.
    pub head: Bytes,
    inner: Arc<Inner>,
}

/// What a running `keep` shares with the upload.
pub(super) struct Inner {
    place: Place,
    synced: OnceCell<()>,
}

/// Where it is staged.
pub(super) enum Place {
    Local { store: Arc<Local>, file: Arc<TempFile> },
    Remote(Arc<TempObject>),
}

impl Staged {
    pub(super) fn new(place: Place, size: u64, sha256: String, head: Bytes) -> Self {
        let inner = Arc::new(Inner { place, synced: OnceCell::new() });
        let background = Arc::clone(&inner);
        // The disk works while the next file arrives; `keep` waits for it, and sees its error again.
        tokio::spawn(async move { drop(background.sync().await) });
        Self { size, sha256, head, inner }
    }

    /// Reads at most `length` bytes from `offset`; fewer at the end, none beyond it.
    pub async fn read(&self, offset: u64, length: u32) -> Result<Bytes, BlobError> {
        let length = length as usize;
        let end = offset.saturating_add(length as u64).min(self.size);
        if offset >= end {
            return Ok(Bytes::new());
        }
        if let (Ok(start), Ok(end)) = (usize::try_from(offset), usize::try_from(end))
            && end <= self.head.len()
        {
            return Ok(self.head.slice(start..end));
        }
        match &self.inner.place {
            Place::Local { file, .. } => local::read(file.path().to_owned(), offset, length).await,
            Place::Remote(temp) => temp.store.read(&temp.key, offset, length).await,
        }
    }

    pub(super) fn inner(&self) -> Arc<Inner> {
        Arc::clone(&self.inner)
    }
}

impl Inner {
    /// Waits until the content is on the disk.
    async fn sync(&self) -> Result<(), BlobError> {
        match &self.place {
            Place::Local { store, file } => {
                self.synced.get_or_try_init(|| store.sync(file.path().to_owned())).await.copied()
            }
            // A store acknowledges what it has made durable.
            Place::Remote(_) => Ok(()),
        }
    }

    /// Gives the object its lasting name, durably.
    pub(super) async fn place(&self, domain: &str, sha256: &str, size: u64) -> Result<(), BlobError> {
        self.sync().await?;
        match &self.place {
            Place::Local { store, file } => store.place(file.path().to_owned(), domain, sha256, size).await,
            Place::Remote(temp) => temp.store.place(&temp.key, domain, sha256, size).await,
        }
    }
}
