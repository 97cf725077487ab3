//! One plugin's queue, as the node that runs its jobs uses it.

use super::backoff;
use super::job::{Outcome, State};
use super::queue::{Queue, bounds, text};
use super::run::Report;
use crate::storage::row::Row;
use crate::storage::{Bounds, SqlError, Value};

/// A job that this node holds.
#[derive(Clone, Debug)]
pub(super) struct Claimed {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) payload: String,
    pub(super) key: Option<String>,
    pub(super) attempt: i64,
    pub(super) failures: i64,
    pub(super) attempts: i64,
    pub(super) stop: bool,
    pub(super) created: i64,
}

/// A job that runs somewhere.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) id: String,
    pub(super) attempt: i64,
    pub(super) stop: bool,
}

/// Jobs that are looked at together.
const MANY: usize = 1_000;

impl Queue {
    /// Takes up to `most` jobs that are due, the highest priority first: those that wait, and those whose
    /// node has not been heard of for a lease, which counts as a failure.
    pub(super) async fn claim(&self, most: usize) -> Result<Vec<Claimed>, SqlError> {
        let now = Value::Int(self.now());
        let due = "SELECT 1 FROM ward_job WHERE ended IS NULL AND due <= $1 LIMIT 1";
        // Reading first: with SQLite a claim waits for the writer.
        if self.0.pool.query(due, std::slice::from_ref(&now), bounds(1)).await?.rows.is_empty() {
            return Ok(Vec::new());
        }
        let skip = if self.has_leases() { "FOR UPDATE SKIP LOCKED" } else { "" };
        let claim = format!(
            "WITH picked AS MATERIALIZED (SELECT id FROM ward_job WHERE ended IS NULL AND due <= $1 \
             ORDER BY priority DESC, due, id LIMIT $2 {skip}) \
             UPDATE ward_job SET due = $3, attempt = attempt + 1, started = $1, percent = NULL, note = NULL, \
             failures = failures + CASE state WHEN 'running' THEN 1 ELSE 0 END, state = 'running' \
             WHERE id IN (SELECT id FROM picked) \
             RETURNING id, kind, payload, unique_key, attempt, failures, attempts, stop, created"
        );
        let values = [now, Value::Int(i64::try_from(most).unwrap_or(i64::MAX)), Value::Int(self.lease_end())];
        // Each payload was held to its limit when it was enqueued, whatever the limit is now.
        let bounds = Bounds { rows: most, bytes: usize::MAX };
        let rows = self.0.pool.query(&claim, &values, bounds).await?.rows;
        rows.into_iter().map(|row| claimed(&mut Row::new(row))).collect()
    }

    /// Every job that runs, on whichever node.
    pub(super) async fn held(&self) -> Result<Vec<Held>, SqlError> {
        let select = "SELECT id, attempt, stop FROM ward_job WHERE ended IS NULL AND state = 'running'";
        let rows = self.0.pool.query(select, &[], bounds(MANY)).await?.rows;
        let held = |row| {
            let mut row = Row::new(row);
            Ok(Held { id: row.text()?, attempt: row.int()?, stop: row.flag()? })
        };
        rows.into_iter().map(held).collect()
    }

    /// Holds a job for another lease, and writes how far it has come.
    pub(super) async fn renew(&self, id: &str, attempt: i64, report: &Report) -> Result<(), SqlError> {
        const RENEW: &str = "UPDATE ward_job SET due = $3, percent = $4, note = $5 \
             WHERE id = $1 AND attempt = $2 AND state = 'running'";
        let percent = report.percent.map_or(Value::Null, |percent| Value::Int(percent.into()));
        let note = report.note.as_deref().map_or(Value::Null, text);
        let values = [text(id), Value::Int(attempt), Value::Int(self.lease_end()), percent, note];
        self.0.pool.execute(RENEW, &values).await.map(drop)
    }

