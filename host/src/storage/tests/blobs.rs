//! Blobs: kept with their transaction, read by range, swept.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt as _;

use super::super::blobs::BlobStore;
use super::super::{BlobError, BlobInfo, Container, Pool, SqlError, Staged};
use super::{Fixture, text};

struct Blobs {
    fixture: Fixture,
    store: BlobStore,
    container: Container,
    pool: Pool,
}

impl Blobs {
    async fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for fixture in Fixture::all().await {
            let local = BlobStore::open("", &fixture.directory.path().join("dät—a")).await.expect("opens");
            all.push(Self::new(fixture, local).await);
        }
        let memory = BlobStore::in_memory(Arc::new(object_store::memory::InMemory::new()));
        all.push(Self::new(Fixture::sqlite().await, memory).await);
        all
    }

    async fn new(fixture: Fixture, store: BlobStore) -> Self {
        let pool = fixture.plugin().await;
        let container = store.container("alpha", pool.clone());
        Self { fixture, store, container, pool }
    }

    async fn stage(&self, bytes: &[u8]) -> Staged {
        let mut writer = self.store.stage();
        for piece in bytes.chunks(64 << 10) {
            writer.write(Bytes::copy_from_slice(piece)).await.expect("writes");
        }
        writer.finish().await.expect("finishes")
    }

    async fn keep(&self, bytes: &[u8]) -> BlobInfo {
        let staged = self.stage(bytes).await;
        let mut tx = self.pool.begin().await.expect("begins");
        let info = self.container.keep(&staged, "application/dicom", &mut tx).await.expect("keeps");
        tx.commit().await.expect("commits");
        info
    }

    async fn sweep(&self) -> u64 {
        self.container.sweep(Duration::ZERO).await.expect("sweeps")
    }

    async fn body(&self, info: &BlobInfo, range: std::ops::Range<u64>) -> Result<Vec<u8>, BlobError> {
        let stream = self.container.open(info, range).await?;
        let pieces: Vec<Bytes> = stream.try_collect().await.expect("streams");
        Ok(pieces.concat())
    }
}

fn sample(length: usize) -> Vec<u8> {
    (0..length).map(|index| u8::try_from(index * 7 % 251).expect("below 251")).collect()
}

/// Files below a directory.
fn files(directory: &Path) -> usize {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { 1 }).sum()
}

async fn eventually(mut holds: impl FnMut() -> bool) {
    for _ in 0..200 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it did not come about");
}

#[tokio::test]
async fn a_blob_comes_back_as_it_went() {
    for blobs in Blobs::all().await {
        // Nothing, less than a piece, and several pieces and parts.
        for length in [0, 1, 5_000, 1 << 20, (20 << 20) + 3] {
            let bytes = sample(length);
            let info = blobs.keep(&bytes).await;
            assert_eq!(info.size, length as u64);
            assert_eq!(info.sha256, hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&bytes)));
            assert_eq!(blobs.container.info(&info.id).await, Ok(info.clone()));
            assert!(blobs.body(&info, 0..info.size).await.expect("opens") == bytes);
        }
        blobs.store.ping().await.expect("answers");
    }
}

#[tokio::test]
async fn ranges_end_where_the_blob_ends() {
    for blobs in Blobs::all().await {
        let bytes = sample(700_000);
        let staged = blobs.stage(&bytes).await;
        assert_eq!(staged.head, bytes[..4_096]);
        let info = blobs.keep(&bytes).await;
        let ranges: [(u64, u32, &[u8]); 7] = [
            (0, 10, &bytes[..10]),
            (4_000, 200, &bytes[4_000..4_200]),
            (699_990, 100, &bytes[699_990..]),
            (700_000, 1, &[]),
            (u64::MAX, 1, &[]),
            (5, 0, &[]),
            (0, u32::MAX, &bytes),
        ];
        for (offset, length, expected) in ranges {
            assert!(staged.read(offset, length).await.expect("reads") == expected, "{offset} {length}");
            assert!(
                blobs.container.read(&info.id, offset, length).await.expect("reads") == expected,
                "{offset} {length}"
            );
        }
        assert!(blobs.body(&info, 262_143..600_001).await.expect("opens") == bytes[262_143..600_001]);
        assert_eq!(blobs.body(&info, 5..5).await, Ok(vec![]));
        assert!(matches!(blobs.body(&info, 0..700_001).await, Err(BlobError::Invalid(_))));
        let inverted = std::ops::Range { start: 9, end: 3 };
        assert!(matches!(blobs.body(&info, inverted).await, Err(BlobError::Invalid(_))));
    }
}

