//! Points in time, days and times of day.
//!
//! A point in time is the same everywhere; which day it is on and what the clock says there depends on the
//! hospital's time zone: see [`crate::clock`].

use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;
use ward_sdk::sql::{FromValue, ToValue, Value};

/// Milliseconds since 1970, UTC; in the database a `BIGINT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since 1970.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub fn millis(self) -> i64 {
        self.0
    }

    /// So many minutes later, or earlier.
    #[must_use]
    pub fn plus_minutes(self, minutes: i64) -> Self {
        Self(self.0.saturating_add(minutes.saturating_mul(60_000)))
    }

    /// In UTC.
    #[must_use]
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or_default()
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at.timestamp_millis())
    }
}

/// A day of the hospital's calendar. Written as `2025-11-20`; in the database a `BIGINT` of days since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
#[schema(value_type = String, format = Date, example = "2025-11-20")]
pub struct Day(pub NaiveDate);

impl Day {
    /// From days since 1970.
    #[must_use]
    pub fn from_number(days: i64) -> Option<Self> {
        let days = i32::try_from(days).ok()?;
        NaiveDate::from_epoch_days(days).map(Self)
    }

    /// Days since 1970.
    #[must_use]
    pub fn number(self) -> i64 {
        i64::from(self.0.to_epoch_days())
    }

    /// So many days later; the last day there is, where there are no more.
    #[must_use]
    pub fn plus(self, days: u32) -> Self {
        Self(self.0.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX))
    }

    /// So many days earlier.
    #[must_use]
    pub fn minus(self, days: u32) -> Self {
        Self(self.0.checked_sub_days(Days::new(days.into())).unwrap_or(NaiveDate::MIN))
    }

    /// Days from `earlier` to this day; negative if it is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> i64 {
        self.number() - earlier.number()
    }

    /// 一 to 日.
    #[must_use]
    pub fn weekday(self) -> &'static str {
        const NAMES: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];
        NAMES[self.0.weekday().num_days_from_monday() as usize]
    }
}

/// Four digits, two and two: `2025-11-20`, in the years that calendars have.
impl FromStr for Day {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let shape = text.len() == 10 && text.is_ascii();
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| ())?;
        if shape && (1900..=9999).contains(&day.year()) { Ok(Self(day)) } else { Err(()) }
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}", self.0.format("%Y-%m-%d"))
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        into.collect_str(self)
    }
}

/// A time of day, to the minute. Written as `08:00`; in the database a `BIGINT` of minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = String, example = "08:00")]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// An hour and a minute.
    ///
    /// # Panics
    /// Where the day has no such time; in a constant that is a compile error.
    #[must_use]
    pub const fn new(hour: u16, minute: u16) -> Self {
        assert!(hour < 24 && minute < 60, "no time of day");
        Self(hour * 60 + minute)
    }

    /// Minutes since midnight.
    #[must_use]
    pub fn minutes(self) -> u16 {
        self.0
    }
}

/// Two digits and two: `08:00` to `23:59`.
impl FromStr for TimeOfDay {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (hour, minute) = text.split_once(':').ok_or(())?;
        let number = |text: &str| match text.len() {
            2 if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse::<u16>().map_err(|_| ()),
            _ => Err(()),
        };
        match (number(hour)?, number(minute)?) {
            (hour, minute) if hour < 24 && minute < 60 => Ok(Self::new(hour, minute)),
            _ => Err(()),
        }
    }
}

impl std::fmt::Display for TimeOfDay {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        into.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(|()| de::Error::custom("no time of day"))
    }
}

macro_rules! columns {
    ($($type:ident $expected:literal: $to:expr, $from:expr;)+) => {$(
        impl ToValue for $type {
            fn to_value(&self) -> Value {
                Value::Int64($to(*self))
            }
        }

        impl FromValue for $type {
            const EXPECTED: &'static str = $expected;

            fn from_value(value: &Value) -> Option<Self> {
                i64::from_value(value).and_then($from)
            }
        }
    )+};
}

columns! {
    Timestamp "milliseconds since 1970": Timestamp::millis, |millis| Some(Timestamp(millis));
    Day "days since 1970": Day::number, Day::from_number;
    TimeOfDay "minutes since midnight": |time: TimeOfDay| i64::from(time.0),
        |minutes| u16::try_from(minutes).ok().filter(|minutes| *minutes < 24 * 60).map(TimeOfDay);
}

#[cfg(test)]
mod tests {
    use super::{Day, TimeOfDay};
    use proptest::prelude::{any, proptest};
    use ward_sdk::sql::{FromValue, ToValue};

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn days_step_over_months_and_years() {
        assert_eq!(day("2024-02-28").plus(1), day("2024-02-29"));
        assert_eq!(day("2025-12-31").plus(1), day("2026-01-01"));
        assert_eq!(day("2026-01-01").minus(1), day("2025-12-31"));
        assert_eq!(day("2025-03-01").since(day("2025-02-28")), 1);
    }

    #[test]
    fn week_days_have_chinese_names() {
        assert_eq!(day("2025-10-31").weekday(), "五");
        assert_eq!(day("2025-11-02").weekday(), "日");
    }

    #[test]
    fn other_texts_are_no_day_and_no_time() {
        for wrong in
            ["", "2025-2-3", "2025-02-30", "20251031", "0000-01-01", "2025-10-31T00:00", "二〇二五年", "+2025-01-01"]
        {
            assert_eq!(wrong.parse::<Day>(), Err(()), "{wrong}");
        }
        for wrong in ["", "8:00", "24:00", "12:60", "08:00:00", "0800", "+1:00", "上午"] {
            assert_eq!(wrong.parse::<TimeOfDay>(), Err(()), "{wrong}");
        }
        assert_eq!("23:59".parse::<TimeOfDay>().map(|time| time.to_string()).as_deref(), Ok("23:59"));
    }

    proptest! {
        #[test]
        fn what_is_stored_comes_back(number in -100_000_i64..1_000_000, text in any::<String>()) {
            let day = Day::from_number(number).expect("a day");
            assert_eq!(Day::from_value(&day.to_value()), Some(day));
            let _ = (text.parse::<Day>(), text.parse::<TimeOfDay>());
        }
    }
}
