//! Jobs: to enqueue, to look at, to cancel, and what they do.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use ward_sdk::jobs::{self, Failure, Job, JobInfo, NewJob, State, Work};
use ward_sdk::prelude::*;
use ward_sdk::sql::{self, Connection, Transaction, from_row, params};

pub(crate) fn add(router: OpenApiRouter) -> OpenApiRouter {
    router
        .routes(routes!(enqueue))
        .routes(routes!(enqueue_many))
        .routes(routes!(look_up))
        .routes(routes!(cancel))
        .routes(routes!(steps))
        .routes(routes!(report_outside))
}

/// Begins, waits, computes, fails as often as it is told, ends.
#[derive(Clone, Default, Deserialize, Serialize, ToSchema)]
#[serde(default)]
pub(crate) struct Task {
    text: String,
    wait_ms: u64,
    compute_ms: u64,
    fails: u32,
    give_up: bool,
    /// Fails at once, and says so.
    again_ms: Option<u64>,
}

impl Work for Task {
    const KIND: &'static str = "task";

    fn run(self, job: &Job) -> Result<(), Failure> {
        self.write(job, "began")?;
        jobs::progress(50, Some("half")).map_err(|error| Failure::give_up(error.to_string()))?;
        std::thread::sleep(Duration::from_millis(self.wait_ms));
        let started = Instant::now();
        while started.elapsed() < Duration::from_millis(self.compute_ms) {}
        let reason = format!("attempt {} of {}", job.attempt, self.text);
        if self.give_up {
            return Err(Failure::give_up(reason));
        }
        if job.attempt <= self.fails {
            return Err(match self.again_ms {
                Some(after) => Failure::again_after(reason, Duration::from_millis(after)),
                None => Failure::again(reason),
            });
        }
        Ok(self.write(job, "ended")?)
    }
}

impl Task {
    fn write(&self, job: &Job, step: &str) -> Result<(), sql::Error> {
        const INSERT: &str = "INSERT INTO step (place, job, attempt, key, text, step) \
             SELECT coalesce(max(place), 0) + 1, $1, $2, $3, $4, $5 FROM step";
        sql::transaction(|tx| {
            tx.execute(INSERT, &params![job.id, i64::from(job.attempt), job.idempotency_key, self.text, step])
        })?;
        Ok(())
    }
}

#[derive(Deserialize, ToSchema)]
struct Wanted {
    #[serde(flatten)]
    task: Task,
    #[serde(default)]
    priority: i32,
    #[serde(default)]
    delay_ms: u64,
    attempts: Option<u32>,
    key: Option<String>,
    /// Enqueues, and then does not commit.
    #[serde(default)]
    roll_back: bool,
}

#[derive(Serialize, ToSchema)]
struct Enqueued {
    id: String,
}

#[derive(thiserror::Error, Debug)]
enum Error {
    #[error(transparent)]
    Sql(#[from] sql::Error),
    #[error(transparent)]
    Jobs(#[from] jobs::Error),
    #[error("rolled back")]
    RolledBack(String),
}

fn problem(error: jobs::Error) -> Problem {
    match error {
        jobs::Error::Invalid(why) | jobs::Error::TooLarge(why) => Problem::new(ProblemKind::Malformed, why),
        other => other.into(),
    }
}

fn put(wanted: &Wanted, tx: &Transaction) -> Result<String, Error> {
    let mut job = NewJob::of(&wanted.task)?.priority(wanted.priority).delay(Duration::from_millis(wanted.delay_ms));
    if let Some(attempts) = wanted.attempts {
        job = job.attempts(attempts);
    }
    if let Some(key) = &wanted.key {
        job = job.key(key);
    }
    let id = job.enqueue(tx)?;
    if wanted.roll_back { Err(Error::RolledBack(id)) } else { Ok(id) }
}

#[utoipa::path(post, path = "/jobs", operation_id = "enqueue", responses((status = 200, body = Enqueued)))]
async fn enqueue(Json(wanted): Json<Wanted>) -> Result<Json<Enqueued>, Problem> {
    match sql::transaction(|tx| put(&wanted, tx)) {
        Ok(id) | Err(Error::RolledBack(id)) => Ok(Json(Enqueued { id })),
        Err(Error::Jobs(error)) => Err(problem(error)),
        Err(Error::Sql(error)) => Err(error.into()),
    }
}

#[derive(Deserialize, IntoParams)]
struct Many {
    count: u32,
}

/// Answers how many were enqueued before the host refused one, and commits those.
#[utoipa::path(post, path = "/jobs/many", operation_id = "enqueue_many", params(Many),
    responses((status = 200, body = u32)))]
async fn enqueue_many(Query(many): Query<Many>) -> Result<Json<u32>, Problem> {
    let count = sql::transaction(|tx| {
        let mut enqueued = 0;
        while enqueued < many.count && jobs::enqueue(&Task::default(), tx).is_ok() {
            enqueued += 1;
        }
        Ok::<_, sql::Error>(enqueued)
    });
    Ok(Json(count?))
}

#[derive(Serialize, ToSchema)]
struct Shown {
    kind: String,
    state: &'static str,
    attempt: u32,
    priority: i32,
    percent: Option<u8>,
    note: Option<String>,
    reason: Option<String>,
    created: i64,
    started: Option<i64>,
    ended: Option<i64>,
}

impl From<JobInfo> for Shown {
    fn from(info: JobInfo) -> Self {
        let JobInfo { kind, state, attempt, priority, percent, note, reason, created, started, ended, .. } = info;
        Self { kind, state: word(state), attempt, priority, percent, note, reason, created, started, ended }
    }
}

fn word(state: State) -> &'static str {
    match state {
        State::Waiting => "waiting",
        State::Running => "running",
        State::Done => "done",
        State::Dead => "dead",
        State::Cancelled => "cancelled",
    }
}

#[utoipa::path(get, path = "/jobs/{id}", operation_id = "look_up", params(("id" = String, Path)),
    responses((status = 200, body = Shown)))]
async fn look_up(Path(id): Path<String>) -> Result<Json<Shown>, Problem> {
    Ok(Json(jobs::look_up(&id).map_err(problem)?.into()))
}

/// Answers the state that the job has then.
#[utoipa::path(post, path = "/jobs/{id}/cancel", operation_id = "cancel", params(("id" = String, Path)),
    responses((status = 200, body = String)))]
async fn cancel(Path(id): Path<String>) -> Result<Json<&'static str>, Problem> {
    let state = sql::transaction(|tx| jobs::cancel(&id, tx));
    Ok(Json(word(state.map_err(problem)?)))
}

#[derive(Serialize, ToSchema)]
struct Written {
    job: String,
    attempt: i64,
    key: String,
    text: String,
    step: String,
}
from_row!(Written { job, attempt, key, text, step });

/// What jobs have written, in the order of writing.
#[utoipa::path(get, path = "/steps", operation_id = "steps", responses((status = 200, body = Vec<Written>)))]
async fn steps() -> Result<Json<Vec<Written>>, Problem> {
    Ok(Json(sql::query("SELECT job, attempt, key, text, step FROM step ORDER BY place", &[])?))
}

/// Reports where no job runs; answers what the host says to that.
#[utoipa::path(post, path = "/report", operation_id = "report_outside", responses((status = 200, body = String)))]
async fn report_outside() -> Json<String> {
    Json(jobs::progress(1, None).map_or_else(|error| error.to_string(), |()| "reported".to_owned()))
}
