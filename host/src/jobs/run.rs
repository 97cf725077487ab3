//! One attempt at a job.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tracing::Instrument as _;

use super::claim::Claimed;
use super::job::{Outcome, State};
use super::queue::Queue;
use super::stats::KindStats;
use crate::metrics::Incident;
use crate::runtime::{Job, Plugin};
use crate::telemetry;

/// Characters of a reason that are kept.
const REASON_LENGTH: usize = 1_000;
/// How often a settlement is tried while the database is away, and the time between.
const SETTLE_TRIES: u32 = 60;
const SETTLE_AGAIN: Duration = Duration::from_secs(1);

/// How far a run says that it has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) percent: Option<u8>,
    pub(super) note: Option<String>,
}

/// Where a run tells how far it has come. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Mutex<Told>>);

#[derive(Debug, Default)]
struct Told {
    report: Report,
    news: bool,
}

impl Progress {
    /// Replaces what was told before.
    pub fn tell(&self, percent: u8, note: Option<String>) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *told = Told { report: Report { percent: Some(percent), note }, news: true };
    }

    /// What was told, and whether that is new.
    pub(super) fn heard(&self) -> (Report, bool) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let news = std::mem::take(&mut told.news);
        (told.report.clone(), news)
    }
}

/// Runs a job until it ends or is told how it ends, and settles it.
pub(super) async fn run(
    plugin: Arc<Plugin>,
    queue: Queue,
    job: Claimed,
    progress: Progress,
    told: oneshot::Receiver<Outcome>,
) {
    let traced = telemetry::job(&plugin.description().name, &job.kind, job.attempt);
    let (started, numbers) = (Instant::now(), queue.stats().of(&job.kind));
    let outcome = tokio::select! {
        biased;
        told = told => told.unwrap_or(Outcome::Released),
        outcome = attempt(&plugin, &job, progress, &numbers).instrument(traced) => outcome,
    };
    let state = settle(&queue, &job, &outcome).await;
    numbers.ended(state, started.elapsed());
    log(&plugin, &job, state, started.elapsed());
}

async fn attempt(plugin: &Plugin, job: &Claimed, progress: Progress, numbers: &KindStats) -> Outcome {
    if job.stop {
        return Outcome::Cancelled;
    }
    if job.failures >= job.attempts {
        let reason = "the node that ran its last attempt did not live to say how it ended".to_owned();
        return Outcome::Failed { reason, again: false, after_ms: None };
    }
    let asked = Job {
        id: job.id.clone(),
        kind: job.kind.clone(),
        payload: job.payload.clone(),
        attempt: u32::try_from(job.attempt).unwrap_or(u32::MAX),
        idempotency_key: job.key.clone().unwrap_or_else(|| job.id.clone()),
        created: job.created,
    };
    match plugin.run_job(asked, progress).await {
        Ok(Ok(())) => Outcome::Done,
        Ok(Err(failure)) => {
            Outcome::Failed { reason: kept(&failure.reason), again: failure.again, after_ms: failure.after_ms }
        }
        Err(fault) => {
            numbers.happened(Incident::from(&fault));
            Outcome::Failed { reason: fault.to_string(), again: true, after_ms: None }
        }
    }
}

/// The beginning of a reason, as both engines can store it.
fn kept(reason: &str) -> String {
    reason.chars().filter(|character| *character != '\0').take(REASON_LENGTH).collect()
}

/// Settles, and tries again while the database is away: what was done should not be done again.
async fn settle(queue: &Queue, job: &Claimed, outcome: &Outcome) -> Option<State> {
    for _ in 0..SETTLE_TRIES {
        match queue.settle(job, outcome).await {
            Ok(state) => return state,
            Err(error) => tracing::warn!(job = job.id, %error, "the end of a job cannot be written now"),
        }
        tokio::time::sleep(SETTLE_AGAIN).await;
    }
    None
}

/// Never what the job carries, and never why it failed: both may speak of patients.
fn log(plugin: &Plugin, job: &Claimed, state: Option<State>, took: Duration) {
    let Claimed { id, kind, attempt, .. } = job;
    let plugin = &plugin.description().name;
    let duration_ms = took.as_millis();
    match state {
        Some(State::Dead) => {
            tracing::warn!(target: "ward::job", plugin, job = id, kind, attempt, duration_ms, "dead");
        }
        Some(state) => {
            tracing::info!(target: "ward::job", plugin, job = id, kind, attempt, duration_ms, "{}", state.name());
        }
        None => tracing::warn!(target: "ward::job", plugin, job = id, kind, attempt, "held by another node"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_latest_report_is_kept_and_it_is_news_once() {
        let progress = Progress::default();
        assert_eq!(progress.heard(), (Report::default(), false));
        progress.tell(10, Some("一".into()));
        progress.tell(20, None);
        let latest = Report { percent: Some(20), note: None };
        assert_eq!(progress.heard(), (latest.clone(), true));
        assert_eq!(progress.heard(), (latest, false));
    }

    #[test]
    fn a_reason_is_cut_at_a_character() {
        assert_eq!(kept(&"影".repeat(2_000)).chars().count(), REASON_LENGTH);
        assert_eq!(kept("a\0b"), "ab");
    }
}
