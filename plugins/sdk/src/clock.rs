//! The host's clock.

use std::time::SystemTime;

use chrono::{DateTime, SubsecRound, Utc};

/// Now, in whole milliseconds, as a database keeps it. May not be asked while the router is built.
#[must_use]
pub fn now() -> DateTime<Utc> {
    DateTime::<Utc>::from(SystemTime::now()).trunc_subsecs(3)
}
