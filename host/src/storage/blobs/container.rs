//! The blobs of one domain.

use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use tracing::Instrument as _;
use uuid::Uuid;

use super::super::{BlobStats, Bounds, Engine, Pool, SqlError, Transaction, Value, now_ms};
use super::stage::StageWriter;
use super::staged::Staged;
use super::{Backend, BlobError, BlobInfo, BlobStream, is_media_type, is_sha256};
use crate::telemetry;

/// Objects that one transaction of a sweep looks at.
const SWEEP_BATCH: usize = 100;
/// Enough for one row of `ward_blob`, or for a batch of hashes.
const ROW_BOUNDS: Bounds = Bounds { rows: SWEEP_BATCH * 100, bytes: 1 << 20 };

/// All blobs of one domain. Cheap to clone.
#[derive(Clone)]
pub struct Container {
    backend: Backend,
    domain: Arc<str>,
    pool: Pool,
    stats: Arc<BlobStats>,
}

impl Container {
    pub(super) fn new(backend: Backend, domain: &str, pool: Pool, stats: Arc<BlobStats>) -> Self {
        Self { backend, domain: domain.into(), pool, stats }
    }

    /// Whose blobs they are.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Begins an object that is made here.
    #[must_use]
    pub fn stage(&self) -> StageWriter {
        StageWriter::new(&self.backend)
    }

    /// Keeps an upload as a blob, if and when `tx` commits; the commit waits until the object is in place
    /// and on the disk. `tx` must be of this domain's pool.
    pub async fn keep(&self, staged: &Staged, media_type: &str, tx: &mut Transaction) -> Result<BlobInfo, BlobError> {
        if !is_media_type(media_type) {
            return Err(BlobError::Invalid("the media type is not one".into()));
        }
        let info = BlobInfo {
            id: Uuid::now_v7().to_string(),
            sha256: staged.sha256.clone(),
            size: staged.size,
            media_type: media_type.to_owned(),
            created: now_ms(),
        };
        // The row first: from here to the end of `tx`, `sweep` waits (see there).
        insert(tx, &info).await?;
        let (inner, domain, sha256, size) = (staged.inner(), Arc::clone(&self.domain), info.sha256.clone(), info.size);
        let stats = Arc::clone(&self.stats);
        let keep = async move {
            let started = Instant::now();
            let placed = inner.place(&domain, &sha256, size).await;
            stats.keep.ended(started, size, &placed);
            placed.map_err(|_| SqlError::Unavailable("the blob store failed".into()))
        };
        tx.before_commit(tokio::spawn(keep.instrument(telemetry::host_call("blob keep"))));
        Ok(info)
    }

    /// What is known of a blob.
    pub async fn info(&self, id: &str) -> Result<BlobInfo, BlobError> {
        let sql = "SELECT sha256, bytes, media_type, created FROM ward_blob WHERE id = $1";
        let rows = self.pool.query(sql, &[id_parameter(id)?], ROW_BOUNDS).await?;
        let row = rows.rows.into_iter().next().ok_or(BlobError::NotFound)?;
        parse(id, row).ok_or(BlobError::NotFound)
    }

    /// Reads at most `length` bytes of a blob from `offset`; fewer at its end, none beyond it.
    pub async fn read(&self, id: &str, offset: u64, length: u32) -> Result<Bytes, BlobError> {
        let info = self.info(id).await?;
        let started = Instant::now();
        let read = self.backend.read(&self.domain, &info.sha256, offset, length as usize);
        let read = read.instrument(telemetry::host_call("blob read")).await;
        let bytes = read.as_ref().map_or(0, |bytes| bytes.len() as u64);
        self.stats.read.ended(started, bytes, &read);
        read
    }

    /// Removes a blob, if and when `tx` commits. Its object goes in a later sweep.
    pub async fn remove(&self, id: &str, tx: &mut Transaction) -> Result<(), BlobError> {
        let removed = tx.execute("DELETE FROM ward_blob WHERE id = $1", &[id_parameter(id)?]).await?;
        if removed == 0 { Err(BlobError::NotFound) } else { Ok(()) }
    }

