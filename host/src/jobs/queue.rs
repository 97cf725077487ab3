//! One plugin's queue, as its guests use it.

use std::sync::Arc;

use tokio::sync::Notify;
use uuid::Uuid;

use super::job::{Info, JobError, NewJob, State};
use super::stats::JobStats;
use crate::assembly::{BackgroundLimits, Limits};
use crate::clock::{self, Clock};
use crate::storage::row::Row;
use crate::storage::{Bounds, Engine, Pool, SqlError, Transaction, Value};

/// What a queue may hold, and how long.
#[derive(Clone, Debug)]
pub struct QueueLimits {
    /// Jobs that wait or run.
    pub jobs: usize,
    /// Bytes of one payload.
    pub payload_bytes: usize,
    /// Times.
    pub times: BackgroundLimits,
}

impl QueueLimits {
    /// The limits of a plugin.
    #[must_use]
    pub fn new(limits: &Limits, times: &BackgroundLimits) -> Self {
        Self { jobs: limits.job_queue, payload_bytes: limits.payload_bytes, times: times.clone() }
    }
}

/// One plugin's jobs. Clones are the same.
#[derive(Clone)]
pub struct Queue(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) pool: Pool,
    pub(super) clock: Clock,
    pub(super) limits: QueueLimits,
    /// Rings when there may be something to do.
    pub(super) bell: Arc<Notify>,
    pub(super) stats: JobStats,
}

/// Bytes beside payloads in one result.
const ROW_BYTES: usize = 8 << 10;

impl Queue {
    /// The queue in the schema that `pool` leads to.
    #[must_use]
    pub fn new(pool: &Pool, clock: Clock, limits: QueueLimits) -> Self {
        let stats = JobStats::default();
        Self(Arc::new(Inner { pool: pool.bookkeeping(), clock, limits, bell: Arc::default(), stats }))
    }

    /// Enqueues a job, if and when `tx` commits, and gives its id. Whether there is room is for the caller
    /// to ask first ([`Queue::room`]): a count in this transaction would collide with every other.
    pub async fn enqueue(&self, job: &NewJob, tx: &mut Transaction) -> Result<String, JobError> {
        job.check(self.0.limits.payload_bytes)?;
        Ok(self.insert(job, tx).await?)
    }

    /// The same for a job of the host's own making.
    pub(crate) async fn insert(&self, job: &NewJob, tx: &mut Transaction) -> Result<String, SqlError> {
        const INSERT: &str = "INSERT INTO ward_job (id, kind, payload, priority, unique_key, state, due, attempts, created) \
             VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $7, $8) ON CONFLICT (unique_key) DO NOTHING RETURNING id";
        let now = self.now();
        let row = [
            text(&Uuid::now_v7().to_string()),
            text(&job.kind),
            text(&job.payload),
            Value::Int(job.priority.into()),
            job.key.as_deref().map_or(Value::Null, text),
            Value::Int(now.saturating_add_unsigned(job.delay_ms)),
            Value::Int(job.most_failures()),
            Value::Int(now),
        ];
        tx.wake_after(&self.0.bell);
        let inserted = tx.query(INSERT, &row, bounds(1)).await?;
        if let Some(row) = inserted.rows.into_iter().next() {
            return Row::new(row).text();
        }
        let key = [job.key.as_deref().map_or(Value::Null, text)];
        let found = tx.query("SELECT id FROM ward_job WHERE unique_key = $1", &key, bounds(1)).await?;
        let row = found.rows.into_iter().next().ok_or(SqlError::Conflict)?;
        Row::new(row).text()
    }

    /// How many more jobs there is room for.
    pub async fn room(&self) -> Result<usize, SqlError> {
        const COUNT: &str = "SELECT count(*) FROM (SELECT 1 FROM ward_job WHERE ended IS NULL LIMIT $1) AS open_jobs";
        let most = self.0.limits.jobs;
        let limit = [Value::Int(i64::try_from(most).unwrap_or(i64::MAX))];
        let counted = self.0.pool.query(COUNT, &limit, bounds(1)).await?;
        let row = counted.rows.into_iter().next().unwrap_or_default();
        let open = usize::try_from(Row::new(row).int()?).unwrap_or(usize::MAX);
        Ok(most.saturating_sub(open))
    }

    /// Cancels a job, if and when `tx` commits, and gives the state that it has then.
    pub async fn cancel(&self, id: &str, tx: &mut Transaction) -> Result<State, JobError> {
        const CANCEL: &str = "UPDATE ward_job SET stop = TRUE, \
             payload = CASE state WHEN 'waiting' THEN 'null' ELSE payload END, \
             ended = CASE state WHEN 'waiting' THEN $2 ELSE ended END, \
             state = CASE state WHEN 'waiting' THEN 'cancelled' ELSE state END \
             WHERE id = $1 AND ended IS NULL RETURNING state";
        tx.wake_after(&self.0.bell);
        let id = text(id);
        let mut found = tx.query(CANCEL, &[id.clone(), Value::Int(self.now())], bounds(1)).await?;
        if found.rows.is_empty() {
            found = tx.query("SELECT state FROM ward_job WHERE id = $1", &[id], bounds(1)).await?;
        }
        let row = found.rows.into_iter().next().ok_or(JobError::NotFound)?;
        Ok(State::from_name(&Row::new(row).text()?)?)
    }

    /// What is known of a job.
    pub async fn look_up(&self, id: &str) -> Result<Info, JobError> {
        const SELECT: &str = "SELECT id, kind, state, attempt, priority, percent, note, reason, created, started, ended \
             FROM ward_job WHERE id = $1";
        let found = self.0.pool.query(SELECT, &[text(id)], bounds(1)).await?;
        let row = &mut Row::new(found.rows.into_iter().next().ok_or(JobError::NotFound)?);
        Ok(Info {
            id: row.text()?,
            kind: row.text()?,
            state: State::from_name(&row.text()?)?,
            attempt: row.int()?,
            priority: row.int()?,
            percent: row.optional_int()?,
            note: row.optional_text()?,
            reason: row.optional_text()?,
            created: row.int()?,
            started: row.optional_int()?,
            ended: row.optional_int()?,
        })
    }

    /// Begins a transaction of the host's own in the queue's schema.
    pub async fn begin(&self) -> Result<Transaction, SqlError> {
        self.0.pool.begin().await
    }

    pub(super) fn now(&self) -> i64 {
        clock::millis(&self.0.clock)
    }

    /// SQLite has one process: nobody else could take a job up.
    pub(super) fn has_leases(&self) -> bool {
        self.0.pool.engine() == Engine::Postgres
    }
}

pub(super) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// Of so many rows without payloads.
pub(super) fn bounds(rows: usize) -> Bounds {
    Bounds { rows, bytes: rows.saturating_mul(ROW_BYTES) }
}
