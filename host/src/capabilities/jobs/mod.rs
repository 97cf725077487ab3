//! `ward:plugin/jobs`: work that outlives the request.

use wasmtime::component::{HasData, Linker, Resource, ResourceTable};

use crate::capabilities::sql::OpenTransaction;
use crate::jobs::{self as queue, JobError, Progress, Queue};
use crate::storage::SqlError;

use bindings::ward::plugin::jobs::{self, Error, JobInfo, NewJob, State};

/// Generated from `wit/jobs.wit`.
#[allow(missing_docs, clippy::pedantic, reason = "generated")]
pub mod bindings {
    wasmtime::component::bindgen!({
        path: "../wit",
        inline: "package ward:jobs-host; world host { import ward:plugin/jobs@0.1.0; }",
        imports: { default: async | trappable },
        with: { "ward:plugin/sql": crate::capabilities::sql::bindings::ward::plugin::sql },
    });
}

/// Jobs that one request may enqueue.
const MOST: usize = 1_000;
/// Characters of a note.
const NOTE_LENGTH: usize = 200;

/// What one request or job may use.
pub struct JobsCtx {
    /// The plugin's queue; `None` if `jobs` is not granted.
    pub queue: Option<Queue>,
    /// Of the job that runs in this instance.
    pub progress: Option<Progress>,
    enqueued: usize,
    /// For how many there was room when the first was enqueued.
    room: Option<usize>,
}

impl JobsCtx {
    /// For a request of a plugin with this queue.
    #[must_use]
    pub fn new(queue: Option<Queue>) -> Self {
        Self { queue, progress: None, enqueued: 0, room: None }
    }

    fn queue(&self) -> Result<&Queue, Error> {
        self.queue.as_ref().ok_or_else(|| Error::Denied("`jobs` is not granted".into()))
    }

    /// Counts a job that is about to be enqueued.
    async fn count(&mut self) -> Result<(), Error> {
        if self.enqueued >= MOST {
            return Err(Error::TooLarge(format!("more than {MOST} jobs in one request")));
        }
        let room = match self.room {
            Some(room) => room,
            None => self.queue()?.room().await?,
        };
        self.room = Some(room);
        if self.enqueued >= room {
            return Err(Error::Full);
        }
        self.enqueued += 1;
        Ok(())
    }

    fn tell(&self, percent: u8, note: Option<String>) -> Result<(), Error> {
        self.queue()?;
        let progress = self.progress.as_ref().ok_or_else(|| Error::Invalid("no job runs here".into()))?;
        if percent > 100 {
            return Err(Error::Invalid("more than 100 per cent".into()));
        }
        let sound = |note: &String| note.chars().count() <= NOTE_LENGTH && !note.contains('\0');
        if !note.as_ref().is_none_or(sound) {
            return Err(Error::TooLarge(format!("a note of more than {NOTE_LENGTH} characters")));
        }
        progress.tell(percent, note);
        Ok(())
    }
}

/// The context and the table that resources live in.
pub struct View<'a> {
    /// Of this request.
    pub ctx: &'a mut JobsCtx,
    /// Of this instance; transactions of `sql` are in it too.
    pub table: &'a mut ResourceTable,
}

struct HasJobs;

impl HasData for HasJobs {
    type Data<'a> = View<'a>;
}

/// Gives a linker the interface.
pub fn add_to_linker<T: Send + 'static>(linker: &mut Linker<T>, view: fn(&mut T) -> View<'_>) -> wasmtime::Result<()> {
    jobs::add_to_linker::<T, HasJobs>(linker, view)
}

impl jobs::Host for View<'_> {
    async fn enqueue(
        &mut self,
        job: NewJob,
        transaction: Resource<OpenTransaction>,
    ) -> wasmtime::Result<Result<String, Error>> {
        if let Err(error) = self.ctx.count().await {
            return Ok(Err(error));
        }
        let transaction = &mut self.table.get_mut(&transaction)?.0;
        Ok(match self.ctx.queue() {
            Ok(queue) => queue.enqueue(&job.into(), transaction).await.map_err(Error::from),
            Err(error) => Err(error),
        })
    }

    async fn cancel(
        &mut self,
        id: String,
        transaction: Resource<OpenTransaction>,
    ) -> wasmtime::Result<Result<State, Error>> {
        let transaction = &mut self.table.get_mut(&transaction)?.0;
        Ok(match self.ctx.queue() {
            Ok(queue) => queue.cancel(&id, transaction).await.map(State::from).map_err(Error::from),
            Err(error) => Err(error),
        })
    }

    async fn look_up(&mut self, id: String) -> wasmtime::Result<Result<JobInfo, Error>> {
        Ok(match self.ctx.queue() {
            Ok(queue) => queue.look_up(&id).await.map(JobInfo::from).map_err(Error::from),
            Err(error) => Err(error),
        })
    }

    async fn progress(&mut self, percent: u8, note: Option<String>) -> wasmtime::Result<Result<(), Error>> {
        Ok(self.ctx.tell(percent, note))
    }
}

impl From<NewJob> for queue::NewJob {
    fn from(job: NewJob) -> Self {
        let NewJob { kind, payload, priority, delay_ms, attempts, key } = job;
        Self { kind, payload, priority, delay_ms, attempts, key }
    }
}

impl From<queue::State> for State {
    fn from(state: queue::State) -> Self {
        match state {
            queue::State::Waiting => Self::Waiting,
            queue::State::Running => Self::Running,
            queue::State::Done => Self::Done,
            queue::State::Dead => Self::Dead,
            queue::State::Cancelled => Self::Cancelled,
        }
    }
}

impl From<queue::Info> for JobInfo {
    fn from(info: queue::Info) -> Self {
        Self {
            id: info.id,
            kind: info.kind,
            state: info.state.into(),
            attempt: u32::try_from(info.attempt).unwrap_or(u32::MAX),
            priority: i32::try_from(info.priority).unwrap_or_default(),
            percent: info.percent.and_then(|percent| u8::try_from(percent).ok()),
            note: info.note,
            reason: info.reason,
            created: info.created,
            started: info.started,
            ended: info.ended,
        }
    }
}

impl From<SqlError> for Error {
    fn from(error: SqlError) -> Self {
        match error {
            SqlError::Conflict => Self::Conflict,
            SqlError::Invalid(what) => Self::Invalid(what),
            SqlError::Denied(what) => Self::Denied(what),
            SqlError::TooLarge(what) => Self::TooLarge(what),
            _ => Self::Unavailable,
        }
    }
}

impl From<JobError> for Error {
    fn from(error: JobError) -> Self {
        match error {
            JobError::NotFound => Self::NotFound,
            JobError::Invalid(what) => Self::Invalid(what),
            JobError::TooLarge(what) => Self::TooLarge(what),
            JobError::Full => Self::Full,
            JobError::Sql(error) => error.into(),
        }
    }
}
