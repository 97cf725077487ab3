//! Points in time, as Python's APIs write them.

use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, Utc};
use serde::{Serialize, Serializer};

use crate::sql::{FromValue, ToValue, Value};

/// Microseconds since 1970, UTC. Written as `2025-10-06T17:04:07.089288`, without a zone; in the database
/// a `BIGINT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The host's clock.
    #[must_use]
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }

    /// Its year, UTC.
    #[must_use]
    pub fn year(self) -> i32 {
        DateTime::<Utc>::from_timestamp_micros(self.0).unwrap_or(DateTime::<Utc>::MAX_UTC).year()
    }

    /// From milliseconds since 1970.
    #[must_use]
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1000))
    }

    /// The beginning of what `text` means as the start of a span: a day, or a point in time.
    #[must_use]
    pub fn start_of(text: &str) -> Option<Self> {
        moment(text).or_else(|| Some(Self::midnight(day(text)?)))
    }

    /// The first moment after what `text` means as the end of a span: all of a day, or a point in time.
    #[must_use]
    pub fn end_of(text: &str) -> Option<Self> {
        let after = |at: Self| Self(at.0.saturating_add(1));
        moment(text).map(after).or_else(|| Some(Self::midnight(day(text)?.checked_add_days(Days::new(1))?)))
    }

    fn midnight(day: NaiveDate) -> Self {
        Self(day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_micros())
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

/// With a zone, or without one as UTC.
fn moment(text: &str) -> Option<Timestamp> {
    let zoned = DateTime::parse_from_rfc3339(text).map(|at| at.timestamp_micros());
    let local = |format| NaiveDateTime::parse_from_str(text, format).map(|at| at.and_utc().timestamp_micros());
    let plain = || local("%Y-%m-%dT%H:%M:%S%.f").or_else(|_| local("%Y-%m-%dT%H:%M"));
    zoned.or_else(|_| plain()).or_else(|_| local("%Y-%m-%d %H:%M:%S%.f")).ok().map(Timestamp)
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let at = DateTime::<Utc>::from_timestamp_micros(self.0).unwrap_or(DateTime::<Utc>::MAX_UTC);
        write!(out, "{}", at.format("%Y-%m-%dT%H:%M:%S%.6f"))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        into.collect_str(self)
    }
}

impl ToValue for Timestamp {
    fn to_value(&self) -> Value {
        Value::Int64(self.0)
    }
}

impl FromValue for Timestamp {
    const EXPECTED: &'static str = "microseconds since 1970";

    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn written_with_six_digits_and_without_a_zone() {
        assert_eq!(Timestamp(1_759_770_247_089_288).to_string(), "2025-10-06T17:04:07.089288");
        assert_eq!(Timestamp::from_millis(1_759_770_247_000).to_string(), "2025-10-06T17:04:07.000000");
        assert!(Timestamp(i64::MAX).to_string().starts_with('+'));
        assert_eq!(Timestamp(1_759_770_247_089_288).year(), 2025);
    }

    #[test]
    fn a_day_is_a_span_and_a_moment_is_not() {
        let (start, end) = (Timestamp::start_of("2025-10-06"), Timestamp::end_of("2025-10-06"));
        assert_eq!(start.map(|at| at.to_string()).as_deref(), Some("2025-10-06T00:00:00.000000"));
        assert_eq!(end.map(|at| at.to_string()).as_deref(), Some("2025-10-07T00:00:00.000000"));
        let noon = Timestamp::start_of("2025-10-06T12:00:00");
        assert_eq!(noon, Timestamp::start_of("2025-10-06T14:00:00+02:00"));
        assert_eq!(noon, Timestamp::start_of("2025-10-06T12:00:00.000Z"));
        assert_eq!(noon, Timestamp::start_of("2025-10-06T12:00"));
        assert_eq!(noon, Timestamp::start_of("2025-10-06 12:00:00"));
    }

    #[test]
    fn other_texts_are_no_time() {
        for wrong in ["", "yesterday", "2025-13-01", "2025-02-30", "20251006", "9999999-01-01", "汉字"] {
            assert_eq!(Timestamp::start_of(wrong), None, "{wrong}");
            assert_eq!(Timestamp::end_of(wrong), None, "{wrong}");
        }
    }
}
