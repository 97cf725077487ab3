//! Jobs: work that outlives the request that asked for it.
//!
//! The queue of each plugin is a table in the plugin's own schema, so that a job exists exactly when the
//! transaction that enqueued it has committed. Any node may run it; it holds the job by a lease while it
//! does. Each start raises the job's attempt, and who settles a job names the attempt: a node that was
//! taken for dead settles nothing.
//!
//! Payloads, notes and reasons may speak of patients: none of them is ever logged.

mod backoff;
mod claim;
mod job;
mod operator;
mod queue;
mod run;
mod schedule;
mod stats;
#[cfg(test)]
mod tests;
mod worker;

pub(crate) use job::check_json;
pub use job::{Info, JobError, NewJob, Outcome, State, check_name};
pub use operator::{Listed, OperatorError, PAGE};
pub use queue::{Queue, QueueLimits};
pub use run::Progress;
pub use schedule::{ScheduleError, Schedules};
pub use stats::{JobStats, KindStats};
pub use worker::{Handle, start};
