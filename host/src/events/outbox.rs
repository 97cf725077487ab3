//! One plugin's events, in its own schema.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;
use uuid::Uuid;

use super::listen::CHANNEL;
use super::topic::is_topic;
use crate::assembly::{BackgroundLimits, Limits};
use crate::clock::{self, Clock};
use crate::jobs::{JobError, check_json};
use crate::storage::row::Row;
use crate::storage::{Bounds, Engine, Pool, SqlError, Transaction, Value};

/// An event, published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its place in the order of the plugin's events.
    pub seq: i64,
    /// Its name: the same wherever it is delivered.
    pub id: String,
    /// Its topic.
    pub topic: String,
    /// JSON.
    pub data: String,
    /// When it was published.
    pub created: i64,
}

/// Why an event cannot be published.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// A value that cannot be.
    #[error("{0}")]
    Invalid(String),
    /// A limit.
    #[error("{0}")]
    TooLarge(String),
    /// The database.
    #[error(transparent)]
    Sql(#[from] SqlError),
}

/// One plugin's events. Clones are the same.
#[derive(Clone)]
pub struct Outbox(Arc<Inner>);

struct Inner {
    domain: String,
    pool: Pool,
    clock: Clock,
    /// Rings when there may be something to tell.
    bell: Arc<Notify>,
    queue: usize,
    data_bytes: usize,
    times: BackgroundLimits,
    /// Whom this node delivers to, by their names among the cursors.
    subscribers: Mutex<Vec<String>>,
}

/// Events that are read together.
pub(super) const BATCH: usize = 100;
/// Events that are kept at most, of those that every plugin has been told.
const KEPT: i64 = 100_000;

impl Outbox {
    /// The events of a domain, in the schema that `pool` leads to.
    #[must_use]
    pub fn new(domain: &str, pool: &Pool, clock: Clock, limits: &Limits, times: &BackgroundLimits) -> Self {
        Self(Arc::new(Inner {
            domain: domain.to_owned(),
            pool: pool.bookkeeping(),
            clock,
            bell: Arc::default(),
            queue: limits.event_queue,
            data_bytes: limits.payload_bytes,
            times: times.clone(),
            subscribers: Mutex::default(),
        }))
    }

    /// Remembers whom this node delivers to.
    pub(super) fn deliver_to(&self, subscribers: Vec<String>) {
        *self.0.subscribers.lock().unwrap_or_else(PoisonError::into_inner) = subscribers;
    }

    /// The last event that every subscribed plugin has been told; the head where there is none.
    async fn told(&self) -> Result<i64, SqlError> {
        const SELECT: &str = "SELECT subscriber, seq FROM ward_event_cursor";
        let subscribers = self.0.subscribers.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut told = self.head().await?;
        if subscribers.is_empty() {
            return Ok(told);
        }
        let cursors = self.0.pool.query(SELECT, &[], Bounds { rows: 100_000, bytes: usize::MAX }).await?;
        for row in cursors.rows {
            let mut row = Row::new(row);
            let (subscriber, seq) = (row.text()?, row.int()?);
            if subscribers.contains(&subscriber) {
                told = told.min(seq);
            }
        }
        Ok(told)
    }

    /// Publishes an event, if and when `tx` commits.
    pub async fn publish(&self, topic: &str, data: &str, tx: &mut Transaction) -> Result<(), EventError> {
        const INSERT: &str = "INSERT INTO ward_event (id, topic, data, created) VALUES ($1, $2, $3, $4)";
        if !is_topic(topic) {
            let what = "a topic has words of letters, digits, `-`, `_` and `.`, joined by `/`, at most 128 characters";
            return Err(EventError::Invalid(what.into()));
        }
        check_json(data, self.0.data_bytes).map_err(event_error)?;
        let now = Value::Int(clock::millis(&self.0.clock));
        // Ids of one node rise: events of one transaction keep their order.
        let row = [text(&Uuid::now_v7().to_string()), text(topic), text(data), now];
        tx.wake_after(&self.0.bell);
        tx.execute(INSERT, &row).await?;
        if tx.engine() == Engine::Postgres {
            tx.execute("SELECT pg_notify($1, $2)", &[text(CHANNEL), text(&self.0.domain)]).await?;
        }
        Ok(())
    }

    /// How many more events may wait for the slowest subscribed plugin.
    pub async fn room(&self) -> Result<usize, SqlError> {
        let waiting = self.head().await?.saturating_sub(self.told().await?);
        let waiting = usize::try_from(waiting).unwrap_or(0);
        Ok(self.0.queue.saturating_sub(waiting))
    }

