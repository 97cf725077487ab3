//! What a job is.

use crate::storage::SqlError;

/// Letters of a kind.
const NAME_LENGTH: usize = 64;
/// Letters of a key.
const KEY_LENGTH: usize = 200;
/// The longest delay: a year.
const LONGEST_DELAY_MS: u64 = 366 * 24 * 60 * 60 * 1_000;
/// Most failures that a job may ask for.
const MOST_ATTEMPTS: u32 = 100;
/// How often a job may fail that does not say.
const ATTEMPTS: u32 = 8;
/// Priorities go from minus this to this.
const HIGHEST_PRIORITY: i32 = 100;

/// A job to be enqueued.
#[derive(Clone, Debug, Default)]
pub struct NewJob {
    /// What the plugin tells jobs apart by.
    pub kind: String,
    /// JSON.
    pub payload: String,
    /// The highest runs first.
    pub priority: i32,
    /// From the commit on.
    pub delay_ms: u64,
    /// How often it may fail.
    pub attempts: Option<u32>,
    /// There is one job of a key.
    pub key: Option<String>,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// To be run.
    Waiting,
    /// Run by some node.
    Running,
    /// Run to its end.
    Done,
    /// Failed for the last time.
    Dead,
    /// Not to be run any more.
    Cancelled,
}

/// What is known of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// Its number.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// Where it stands.
    pub state: State,
    /// How often it was started.
    pub attempt: i64,
    /// The highest runs first.
    pub priority: i64,
    /// How far it has come.
    pub percent: Option<i64>,
    /// What it says of that.
    pub note: Option<String>,
    /// Why the latest attempt failed.
    pub reason: Option<String>,
    /// When it was enqueued.
    pub created: i64,
    /// When it was started, the latest time.
    pub started: Option<i64>,
    /// When it was done, dead or cancelled.
    pub ended: Option<i64>,
}

/// How one attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Well.
    Done,
    /// Badly.
    Failed {
        /// Why, in a sentence that may be the plugin's.
        reason: String,
        /// Whether another attempt could do better.
        again: bool,
        /// Milliseconds to wait before it, if the plugin said.
        after_ms: Option<u64>,
    },
    /// It was cancelled.
    Cancelled,
    /// The node ends: another attempt follows at once, and this one was no failure.
    Released,
    /// Another node runs it: nothing is to be settled.
    Lost,
}

/// Why a job cannot be enqueued, cancelled or found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// There is none.
    #[error("there is no such job")]
    NotFound,
    /// A value that cannot be.
    #[error("{0}")]
    Invalid(String),
    /// A limit.
    #[error("{0}")]
    TooLarge(String),
    /// As many wait as may.
    #[error("as many jobs wait as may")]
    Full,
    /// The database.
    #[error(transparent)]
    Sql(#[from] SqlError),
}

impl State {
    const ALL: [Self; 5] = [Self::Waiting, Self::Running, Self::Done, Self::Dead, Self::Cancelled];

    /// As the table has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Dead => "dead",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of this name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    pub(super) fn from_name(name: &str) -> Result<Self, SqlError> {
        Self::of(name).ok_or_else(|| SqlError::Invalid("a job is in a state that there is not".into()))
    }
}

impl NewJob {
    /// How often it may fail.
    pub(super) fn most_failures(&self) -> i64 {
        self.attempts.unwrap_or(ATTEMPTS).into()
    }

    /// Refuses what cannot be. The texts quote nothing that was given.
    pub(super) fn check(&self, payload_bytes: usize) -> Result<(), JobError> {
        let invalid = |what: &str| Err(JobError::Invalid(what.to_owned()));
        if !check_name(&self.kind) {
            return invalid("a kind has lower-case letters, digits, `-`, `_` and `.`, a letter first, at most 64");
        }
        check_json(&self.payload, payload_bytes)?;
        if self.priority.unsigned_abs() > HIGHEST_PRIORITY.unsigned_abs() {
            return invalid("a priority is a number from -100 to 100");
        }
        if self.delay_ms > LONGEST_DELAY_MS {
            return invalid("a delay is at most a year");
        }
        if self.attempts.is_some_and(|attempts| !(1..=MOST_ATTEMPTS).contains(&attempts)) {
            return invalid("attempts are a number from 1 to 100");
        }
        let sound = |key: &String| !key.is_empty() && key.chars().count() <= KEY_LENGTH && !key.contains('\0');
        if !self.key.as_ref().is_none_or(sound) {
            return invalid("a key has 1 to 200 characters");
        }
        Ok(())
    }
}

/// Whether this can name a kind or a schedule.
#[must_use]
pub fn check_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
    name.len() <= NAME_LENGTH && name.starts_with(|c: char| c.is_ascii_lowercase()) && name.bytes().all(plain)
}

/// Refuses what is too long or no JSON.
pub(crate) fn check_json(text: &str, most_bytes: usize) -> Result<(), JobError> {
    if text.len() > most_bytes {
        return Err(JobError::TooLarge(format!("more than {most_bytes} bytes of JSON")));
    }
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        // An escaped U+0000 is JSON, and stays six characters in a text.
        Ok(_) => Ok(()),
        Err(error) => Err(JobError::Invalid(format!("no JSON: at line {}, column {}", error.line(), error.column()))),
    }
}
