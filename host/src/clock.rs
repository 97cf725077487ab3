//! The time, passed in, so that tests can hold it still.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The machine's clock.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place where the time comes from; all others take a `Clock`")]
pub fn system() -> Clock {
    Arc::new(Utc::now)
}

/// Milliseconds since 1970, UTC.
#[must_use]
pub fn millis(clock: &Clock) -> i64 {
    clock().timestamp_millis()
}

/// A clock that stands until it is moved. Clones are the same clock.
#[derive(Clone, Debug)]
pub struct HeldClock(Arc<AtomicI64>);

impl HeldClock {
    /// Stands at `millis` since 1970, UTC.
    #[must_use]
    pub fn at(millis: i64) -> Self {
        Self(Arc::new(AtomicI64::new(millis)))
    }

    /// Moves it to `millis` since 1970, UTC.
    pub fn set(&self, millis: i64) {
        self.0.store(millis, Ordering::SeqCst);
    }

    /// Moves it by `millis`, back if negative.
    pub fn advance(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }

    /// As what reads the time.
    #[must_use]
    pub fn clock(&self) -> Clock {
        let held = self.0.clone();
        Arc::new(move || DateTime::from_timestamp_millis(held.load(Ordering::SeqCst)).unwrap_or(DateTime::UNIX_EPOCH))
    }
}
