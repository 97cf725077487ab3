//! The task that looks after one plugin's jobs on this node.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{oneshot, watch};
use tokio::task::{AbortHandle, JoinHandle, JoinSet};
use tokio::time::MissedTickBehavior;

use super::claim::Claimed;
use super::job::Outcome;
use super::queue::Queue;
use super::run::{self, Progress};
use super::schedule::Schedules;
use crate::runtime::Plugin;
use crate::storage::SqlError;

/// Time between two sweeps of jobs that ended long ago.
const SWEEP: Duration = Duration::from_mins(10);
/// Time that jobs have to be put back when the node ends.
const RELEASE: Duration = Duration::from_secs(5);

/// A worker that runs.
pub struct Handle {
    stop: watch::Sender<Option<Duration>>,
    task: JoinHandle<()>,
}

impl Handle {
    /// Takes no more jobs. Those that run have `patience` to end; the others are put back, for another
    /// node or the next start.
    pub fn retire(&self, patience: Duration) {
        self.stop.send_replace(Some(patience));
    }

    /// Whether nothing of it runs any more.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.task.is_finished()
    }

    /// The same as [`retire`](Self::retire), and waits until nothing runs any more.
    pub async fn stop(self, patience: Duration) {
        self.retire(patience);
        if self.task.await.is_err() {
            tracing::error!("a worker panicked");
        }
    }
}

/// Starts running the jobs and schedules of `plugin`, `concurrency` at once.
#[must_use]
pub fn start(plugin: Arc<Plugin>, queue: Queue, schedules: Schedules, concurrency: usize) -> Handle {
    let (stop, stopped) = watch::channel(None);
    let worker =
        Worker { plugin, queue, schedules, concurrency, running: HashMap::new(), tasks: JoinSet::new(), swept: None };
    Handle { stop, task: tokio::spawn(worker.work(stopped)) }
}

struct Worker {
    plugin: Arc<Plugin>,
    queue: Queue,
    schedules: Schedules,
    concurrency: usize,
    /// By the job's id.
    running: HashMap<String, Running>,
    tasks: JoinSet<()>,
    swept: Option<Instant>,
}

/// A job that this node runs.
struct Running {
    attempt: i64,
    progress: Progress,
    /// Tells it how it ends, once.
    tell: Option<oneshot::Sender<Outcome>>,
    renewed: Instant,
    task: AbortHandle,
}

impl Worker {
    async fn work(mut self, mut stopped: watch::Receiver<Option<Duration>>) {
        let bell = self.queue.0.bell.clone();
        let mut tick = tokio::time::interval(Duration::from_millis(self.queue.0.limits.times.poll_ms));
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            if let Err(error) = Box::pin(self.turn()).await {
                tracing::warn!(plugin = self.plugin.description().name, %error, "jobs cannot be looked after now");
            }
            tokio::select! {
                _ = stopped.changed() => break,
                () = bell.notified() => {}
                _ = tick.tick() => {}
                Some(_) = self.tasks.join_next() => {}
            }
        }
        self.end(stopped).await;
    }

    async fn turn(&mut self) -> Result<(), SqlError> {
        self.tend().await?;
        self.schedules.turn(&self.queue).await?;
        let free = self.concurrency.saturating_sub(self.running.len());
        if free > 0 {
            for job in self.queue.claim(free).await? {
                self.run(job);
            }
        }
        if self.swept.is_none_or(|swept| swept.elapsed() > SWEEP) {
            self.swept = Some(Instant::now());
            self.queue.sweep().await?;
        }
        Ok(())
    }

    fn run(&mut self, job: Claimed) {
        let (tell, told) = oneshot::channel();
        let progress = Progress::default();
        let (id, attempt) = (job.id.clone(), job.attempt);
        let run = run::run(self.plugin.clone(), self.queue.clone(), job, progress.clone(), told);
        let task = self.tasks.spawn(run);
        let running = Running { attempt, progress, tell: Some(tell), renewed: Instant::now(), task };
        if let Some(mut earlier) = self.running.insert(id, running) {
            // This node was taken for dead, by itself.
            earlier.end(Outcome::Lost);
        }
    }

    /// Renews the leases, writes what the jobs tell of themselves, and ends those that are cancelled or
    /// have been taken up elsewhere.
    async fn tend(&mut self) -> Result<(), SqlError> {
        self.running.retain(|_, running| !running.task.is_finished());
        if self.running.is_empty() {
            return Ok(());
        }
        let held = self.queue.held().await?;
        let third = Duration::from_millis(self.queue.0.limits.times.lease_ms / 3);
        for (id, running) in &mut self.running {
            match held.iter().find(|job| job.id == *id && job.attempt == running.attempt) {
                Some(job) if job.stop => running.end(Outcome::Cancelled),
                Some(_) => {
                    let (report, news) = running.progress.heard();
                    if news || (self.queue.has_leases() && running.renewed.elapsed() >= third) {
                        self.queue.renew(id, running.attempt, &report).await?;
                        running.renewed = Instant::now();
                    }
                }
                // Settled this very moment, or another's.
                None => running.end(Outcome::Lost),
            }
        }
        Ok(())
    }

    /// Waits for what runs, then puts it back.
    async fn end(mut self, mut stopped: watch::Receiver<Option<Duration>>) {
        let from_now = |patience: Option<Duration>| tokio::time::Instant::now() + patience.unwrap_or_default();
        let patience = *stopped.borrow_and_update();
        let mut deadline = from_now(patience);
        let mut tick = tokio::time::interval(Duration::from_millis(self.queue.0.limits.times.poll_ms));
        while !self.tasks.is_empty() && tokio::time::Instant::now() < deadline {
            tokio::select! {
                _ = self.tasks.join_next() => {}
                _ = tick.tick() => {
                    // The lease ends by itself while the database is away.
                    let _ = self.tend().await;
                }
                () = tokio::time::sleep_until(deadline) => {}
                changed = stopped.changed() => {
                    // Nobody is left to wait for it.
                    let patience = if changed.is_ok() { *stopped.borrow() } else { None };
                    deadline = from_now(patience);
                }
            }
        }
        self.running.values_mut().for_each(|running| running.end(Outcome::Released));
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(RELEASE, ended).await.is_err() {
            tracing::warn!(
                plugin = self.plugin.description().name,
                "jobs could not be put back; their leases will end"
            );
        }
    }
}

impl Running {
    fn end(&mut self, outcome: Outcome) {
        if let Some(tell) = self.tell.take() {
            // It may have ended by itself meanwhile.
            let _ = tell.send(outcome);
        }
    }
}