#[tokio::test]
async fn what_is_not_committed_does_not_exist() {
    for blobs in Blobs::all().await {
        let staged = blobs.stage(b"once").await;
        let mut tx = blobs.pool.begin().await.expect("begins");
        let info = blobs.container.keep(&staged, "text/plain", &mut tx).await.expect("keeps");
        assert_eq!(blobs.container.info(&info.id).await, Err(BlobError::NotFound));
        drop(tx);
        let mut again = blobs.pool.begin().await.expect("begins");
        assert_eq!(blobs.container.read(&info.id, 0, 4).await, Err(BlobError::NotFound));
        // The same upload, in the transaction that is run again.
        let kept = blobs.container.keep(&staged, "text/plain", &mut again).await.expect("keeps again");
        again.commit().await.expect("commits");
        assert_eq!(blobs.container.read(&kept.id, 0, 4).await, Ok(Bytes::from_static(b"once")));
        assert_eq!(staged.read(0, 4).await, Ok(Bytes::from_static(b"once")));
    }
}

#[tokio::test]
async fn removal_and_sweep() {
    for blobs in Blobs::all().await {
        let one = blobs.keep(b"same").await;
        let two = blobs.keep(b"same").await;
        let other = blobs.keep(b"other").await;
        assert_eq!(one.sha256, two.sha256);
        assert_eq!(blobs.sweep().await, 0, "nothing that a row names");
        let mut tx = blobs.pool.begin().await.expect("begins");
        blobs.container.remove(&one.id, &mut tx).await.expect("removes");
        blobs.container.remove(&other.id, &mut tx).await.expect("removes");
        tx.commit().await.expect("commits");
        assert_eq!(blobs.container.info(&one.id).await, Err(BlobError::NotFound));
        assert_eq!(blobs.container.sweep(Duration::from_hours(1)).await, Ok(0), "too young");
        assert_eq!(blobs.sweep().await, 1, "only what no row names any more");
        assert_eq!(blobs.container.read(&two.id, 0, 9).await, Ok(Bytes::from_static(b"same")));
        let mut tx = blobs.pool.begin().await.expect("begins");
        assert_eq!(blobs.container.remove(&one.id, &mut tx).await, Err(BlobError::NotFound));
    }
}

#[tokio::test]
async fn a_sweep_takes_nothing_from_a_running_keep() {
    for blobs in Blobs::all().await {
        // An object that no row names, and an upload of the same bytes that is being kept.
        let old = blobs.keep(b"contested").await;
        let mut tx = blobs.pool.begin().await.expect("begins");
        blobs.container.remove(&old.id, &mut tx).await.expect("removes");
        tx.commit().await.expect("commits");
        let staged = blobs.stage(b"contested").await;
        let mut tx = blobs.pool.begin().await.expect("begins");
        let kept = blobs.container.keep(&staged, "text/plain", &mut tx).await.expect("keeps");
        let container = blobs.container.clone();
        let sweep = tokio::spawn(async move { container.sweep(Duration::ZERO).await });
        tokio::time::sleep(Duration::from_millis(100)).await;
        tx.commit().await.expect("commits");
        let swept = sweep.await.expect("runs");
        assert!(matches!(swept, Ok(0) | Err(BlobError::Sql(SqlError::Conflict))), "{swept:?}");
        assert_eq!(blobs.container.read(&kept.id, 0, 9).await, Ok(Bytes::from_static(b"contested")));
    }
}