    /// Opens the bytes of a range, which must lie within the blob.
    pub async fn open(&self, info: &BlobInfo, range: Range<u64>) -> Result<BlobStream, BlobError> {
        if !is_sha256(&info.sha256) {
            return Err(BlobError::NotFound);
        }
        if range.start > range.end || range.end > info.size {
            return Err(BlobError::Invalid("the range is beyond the end".into()));
        }
        if range.is_empty() {
            return Ok(BlobStream::new(Box::pin(futures_util::stream::empty())));
        }
        let (started, bytes) = (Instant::now(), range.end - range.start);
        let opened = self.backend.open(&self.domain, &info.sha256, range);
        let opened = opened.instrument(telemetry::host_call("blob open")).await;
        self.stats.open.ended(started, bytes, &opened);
        opened
    }

    /// Removes objects older than `older_than` that no row names, and tells how many. A rollback, a
    /// removal or a crash leaves such.
    ///
    /// It cannot take an object from under a running `keep`. That one writes its row before it looks
    /// whether the object is there, and holds that row's lock to the end of its transaction; here a lock
    /// is taken that excludes all such transactions (the one writer in SQLite, the table's lock in
    /// PostgreSQL) before rows are read, and is held while objects are removed. So either the row is
    /// seen here, or the object is looked for there after it is gone.
    pub async fn sweep(&self, older_than: Duration) -> Result<u64, BlobError> {
        let candidates = match &self.backend {
            Backend::Local(local) => local.list(&self.domain, older_than).await?,
            Backend::Remote(remote) => remote.list(&self.domain, older_than).await?,
        };
        let mut removed = 0;
        for batch in candidates.chunks(SWEEP_BATCH) {
            removed += self.sweep_batch(batch).await?;
        }
        Ok(removed)
    }

    async fn sweep_batch(&self, candidates: &[String]) -> Result<u64, BlobError> {
        let mut tx = self.pool.begin().await?;
        if self.pool.engine() == Engine::Postgres {
            tx.execute("LOCK TABLE ward_blob IN SHARE MODE", &[]).await?;
        }
        let list: Vec<_> = (1..=candidates.len()).map(|index| format!("${index}")).collect();
        let sql = format!("SELECT DISTINCT sha256 FROM ward_blob WHERE sha256 IN ({})", list.join(", "));
        let params: Vec<_> = candidates.iter().map(|name| Value::Text(name.clone())).collect();
        let named = tx.query(&sql, &params, ROW_BOUNDS).await?.rows;
        let is_named =
            |name: &&String| named.iter().any(|row| matches!(row.as_slice(), [Value::Text(sha256)] if sha256 == *name));
        let orphans: Vec<_> = candidates.iter().filter(|name| !is_named(name)).cloned().collect();
        let count = orphans.len() as u64;
        match &self.backend {
            Backend::Local(local) => local.delete(&self.domain, orphans).await?,
            Backend::Remote(remote) => remote.delete(&self.domain, orphans).await?,
        }
        tx.commit().await?;
        Ok(count)
    }
}

async fn insert(tx: &mut Transaction, info: &BlobInfo) -> Result<(), BlobError> {
    let size = i64::try_from(info.size).map_err(|_| BlobError::TooLarge("the object".into()))?;
    let row = [
        Value::Text(info.id.clone()),
        Value::Text(info.sha256.clone()),
        Value::Int(size),
        Value::Text(info.media_type.clone()),
        Value::Int(info.created),
    ];
    let sql = "INSERT INTO ward_blob (id, sha256, bytes, media_type, created) VALUES ($1, $2, $3, $4, $5)";
    tx.execute(sql, &row).await?;
    Ok(())
}

/// What is no id of ours names no blob; it need not reach the database.
fn id_parameter(id: &str) -> Result<Value, BlobError> {
    let valid = id.len() == 36 && id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    if valid { Ok(Value::Text(id.to_owned())) } else { Err(BlobError::NotFound) }
}

/// Checks each value: the table is in the plugin's schema, where a migration could have written it.
fn parse(id: &str, row: Vec<Value>) -> Option<BlobInfo> {
    let [Value::Text(sha256), Value::Int(size), Value::Text(media_type), Value::Int(created)] =
        <[Value; 4]>::try_from(row).ok()?
    else {
        return None;
    };
    let size = u64::try_from(size).ok()?;
    let valid = is_sha256(&sha256) && is_media_type(&media_type);
    valid.then(|| BlobInfo { id: id.to_owned(), sha256, size, media_type, created })
}
