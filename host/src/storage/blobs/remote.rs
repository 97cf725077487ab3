//! Objects in an S3-compatible store.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt as _};
use uuid::Uuid;

use super::super::StorageError;
use super::{BlobError, is_sha256};

/// What lies in staging longer than any request was left by a crash. Not less: other nodes share it.
const STAGING_AGE: Duration = Duration::from_hours(24);

/// A store with the keys `staging/<uuid>` and `<domain>/<first two digits>/<sha256>` below a prefix.
pub(super) struct Remote {
    pub(super) store: Arc<dyn ObjectStore>,
}

impl Remote {
    pub(super) async fn s3(url: &str) -> Result<Self, StorageError> {
        let malformed = || StorageError::Url("a blob store is a directory or `s3://bucket/prefix`".into());
        let rest = url.strip_prefix("s3://").ok_or_else(malformed)?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(malformed());
        }
        let store = AmazonS3Builder::from_env().with_bucket_name(bucket).build();
        let store = store.map_err(|error| StorageError::Store(error.to_string()))?;
        let remote = Self::new(Arc::new(PrefixStore::new(store, Path::from(prefix))));
        remote.clear().await.map_err(|error| StorageError::Store(error.to_string()))?;
        Ok(remote)
    }

    pub(super) fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self { store }
    }

    /// A new key in staging.
    pub(super) fn staging() -> Path {
        Path::from_iter(["staging".to_owned(), Uuid::new_v4().simple().to_string()])
    }

    /// The key of an object.
    pub(super) fn object(domain: &str, sha256: &str) -> Path {
        Path::from_iter([domain, sha256.get(..2).unwrap_or("xx"), sha256])
    }

    /// Gives a staged object its lasting key.
    pub(super) async fn place(&self, staged: &Path, domain: &str, sha256: &str, size: u64) -> Result<(), BlobError> {
        let object = Self::object(domain, sha256);
        match self.store.head(&object).await {
            Ok(meta) if meta.size == size => return Ok(()),
            Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(store_error(&error)),
        }
        self.store.copy(staged, &object).await.map_err(|error| store_error(&error))
    }

    /// Bytes of an object.
    pub(super) async fn size(&self, key: &Path) -> Result<u64, BlobError> {
        Ok(self.store.head(key).await.map_err(|error| store_error(&error))?.size)
    }

    /// Reads at most `length` bytes; fewer at the end.
    pub(super) async fn read(&self, key: &Path, offset: u64, length: usize) -> Result<Bytes, BlobError> {
        let size = self.store.head(key).await.map_err(|error| store_error(&error))?.size;
        let end = offset.saturating_add(length as u64).min(size);
        if offset >= end {
            return Ok(Bytes::new());
        }
        self.store.get_range(key, offset..end).await.map_err(|error| store_error(&error))
    }

    /// The bytes of a range, as they arrive.
    pub(super) async fn stream(
        &self,
        key: &Path,
        range: std::ops::Range<u64>,
    ) -> Result<futures_util::stream::BoxStream<'static, std::io::Result<Bytes>>, BlobError> {
        let options = GetOptions { range: Some(GetRange::Bounded(range)), ..GetOptions::default() };
        let result = self.store.get_opts(key, options).await.map_err(|error| store_error(&error))?;
        Ok(result.into_stream().map_err(std::io::Error::other).boxed())
    }

    /// SHA-256 of each object of a domain that is older than `age`.
    pub(super) async fn list(&self, domain: &str, age: Duration) -> Result<Vec<String>, BlobError> {
        let limit = before(age);
        let listed = self.store.list(Some(&Path::from(domain)));
        let names = listed.try_filter_map(|meta| async move {
            let name = meta.location.filename().filter(|name| is_sha256(name)).map(str::to_owned);
            Ok(name.filter(|_| meta.last_modified <= limit))
        });
        names.try_collect().await.map_err(|error| store_error(&error))
    }

    /// Removes objects.
    pub(super) async fn delete(&self, domain: &str, names: Vec<String>) -> Result<(), BlobError> {
        let keys: Vec<_> = names.iter().map(|name| Ok(Self::object(domain, name))).collect();
        let mut deleted = self.store.delete_stream(futures_util::stream::iter(keys).boxed());
        while let Some(result) = deleted.next().await {
            match result {
                Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(store_error(&error)),
            }
        }
        Ok(())
    }

    pub(super) async fn ping(&self) -> Result<(), BlobError> {
        match self.store.head(&Path::from("staging/ping")).await {
            Ok(_) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(store_error(&error)),
        }
    }

    async fn clear(&self) -> Result<(), BlobError> {
        let limit = before(STAGING_AGE);
        let listed = self.store.list(Some(&Path::from("staging")));
        let old =
            listed.try_filter_map(|meta| async move { Ok((meta.last_modified <= limit).then_some(meta.location)) });
        let old: Vec<_> = old.try_collect().await.map_err(|error| store_error(&error))?;
        let keys = futures_util::stream::iter(old.into_iter().map(Ok)).boxed();
        let mut deleted = self.store.delete_stream(keys);
        while let Some(result) = deleted.next().await {
            if let Err(error) = result {
                tracing::warn!(kind = %store_error(&error), "an old upload could not be removed");
            }
        }
        Ok(())
    }
}

fn before(age: Duration) -> chrono::DateTime<chrono::Utc> {
    let age = chrono::TimeDelta::from_std(age).unwrap_or(chrono::TimeDelta::MAX);
    crate::clock::system()().checked_sub_signed(age).unwrap_or(chrono::DateTime::<chrono::Utc>::MIN_UTC)
}

/// Carries the kind only: the store's texts name keys and addresses.
pub(super) fn store_error(error: &object_store::Error) -> BlobError {
    match error {
        object_store::Error::NotFound { .. } => BlobError::NotFound,
        object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. } => {
            BlobError::Unavailable("the store refuses the credentials".into())
        }
        _ => BlobError::Unavailable("the store failed".into()),
    }
}