#[tokio::test]
async fn staging_is_left_empty() {
    let blobs = Blobs::all().await.remove(0);
    let root = blobs.fixture.directory.path().join("dät—a/blobs");
    let staging = root.join("staging");
    let staged = blobs.stage(&sample(3 << 20)).await;
    assert_eq!(files(&staging), 1);
    drop(staged);
    eventually(|| files(&staging) == 0).await;
    let mut writer = blobs.store.stage();
    for _ in 0..5 {
        writer.write(Bytes::from(sample(1 << 20))).await.expect("writes");
    }
    drop(writer);
    eventually(|| files(&staging) == 0).await;
    blobs.keep(b"kept").await;
    eventually(|| files(&staging) == 0).await;
    assert_eq!(files(&root.join("alpha")), 1);
}

#[tokio::test]
async fn a_start_clears_what_a_crash_left_but_not_what_another_process_stages() {
    let directory = tempfile::tempdir().expect("a directory");
    let left = directory.path().join("blobs/staging/left");
    std::fs::create_dir_all(left.parent().expect("a parent")).expect("makes");
    std::fs::write(&left, "x").expect("writes");
    let store = BlobStore::open("", directory.path()).await.expect("opens");
    assert!(!left.exists());
    std::fs::write(&left, "running").expect("writes");
    let second = BlobStore::open("", directory.path()).await.expect("opens");
    assert!(left.exists());
    drop((store, second));
}

#[tokio::test]
async fn rows_that_the_plugin_forged_gain_nothing() {
    for blobs in Blobs::all().await {
        let id = "00000000-0000-7000-8000-000000000000";
        for (sha256, size, media_type) in [
            ("../../../../etc/passwd", 10, "text/plain"),
            ("..", 10, "text/plain"),
            (&*"A".repeat(64), 10, "text/plain"),
            (&*"a".repeat(64), -1, "text/plain"),
            (&*"a".repeat(64), 10, "text/plain\r\nset-cookie: a=b"),
        ] {
            let sql = "INSERT INTO ward_blob (id, sha256, bytes, media_type, created) VALUES ($1, $2, $3, $4, 0)";
            let row = [text(id), text(sha256), super::Value::Int(size), text(media_type)];
            blobs.pool.execute(sql, &row).await.expect("inserts");
            assert_eq!(blobs.container.info(id).await, Err(BlobError::NotFound), "{sha256}");
            assert_eq!(blobs.container.read(id, 0, 10).await, Err(BlobError::NotFound), "{sha256}");
            blobs.pool.execute("DELETE FROM ward_blob", &[]).await.expect("deletes");
        }
        for id in ["", "x", "' OR 1=1 --", "../../x", &"a".repeat(10_000)] {
            assert_eq!(blobs.container.info(id).await, Err(BlobError::NotFound));
        }
        let forged = BlobInfo {
            id: id.into(),
            sha256: "../../secret".into(),
            size: 3,
            media_type: "text/plain".into(),
            created: 0,
        };
        assert!(matches!(blobs.body(&forged, 0..3).await, Err(BlobError::NotFound)));
        let staged = blobs.stage(b"x").await;
        let mut tx = blobs.pool.begin().await.expect("begins");
        for media_type in ["", "text", "text/plain\r\nx: y", "text/\u{e9}", &"a/".repeat(200), "/"] {
            let kept = blobs.container.keep(&staged, media_type, &mut tx).await;
            assert!(matches!(kept, Err(BlobError::Invalid(_))), "{media_type:?}");
        }
    }
}

#[tokio::test]
async fn one_domain_has_nothing_of_another() {
    let blobs = Blobs::all().await.remove(0);
    let info = blobs.keep(b"mine").await;
    let other = blobs.fixture.database.plugin("beta", &[]).await.expect("opens");
    let other = blobs.store.container("beta", other);
    assert_eq!(other.info(&info.id).await, Err(BlobError::NotFound));
    assert!(matches!(other.open(&info, 0..4).await, Err(BlobError::NotFound)));
    assert_eq!(other.sweep(Duration::ZERO).await, Ok(0));
    assert_eq!(blobs.container.read(&info.id, 0, 4).await, Ok(Bytes::from_static(b"mine")));
}