    /// Ends an attempt. Gives the job's state, or nothing where another node has taken it up.
    pub(super) async fn settle(&self, job: &Claimed, outcome: &Outcome) -> Result<Option<State>, SqlError> {
        // What was cancelled while it failed is not tried again.
        const SETTLE: &str = "UPDATE ward_job SET \
             state = CASE WHEN stop AND $3 = 'waiting' THEN 'cancelled' ELSE $3 END, \
             ended = CASE WHEN stop OR $3 <> 'waiting' THEN $4 ELSE NULL END, \
             due = $5, failures = $6, reason = $7, percent = CASE WHEN $3 = 'done' THEN 100 ELSE percent END, \
             payload = CASE WHEN $3 IN ('done', 'cancelled') THEN 'null' ELSE payload END \
             WHERE id = $1 AND attempt = $2 AND state = 'running' RETURNING state";
        let now = self.now();
        let Some(ending) = self.ending(job, outcome) else { return Ok(None) };
        let values = [
            text(&job.id),
            Value::Int(job.attempt),
            text(ending.state.name()),
            Value::Int(now),
            Value::Int(now.saturating_add_unsigned(ending.wait_ms)),
            Value::Int(ending.failures),
            ending.reason.map_or(Value::Null, text),
        ];
        let settled = self.0.pool.query(SETTLE, &values, bounds(1)).await?;
        match settled.rows.into_iter().next() {
            Some(row) => State::from_name(&Row::new(row).text()?).map(Some),
            None => Ok(None),
        }
    }

    fn ending<'a>(&self, job: &Claimed, outcome: &'a Outcome) -> Option<Ending<'a>> {
        let ending = |state, failures, reason| Some(Ending { state, failures, reason, wait_ms: 0 });
        match outcome {
            Outcome::Done => ending(State::Done, job.failures, None),
            Outcome::Cancelled => ending(State::Cancelled, job.failures, None),
            Outcome::Released => ending(State::Waiting, job.failures, None),
            Outcome::Lost => None,
            Outcome::Failed { reason, again, after_ms } => {
                let failures = job.failures.saturating_add(1);
                if !again || failures >= job.attempts {
                    return ending(State::Dead, failures, Some(reason));
                }
                let times = &self.0.limits.times;
                let own = || backoff::wait_ms(failures, times.retry_ms, times.retry_most_ms);
                let wait_ms = after_ms.map_or_else(own, |after| after.min(times.retry_most_ms));
                Some(Ending { state: State::Waiting, failures, reason: Some(reason), wait_ms })
            }
        }
    }

    /// Puts back what a process that is gone left running. Only where there is one process.
    pub(crate) async fn recover(&self) -> Result<u64, SqlError> {
        if self.has_leases() {
            return Ok(0);
        }
        let due = [Value::Int(self.now())];
        self.0.pool.execute("UPDATE ward_job SET due = $1 WHERE ended IS NULL AND state = 'running'", &due).await
    }

    /// Forgets jobs that ended long ago.
    pub(super) async fn sweep(&self) -> Result<u64, SqlError> {
        const DELETE: &str = "DELETE FROM ward_job WHERE ended IS NOT NULL \
             AND ended < CASE state WHEN 'dead' THEN CAST($1 AS BIGINT) ELSE CAST($2 AS BIGINT) END";
        let times = &self.0.limits.times;
        let before = |hours: u64| Value::Int(self.now().saturating_sub_unsigned(hours.saturating_mul(3_600_000)));
        self.0.pool.execute(DELETE, &[before(times.keep_dead_hours), before(times.keep_ended_hours)]).await
    }

    fn lease_end(&self) -> i64 {
        if self.has_leases() { self.now().saturating_add_unsigned(self.0.limits.times.lease_ms) } else { i64::MAX }
    }
}

/// What becomes of a job after an attempt.
struct Ending<'a> {
    state: State,
    failures: i64,
    reason: Option<&'a str>,
    wait_ms: u64,
}

fn claimed(row: &mut Row) -> Result<Claimed, SqlError> {
    Ok(Claimed {
        id: row.text()?,
        kind: row.text()?,
        payload: row.text()?,
        key: row.optional_text()?,
        attempt: row.int()?,
        failures: row.int()?,
        attempts: row.int()?,
        stop: row.flag()?,
        created: row.int()?,
    })
}
