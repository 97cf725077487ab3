//! The way in: records wait for the node's one writer, which commits all that wait at once.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::AuditError;
use super::anchor::Anchor;
use super::record::Record;
use super::seal::Seal;
use super::store::{Fresh, Store};
use crate::clock::{self, Clock};
use crate::identity::Identity;
use crate::storage::Pool;

/// Records that may wait; more requests wait until there is room.
const WAITING: usize = 4_096;
/// Records of one commit.
const BATCH: usize = 512;
/// Bytes of one commit, unless one record alone has more.
const BATCH_BYTES: usize = 4 << 20;
/// How often a commit is tried when others are faster.
const ATTEMPTS: u32 = 5;

/// Where records are added. Clones are the same.
#[derive(Clone)]
pub struct Journal(Arc<Inner>);

struct Inner {
    queue: mpsc::Sender<Waiting>,
    store: Store,
    clock: Clock,
    node: String,
    writer: JoinHandle<()>,
}

/// A record and who waits for it; no record for who only waits until all before it are written.
struct Waiting {
    fresh: Option<Fresh>,
    done: oneshot::Sender<Result<(), AuditError>>,
}

impl Journal {
    /// Opens the chain in the host's schema. `node` is the name by which this process signs its records.
    #[must_use]
    pub fn open(host: &Pool, identity: &Identity, anchor: Anchor, node: String, clock: Clock) -> Self {
        let store = Store::new(host);
        let (queue, waiting) = mpsc::channel(WAITING);
        let writer = Writer { store: store.clone(), seal: Seal::new(identity), anchor, clock: clock.clone() };
        let writer = tokio::spawn(writer.run(waiting));
        Self(Arc::new(Inner { queue, store, clock, node, writer }))
    }

    /// The node's name.
    #[must_use]
    pub fn node(&self) -> &str {
        &self.0.node
    }

    /// The clock that records are dated by.
    #[must_use]
    pub fn now(&self) -> i64 {
        clock::millis(&self.0.clock)
    }

    pub(super) fn store(&self) -> &Store {
        &self.0.store
    }

    /// Adds a record, and returns when it has reached the disk.
    ///
    /// # Errors
    /// It may not have: nothing must be answered.
    pub async fn append(&self, record: &Record) -> Result<(), AuditError> {
        self.enter(Some(Fresh::new(record)?)).await
    }

    /// Returns when everything that was added before has been written, or has failed.
    pub async fn flush(&self) {
        // Who waits for a record hears of its failure.
        let _ = self.enter(None).await;
    }

    async fn enter(&self, fresh: Option<Fresh>) -> Result<(), AuditError> {
        let (done, outcome) = oneshot::channel();
        self.0.queue.send(Waiting { fresh, done }).await.map_err(|_| AuditError::Closed)?;
        outcome.await.unwrap_or(Err(AuditError::Closed))
    }

    /// Adds a record that nobody waits for.
    pub(super) fn append_later(&self, record: Record) {
        let journal = self.clone();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(error) = journal.append(&record).await {
                    tracing::error!(request_id = record.request, %error, "a request without an answer is not recorded");
                }
            });
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.writer.abort();
    }
}

/// Commits what waits, batch by batch: requests that come while one is committed share the next one.
struct Writer {
    store: Store,
    seal: Seal,
    anchor: Anchor,
    clock: Clock,
}

impl Writer {
    async fn run(mut self, mut queue: mpsc::Receiver<Waiting>) {
        let mut waiting = Vec::with_capacity(BATCH);
        while queue.recv_many(&mut waiting, BATCH).await > 0 {
            while !waiting.is_empty() {
                let batch = waiting.drain(..fitting(&waiting)).collect();
                self.write(batch).await;
            }
        }
    }

    async fn write(&mut self, batch: Vec<Waiting>) {
        let (fresh, done): (Vec<_>, Vec<_>) = batch.into_iter().map(|waiting| (waiting.fresh, waiting.done)).unzip();
        let fresh: Vec<Fresh> = fresh.into_iter().flatten().collect();
        let outcome = if fresh.is_empty() { Ok(()) } else { self.append(&fresh).await };
        // Who does not wait any more has been recorded all the same.
        for done in done {
            drop(done.send(outcome.clone()));
        }
    }

    async fn append(&mut self, batch: &[Fresh]) -> Result<(), AuditError> {
        let mut attempt = 1;
        loop {
            match self.store.append(batch, &self.seal).await {
                Ok(head) => {
                    self.anchor.note(&head, clock::millis(&self.clock), &self.store).await;
                    return Ok(());
                }
                Err(error) if error.is_conflict() && attempt < ATTEMPTS => attempt += 1,
                Err(error) => return Err(error),
            }
        }
    }
}

/// How many of those that wait go into one commit: at least one.
fn fitting(waiting: &[Waiting]) -> usize {
    let mut bytes = 0;
    let fits = |one: &&Waiting| {
        bytes += one.fresh.as_ref().map_or(0, Fresh::bytes);
        bytes <= BATCH_BYTES
    };
    waiting.iter().take_while(fits).count().max(1)
}
