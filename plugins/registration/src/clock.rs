//! The hospital's clock: which day it is and what time of day, in its time zone.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::{DateTime, Duration, NaiveDateTime, TimeZone, Timelike};
use chrono_tz::Tz;
use ward_sdk::{clock, config, log};

use crate::domain::{Day, TimeOfDay, Timestamp};
use crate::failure::Failure;

/// The setting that names the time zone.
const SETTING: &str = "time_zone";

/// Without a setting.
const DEFAULT: Tz = Tz::Asia__Shanghai;

/// This moment, at the hospital. As an extractor it reads the host's clock and the setting `time_zone`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The moment.
    pub at: Timestamp,
    /// The day there.
    pub today: Day,
    /// The time of day there, to the minute.
    pub time: TimeOfDay,
    zone: Tz,
}

/// This moment.
pub fn now() -> Result<Now, Failure> {
    let zone = match config::setting(SETTING) {
        None => DEFAULT,
        Some(name) => name.parse().map_err(|_| {
            log::error!("the setting {SETTING} is no name of the IANA time zone database");
            Failure::internal()
        })?,
    };
    Ok(Now::at(clock::now().into(), zone))
}

impl Now {
    /// A moment in a time zone.
    #[must_use]
    pub fn at(at: Timestamp, zone: Tz) -> Self {
        let local = at.utc().with_timezone(&zone);
        let minutes = |number: u32| u16::try_from(number).unwrap_or_default();
        let time = TimeOfDay::new(minutes(local.hour()), minutes(local.minute()));
        Self { at, today: Day(local.date_naive()), time, zone }
    }

    fn zoned(&self, at: Timestamp) -> DateTime<Tz> {
        at.utc().with_timezone(&self.zone)
    }

    /// The day that a moment is on.
    #[must_use]
    pub fn day_of(&self, at: Timestamp) -> Day {
        Day(self.zoned(at).date_naive())
    }

    /// The time of day that a moment is at.
    #[must_use]
    pub fn time_of(&self, at: Timestamp) -> TimeOfDay {
        Self::at(at, self.zone).time
    }

    /// As the API writes moments: `2025-11-20T10:00:00`, the hospital's time.
    #[must_use]
    pub fn local(&self, at: Timestamp) -> String {
        self.zoned(at).format("%Y-%m-%dT%H:%M:%S").to_string()
    }

    /// As it writes them where a blank stands between day and time.
    #[must_use]
    pub fn local_spaced(&self, at: Timestamp) -> String {
        self.zoned(at).format("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// As it writes them with microseconds.
    #[must_use]
    pub fn local_micros(&self, at: Timestamp) -> String {
        self.zoned(at).format("%Y-%m-%dT%H:%M:%S%.6f").to_string()
    }

    /// The moment at which a day's clock says `time`. Where the clock is put forward over it, the first
    /// moment after; where it is put back, the first of both.
    #[must_use]
    pub fn moment(&self, day: Day, time: TimeOfDay) -> Timestamp {
        let midnight = day.0.and_time(chrono::NaiveTime::MIN);
        let local = midnight + Duration::minutes(time.minutes().into());
        Timestamp::from_millis(earliest(self.zone, local).timestamp_millis())
    }

    /// The first moment of a day.
    #[must_use]
    pub fn start_of(&self, day: Day) -> Timestamp {
        self.moment(day, TimeOfDay::new(0, 0))
    }
}

/// Clocks are put forward by at most some hours: half an hour later there is a time again, or half an hour
/// after that.
fn earliest(zone: Tz, local: NaiveDateTime) -> DateTime<Tz> {
    let mut later = (0..48).map(|halves| local + Duration::minutes(30 * halves));
    let found = later.find_map(|local| zone.from_local_datetime(&local).earliest());
    found.unwrap_or_else(|| zone.from_utc_datetime(&local))
}

impl<S: Send + Sync> FromRequestParts<S> for Now {
    type Rejection = Failure;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Failure> {
        now()
    }
}

#[cfg(test)]
mod tests {
    use super::Now;
    use crate::domain::{TimeOfDay, Timestamp};
    use chrono_tz::Tz;

    fn at(utc: &str, zone: Tz) -> Now {
        let utc = chrono::DateTime::parse_from_rfc3339(utc).expect("a moment");
        Now::at(Timestamp::from_millis(utc.timestamp_millis()), zone)
    }

    #[test]
    fn the_day_is_the_hospitals_and_not_londons() {
        let now = at("2025-12-31T16:00:00Z", Tz::Asia__Shanghai);
        assert_eq!((now.today.to_string().as_str(), now.time), ("2026-01-01", TimeOfDay::new(0, 0)));
        let before = at("2025-12-31T15:59:59.999Z", Tz::Asia__Shanghai);
        assert_eq!((before.today.to_string().as_str(), before.time), ("2025-12-31", TimeOfDay::new(23, 59)));
        assert_eq!(before.local(before.at), "2025-12-31T23:59:59");
        assert_eq!(now.local_spaced(now.at), "2026-01-01 00:00:00");
        assert_eq!(now.local_micros(now.at), "2026-01-01T00:00:00.000000");
    }

    #[test]
    fn a_moment_is_where_the_hospitals_clock_says_so() {
        let now = at("2025-11-20T00:00:00Z", Tz::Asia__Shanghai);
        let moment = now.moment("2025-11-21".parse().expect("a day"), TimeOfDay::new(8, 30));
        assert_eq!(now.local(moment), "2025-11-21T08:30:00");
        assert_eq!(moment.utc().to_rfc3339(), "2025-11-21T00:30:00+00:00");
        assert_eq!(now.day_of(moment).to_string(), "2025-11-21");
    }

    #[test]
    fn a_time_that_the_clock_skips_is_the_first_after_it() {
        let now = at("2025-03-01T00:00:00Z", Tz::Europe__Berlin);
        let skipped = now.moment("2025-03-30".parse().expect("a day"), TimeOfDay::new(2, 30));
        assert_eq!(now.local(skipped), "2025-03-30T03:00:00");
        let twice = now.moment("2025-10-26".parse().expect("a day"), TimeOfDay::new(2, 30));
        assert_eq!(twice.utc().to_rfc3339(), "2025-10-26T00:30:00+00:00");
    }
}