    /// The number of the last event, and how many of them each plugin that this node delivers to has not
    /// been told yet.
    pub async fn census(&self) -> Result<(i64, Vec<(String, i64)>), SqlError> {
        const SELECT: &str = "SELECT subscriber, seq FROM ward_event_cursor ORDER BY subscriber";
        let head = self.head().await?;
        let subscribers = self.0.subscribers.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut waiting = Vec::new();
        for row in self.0.pool.query(SELECT, &[], Bounds { rows: 100_000, bytes: usize::MAX }).await?.rows {
            let mut row = Row::new(row);
            let (subscriber, seq) = (row.text()?, row.int()?);
            if subscribers.contains(&subscriber) {
                waiting.push((subscriber, head.saturating_sub(seq).max(0)));
            }
        }
        Ok((head, waiting))
    }

    /// The domain that publishes.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.0.domain
    }

    pub(super) fn bell(&self) -> &Arc<Notify> {
        &self.0.bell
    }

    pub(super) fn pool(&self) -> &Pool {
        &self.0.pool
    }

    pub(super) fn poll_ms(&self) -> u64 {
        self.0.times.poll_ms
    }

    /// The highest number that was given.
    pub(super) async fn head(&self) -> Result<i64, SqlError> {
        self.number("SELECT seq FROM ward_event_head", &[]).await
    }

    /// The lowest number that is kept; one above the head where none is.
    pub(super) async fn floor(&self) -> Result<i64, SqlError> {
        const FLOOR: &str = "SELECT coalesce((SELECT min(seq) FROM ward_event), seq + 1) FROM ward_event_head";
        self.number(FLOOR, &[]).await
    }

    /// Up to [`BATCH`] events that come after `seq`, in order.
    pub(super) async fn after(&self, seq: i64) -> Result<Vec<Event>, SqlError> {
        const SELECT: &str =
            "SELECT seq, id, topic, data, created FROM ward_event WHERE seq > $1 ORDER BY seq LIMIT 100";
        // Each was held to its limit when it was published, whatever the limit is now.
        let bounds = Bounds { rows: BATCH, bytes: usize::MAX };
        let rows = self.0.pool.query(SELECT, &[Value::Int(seq)], bounds).await?.rows;
        rows.into_iter().map(|row| event(&mut Row::new(row))).collect()
    }

    /// Numbers what has been committed, in one node at a time. The lock is held until the numbers are
    /// committed: no reader sees a number before those below it.
    pub(super) async fn number_new(&self) -> Result<(), SqlError> {
        const NUMBER: &str = "UPDATE ward_event SET seq = $1 + fresh.place \
             FROM (SELECT id AS fresh_id, row_number() OVER (ORDER BY id) AS place FROM ward_event WHERE seq IS NULL) AS fresh \
             WHERE ward_event.id = fresh.fresh_id";
        let one = Bounds { rows: 1, bytes: 64 };
        let new = "SELECT 1 FROM ward_event WHERE seq IS NULL LIMIT 1";
        if self.0.pool.query(new, &[], one).await?.rows.is_empty() {
            return Ok(());
        }
        let mut tx = self.0.pool.begin().await?;
        let head = tx.query("UPDATE ward_event_head SET seq = seq RETURNING seq", &[], one).await?;
        let head = Row::new(head.rows.into_iter().next().unwrap_or_default()).int()?;
        let numbered = tx.execute(NUMBER, &[Value::Int(head)]).await?;
        let head = Value::Int(head.saturating_add_unsigned(numbered));
        tx.execute("UPDATE ward_event_head SET seq = $1", &[head]).await?;
        tx.commit().await
    }

    /// Forgets events that every subscribed plugin has been told, and that are old or too many.
    pub(super) async fn sweep(&self) -> Result<u64, SqlError> {
        const DELETE: &str = "DELETE FROM ward_event WHERE seq <= $1 AND (created < $2 OR seq <= $3)";
        let told = self.told().await?;
        let age = self.0.times.keep_event_hours.saturating_mul(3_600_000);
        let before = clock::millis(&self.0.clock).saturating_sub_unsigned(age);
        let many = self.head().await?.saturating_sub(KEPT);
        self.0.pool.execute(DELETE, &[Value::Int(told), Value::Int(before), Value::Int(many)]).await
    }

    async fn number(&self, select: &str, params: &[Value]) -> Result<i64, SqlError> {
        let found = self.0.pool.query(select, params, Bounds { rows: 1, bytes: 64 }).await?;
        Row::new(found.rows.into_iter().next().unwrap_or_default()).int()
    }
}

fn event(row: &mut Row) -> Result<Event, SqlError> {
    Ok(Event { seq: row.int()?, id: row.text()?, topic: row.text()?, data: row.text()?, created: row.int()? })
}

fn event_error(error: JobError) -> EventError {
    match error {
        JobError::TooLarge(what) => EventError::TooLarge(what),
        other => EventError::Invalid(other.to_string()),
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}
