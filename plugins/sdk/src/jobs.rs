//! Work that outlives the request that asked for it.
//!
//! A kind of job is a type: what it carries, and what is done with it.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use ward_sdk::jobs::{self, Failure, Job, Work};
//! use ward_sdk::prelude::*;
//!
//! #[derive(Serialize, Deserialize)]
//! struct Greet {
//!     name: String,
//! }
//!
//! impl Work for Greet {
//!     const KIND: &'static str = "greet";
//!
//!     fn run(self, job: &Job) -> Result<(), Failure> {
//!         // May have been done before: what must not be done twice is tied to `job.idempotency_key`.
//!         if self.name.is_empty() { Err(Failure::give_up("nobody to greet")) } else { Ok(()) }
//!     }
//! }
//!
//! ward_sdk::plugin! {
//!     name: "greeter",
//!     version: "1.0.0",
//!     capabilities: [Sql, Jobs],
//!     router: OpenApiRouter::new,
//!     jobs: &[jobs::handler::<Greet>()],
//! }
//! ```
//!
//! It is enqueued in a transaction: `sql::transaction(|tx| jobs::enqueue(&Greet { … }, tx))`.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::bindings::exports::ward::plugin::background as export;
use crate::bindings::ward::plugin::jobs as wit;
use crate::plugin::Plugin;
use crate::queued::noted;
use crate::sql::{self, Transaction};

pub use crate::bindings::exports::ward::plugin::background::Job;
pub use crate::bindings::ward::plugin::jobs::{JobInfo, State};
pub use crate::queued::Error;

/// A kind of job.
pub trait Work: Serialize + DeserializeOwned {
    /// Its name: lower-case letters, digits, `-`, `_` and `.`, a letter first.
    const KIND: &'static str;

    /// Does it. Runs at least once, in an instance of its own.
    fn run(self, job: &Job) -> Result<(), Failure>;
}

/// Runs one kind of job.
#[derive(Clone, Copy, Debug)]
pub struct Handler {
    kind: &'static str,
    run: fn(&Job) -> Result<(), Failure>,
}

/// The handler of a kind of job.
#[must_use]
pub const fn handler<W: Work>() -> Handler {
    Handler { kind: W::KIND, run: run_one::<W> }
}

fn run_one<W: Work>(job: &Job) -> Result<(), Failure> {
    // The error would quote the payload.
    let work: W = serde_json::from_str(&job.payload).map_err(|_| Failure::give_up("the payload does not fit"))?;
    work.run(job)
}

/// Finds the handler of a job.
pub(crate) fn run(plugin: &Plugin, job: &Job) -> Result<(), export::Failure> {
    let handler = plugin.jobs.iter().find(|handler| handler.kind == job.kind);
    let outcome = match handler {
        Some(handler) => (handler.run)(job),
        None => Err(Failure::give_up("this version of the plugin does not know the kind of job")),
    };
    outcome.map_err(|failure| export::Failure {
        reason: failure.reason,
        again: failure.again,
        after_ms: failure.after.map(milliseconds),
    })
}

/// Why an attempt failed. The reason is kept with the job, and is not written to the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Failure {
    reason: String,
    again: bool,
    after: Option<Duration>,
}

impl Failure {
    /// Another attempt could do better: it is made after a while, longer after each failure.
    pub fn again(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), again: true, after: None }
    }

    /// The same, after this time.
    pub fn again_after(reason: impl Into<String>, after: Duration) -> Self {
        Self { after: Some(after), ..Self::again(reason) }
    }

    /// No attempt could do better: the job is dead.
    pub fn give_up(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), again: false, after: None }
    }
}

/// The database may be back later.
impl From<sql::Error> for Failure {
    fn from(error: sql::Error) -> Self {
        Self::again(error.to_string())
    }
}

/// A job to be enqueued.
#[derive(Clone, Debug)]
pub struct NewJob(wit::NewJob);

impl NewJob {
    /// An ordinary job of this work, to be run at once.
    pub fn of<W: Work>(work: &W) -> Result<Self, Error> {
        let payload = serde_json::to_string(work).map_err(|error| Error::Invalid(error.to_string()))?;
        Ok(Self(wit::NewJob { kind: W::KIND.to_owned(), payload, priority: 0, delay_ms: 0, attempts: None, key: None }))
    }

    /// From -100 to 100; the highest runs first.
    #[must_use]
    pub fn priority(mut self, priority: i32) -> Self {
        self.0.priority = priority;
        self
    }

    /// Not before this time has passed.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.0.delay_ms = milliseconds(delay);
        self
    }

    /// How often it may fail.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = Some(attempts);
        self
    }

    /// There is one job of this key: a second gives the first.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.0.key = Some(key.into());
        self
    }

    /// Enqueues it, if and when the transaction commits. Gives its id.
    pub fn enqueue(&self, within: &Transaction) -> Result<String, Error> {
        noted(within, wit::enqueue(&self.0, within.inner()))
    }
}

/// Enqueues an ordinary job, if and when the transaction commits. Gives its id.
pub fn enqueue<W: Work>(work: &W, within: &Transaction) -> Result<String, Error> {
    NewJob::of(work)?.enqueue(within)
}

/// Cancels a job, if and when the transaction commits. Gives the state it has then.
pub fn cancel(id: &str, within: &Transaction) -> Result<State, Error> {
    noted(within, wit::cancel(id, within.inner()))
}

/// What is known of a job.
pub fn look_up(id: &str) -> Result<JobInfo, Error> {
    Ok(wit::look_up(id)?)
}

/// Tells how far the job that runs now has come.
pub fn progress(percent: u8, note: Option<&str>) -> Result<(), Error> {
    Ok(wit::progress(percent, note)?)
}

/// What a job of a subscription carries.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Delivered<T> {
    /// The event's name: the same however often it is delivered.
    pub id: String,
    /// Its topic.
    pub topic: String,
    /// When it was published: milliseconds since 1970, UTC.
    pub published: i64,
    /// What it says.
    pub data: T,
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize, Serialize)]
    struct Add {
        left: u32,
        right: u32,
    }

    impl Work for Add {
        const KIND: &'static str = "add";

        fn run(self, _: &Job) -> Result<(), Failure> {
            if self.left + self.right == 3 { Ok(()) } else { Err(Failure::again("not three")) }
        }
    }

    static PLUGIN: Plugin = Plugin { jobs: &[handler::<Add>()], ..Plugin::empty() };

    fn ran(kind: &str, payload: &str) -> Result<(), (String, bool)> {
        let job = Job {
            id: "1".into(),
            kind: kind.into(),
            payload: payload.into(),
            attempt: 1,
            idempotency_key: "1".into(),
            created: 0,
        };
        run(&PLUGIN, &job).map_err(|failure| (failure.reason, failure.again))
    }

    #[test]
    fn a_job_is_run_by_the_handler_of_its_kind() {
        assert_eq!(ran("add", r#"{"left":1,"right":2}"#), Ok(()));
        assert_eq!(ran("add", r#"{"left":2,"right":2}"#), Err(("not three".into(), true)));
    }

    #[test]
    fn what_no_attempt_can_run_is_given_up_without_quoting_it() {
        assert_eq!(ran("add", r#"{"left":"张伟"}"#), Err(("the payload does not fit".into(), false)));
        assert!(matches!(ran("other", "null"), Err((_, false))));
    }
}
