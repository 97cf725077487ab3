//! When a shift is.

use ward_sdk::sql::Connection;

use crate::clock::Now;
use crate::domain::queue::{expected, minutes_each};
use crate::domain::{TimeOfDay, Timestamp};
use crate::failure::Failure;
use crate::store::config::{self, Chain, Registration, ScheduleRules};
use crate::store::orders::Place;

/// Start, end and pace of a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// When it starts.
    pub starts: Timestamp,
    /// When it ends.
    pub ends: Timestamp,
    /// The same on that day's clock.
    pub ends_at: TimeOfDay,
    /// Minutes for each patient.
    pub each: i64,
}

impl Times {
    /// What the configuration says of the shift.
    pub fn of(place: &Place, now: &Now, within: &impl Connection) -> Result<Self, Failure> {
        Ok(Self::new(place, &config::schedule(&chain(place), within)?, now))
    }

    /// The same, with the rules of booking.
    pub fn with_rules(place: &Place, now: &Now, within: &impl Connection) -> Result<(Self, Registration), Failure> {
        let (registration, rules) = config::booking(&chain(place), within)?;
        Ok((Self::new(place, &rules, now), registration))
    }

    fn new(place: &Place, rules: &ScheduleRules, now: &Now) -> Self {
        let ends_at = rules.end(place.section);
        Self {
            starts: now.moment(place.day, rules.start(place.section)),
            ends: now.moment(place.day, ends_at),
            ends_at,
            each: minutes_each(i64::from(rules.consultation_duration), i64::from(rules.interval_time)),
        }
    }

    /// When the patient with this number can expect to be seen.
    #[must_use]
    pub fn expected(&self, number: i64) -> Timestamp {
        expected(number, self.starts, self.ends, self.each)
    }

    /// Until when an order can be called off.
    #[must_use]
    pub fn deadline(&self, hours_before: u32) -> Timestamp {
        self.starts.plus_minutes(-i64::from(hours_before) * 60)
    }
}

/// Whose configuration counts for a schedule.
#[must_use]
pub fn chain(place: &Place) -> Chain {
    Chain { doctor: Some(place.doctor), clinic: Some(place.clinic), minor: Some(place.dept) }
}
