//! Immutable objects: staged while they arrive, kept with a transaction, read by range.
//!
//! A blob is a row in its plugin's table `ward_blob` and an object named by domain and SHA-256. The row
//! decides: a blob exists exactly while its row does. An object is in place before the row's
//! transaction commits, and goes, some time after the last row that names it, in [`Container::sweep`].

mod container;
mod local;
mod pieces;
mod remote;
mod stage;
mod staged;
mod stream;

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;

pub use container::Container;
pub use stage::StageWriter;
pub use staged::Staged;
pub use stream::BlobStream;

use local::Local;
pub(super) use local::blocking;
use remote::Remote;

use super::{BlobStats, Pool, SqlError, StorageError};

/// Longest media type.
const MAX_MEDIA_TYPE: usize = 255;

/// What is known of a blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobInfo {
    /// What plugins keep in their rows.
    pub id: String,
    /// Lower-case hexadecimal.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
    /// As it was kept with.
    pub media_type: String,
    /// Milliseconds since 1970, UTC.
    pub created: i64,
}

/// Why a blob could not be written or read.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum BlobError {
    /// No such blob or upload, or its object is not there.
    #[error("no such blob")]
    NotFound,
    /// A range beyond the end, a bad name, a handle already used.
    #[error("invalid: {0}")]
    Invalid(String),
    /// A limit.
    #[error("too large: {0}")]
    TooLarge(String),
    /// The store is away.
    #[error("the blob store is away: {0}")]
    Unavailable(String),
    /// The row could not be written or read.
    #[error(transparent)]
    Sql(#[from] SqlError),
}

impl From<std::io::Error> for BlobError {
    /// Carries the kind only: a path is nobody's business.
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound => BlobError::NotFound,
            kind => BlobError::Unavailable(kind.to_string()),
        }
    }
}

/// Where objects are. Cheap to clone.
#[derive(Clone)]
pub struct BlobStore {
    backend: Backend,
    /// By domain.
    stats: Arc<Mutex<HashMap<String, Arc<BlobStats>>>>,
}

#[derive(Clone)]
enum Backend {
    Local(Arc<Local>),
    Remote(Arc<Remote>),
}

impl BlobStore {
    /// Opens a directory, `s3://bucket/prefix` (credentials and endpoint from the environment's `AWS_…`),
    /// or for an empty `url` the directory `blobs` in `data`. Removes what a crash left in staging.
    pub async fn open(url: &str, data: &Path) -> Result<Self, StorageError> {
        let backend = if url.starts_with("s3://") {
            Backend::Remote(Arc::new(Remote::s3(url).await?))
        } else {
            let root = if url.is_empty() { data.join("blobs") } else { url.into() };
            Backend::Local(Arc::new(Local::open(root).await?))
        };
        Ok(Self { backend, stats: Arc::default() })
    }

    /// A store that only tests have.
    #[cfg(test)]
    pub(super) fn in_memory(store: Arc<dyn object_store::ObjectStore>) -> Self {
        Self { backend: Backend::Remote(Arc::new(Remote::new(store))), stats: Arc::default() }
    }

    /// Begins to receive an object.
    #[must_use]
    pub fn stage(&self) -> StageWriter {
        StageWriter::new(&self.backend)
    }

    /// Asks for an answer.
    pub async fn ping(&self) -> Result<(), BlobError> {
        match &self.backend {
            Backend::Local(local) => local.ping().await,
            Backend::Remote(remote) => remote.ping().await,
        }
    }

    /// Opens it to look at it: what is not there is not made, and nothing is removed.
    pub(crate) async fn look(url: &str, data: &Path) -> Result<Self, StorageError> {
        if url.starts_with("s3://") {
            return Self::open(url, data).await;
        }
        let root = if url.is_empty() { data.join("blobs") } else { url.into() };
        Ok(Self { backend: Backend::Local(Arc::new(Local::look(root))), stats: Arc::default() })
    }

    /// The bytes of an object, whoever names it; nothing where it is not there or shorter.
    pub(crate) async fn object(&self, domain: &str, sha256: &str, bytes: u64) -> Result<Option<BlobStream>, BlobError> {
        if !is_sha256(sha256) {
            return Ok(None);
        }
        if let Backend::Remote(remote) = &self.backend {
            match remote.size(&Remote::object(domain, sha256)).await {
                Ok(size) if size == bytes => {}
                Ok(_) | Err(BlobError::NotFound) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        if bytes == 0 && matches!(self.backend, Backend::Remote(_)) {
            return Ok(Some(BlobStream::new(Box::pin(futures_util::stream::empty()))));
        }
        match self.backend.open(domain, sha256, 0..bytes).await {
            Ok(stream) => Ok(Some(stream)),
            Err(BlobError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Puts an upload to its place in a domain, durably.
    pub(crate) async fn put(&self, domain: &str, staged: &Staged) -> Result<(), BlobError> {
        staged.inner().place(domain, &staged.sha256, staged.size).await
    }

    /// Whether none of these domains has an object.
    pub(crate) async fn is_empty(&self, domains: impl Iterator<Item = &str>) -> Result<bool, BlobError> {
        for domain in domains {
            let objects = match &self.backend {
                Backend::Local(local) => local.list(domain, Duration::ZERO).await?,
                Backend::Remote(remote) => remote.list(domain, Duration::ZERO).await?,
            };
            if !objects.is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The blobs of one domain, whose rows are in `pool`.
    #[must_use]
    pub fn container(&self, domain: &str, pool: Pool) -> Container {
        let mut stats = self.stats.lock().unwrap_or_else(PoisonError::into_inner);
        let stats = stats.entry(domain.to_owned()).or_default().clone();
        Container::new(self.backend.clone(), domain, pool, stats)
    }

    /// How the objects of each domain fare.
    #[must_use]
    pub fn stats(&self) -> Vec<(String, Arc<BlobStats>)> {
        let stats = self.stats.lock().unwrap_or_else(PoisonError::into_inner);
        stats.iter().map(|(domain, stats)| (domain.clone(), stats.clone())).collect()
    }
}

impl Backend {
    async fn open(&self, domain: &str, sha256: &str, range: Range<u64>) -> Result<BlobStream, BlobError> {
        match self {
            Backend::Local(local) => BlobStream::file(local.object(domain, sha256), range).await,
            Backend::Remote(remote) => {
                Ok(BlobStream::new(remote.stream(&Remote::object(domain, sha256), range).await?))
            }
        }
    }

    async fn read(&self, domain: &str, sha256: &str, offset: u64, length: usize) -> Result<Bytes, BlobError> {
        match self {
            Backend::Local(local) => local::read(local.object(domain, sha256), offset, length).await,
            Backend::Remote(remote) => remote.read(&Remote::object(domain, sha256), offset, length).await,
        }
    }
}

/// Whether this is the name of an object: what a row says is not believed, a plugin may have written it.
pub(crate) fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// Whether this can be the value of a `Content-Type` header.
fn is_media_type(text: &str) -> bool {
    let printable = text.bytes().all(|b| (0x20..0x7f).contains(&b));
    let parts =
        text.split_once('/').is_some_and(|(kind, subtype)| !kind.trim().is_empty() && !subtype.trim().is_empty());
    printable && parts && text.len() <= MAX_MEDIA_TYPE
}
