//! What behaviour counts against an account, and how much.
//!
//! The score is the sum of the points of the last 90 days, at most 100; so it falls again by itself. At 100
//! the account is kept from booking for 30 days.

use super::Timestamp;

/// Days that an event counts for.
pub const WINDOW_DAYS: u32 = 90;
/// The highest score. Who reaches it is banned from booking.
pub const HIGHEST: i64 = 100;
/// Days of that ban.
pub const BAN_DAYS: u32 = 30;
/// A cancellation is late when it comes less than so many minutes before the shift.
const LATE_MINUTES: i64 = 24 * 60;

/// What counts against an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behavior {
    /// Nobody came.
    NoShow,
    /// Called off on the last day.
    LateCancel,
    /// Many called off in a day.
    CancelBurst,
    /// Many booked in minutes.
    BookingBurst,
}

super::words! {
    Behavior {
        NoShow = "no_show",
        LateCancel = "late_cancel",
        CancelBurst = "cancel_burst",
        BookingBurst = "booking_burst",
    }
    Level { Safe = "SAFE", Low = "LOW", Medium = "MEDIUM", High = "HIGH" }
}

impl Behavior {
    /// What it adds to the score.
    #[must_use]
    pub fn points(self) -> i64 {
        match self {
            Self::NoShow => 30,
            Self::LateCancel => 10,
            Self::CancelBurst | Self::BookingBurst => 20,
        }
    }

    /// One sentence for the log.
    #[must_use]
    pub fn description(self) -> String {
        let what = match self {
            Self::NoShow => "爽约",
            Self::LateCancel => "就诊前24小时内取消",
            Self::CancelBurst => "24小时内频繁取消",
            Self::BookingBurst => "短时间内频繁挂号",
        };
        format!("{what} +{}", self.points())
    }
}

/// A burst: so many of the kind in so many minutes, and noted at most once in so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Burst {
    /// How many make one.
    pub count: u32,
    /// Within so many minutes.
    pub minutes: i64,
    /// Then not again for so many minutes.
    pub pause: i64,
}

/// Bookings by one account.
pub const BOOKINGS: Burst = Burst { count: 5, minutes: 10, pause: 60 };
/// Cancellations by one account.
pub const CANCELLATIONS: Burst = Burst { count: 5, minutes: 24 * 60, pause: 24 * 60 };

impl Burst {
    /// Whether one more now makes a burst, when the `count - 1`th before it was at `earlier` and the last
    /// burst was noted at `noted`.
    #[must_use]
    pub fn is_one(&self, earlier: Option<Timestamp>, noted: Option<Timestamp>, now: Timestamp) -> bool {
        let dense = earlier.is_some_and(|earlier| earlier > now.plus_minutes(-self.minutes));
        dense && noted.is_none_or(|noted| noted <= now.plus_minutes(-self.pause))
    }
}

/// Whether calling off now is late for a shift that starts then.
#[must_use]
pub fn is_late(now: Timestamp, starts: Timestamp) -> bool {
    now > starts.plus_minutes(-LATE_MINUTES)
}

/// How risky an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Below 30.
    Safe,
    /// Below 60.
    Low,
    /// Below 80.
    Medium,
    /// 80 and more.
    High,
}

impl Level {
    /// The lowest score of each level.
    #[must_use]
    pub const fn least(self) -> i64 {
        match self {
            Self::Safe => 0,
            Self::Low => 30,
            Self::Medium => 60,
            Self::High => 80,
        }
    }

    /// The level of a score.
    #[must_use]
    pub fn of(score: i64) -> Self {
        let levels = [Self::High, Self::Medium, Self::Low];
        levels.into_iter().find(|level| score >= level.least()).unwrap_or(Self::Safe)
    }
}

/// The score that a sum of points is.
#[must_use]
pub fn score(points: i64) -> i64 {
    points.clamp(0, HIGHEST)
}

#[cfg(test)]
mod tests {
    use super::{BOOKINGS, Behavior, Level, is_late, score};
    use crate::domain::{Timestamp, Word};

    const NOW: Timestamp = Timestamp::from_millis(1_763_600_000_000);

    #[test]
    fn two_no_shows_are_a_medium_risk() {
        let two = score(2 * Behavior::NoShow.points());
        assert_eq!((two, Level::of(two)), (60, Level::Medium));
        assert_eq!(Behavior::NoShow.description(), "爽约 +30");
    }

    #[test]
    fn scores_have_levels_and_an_end() {
        let levels = [0, 29, 30, 59, 60, 79, 80, 100].map(|score| Level::of(score).word());
        assert_eq!(levels, ["SAFE", "SAFE", "LOW", "LOW", "MEDIUM", "MEDIUM", "HIGH", "HIGH"]);
        assert_eq!(score(400), 100);
    }

    #[test]
    fn the_last_day_before_the_shift_is_late() {
        assert!(!is_late(NOW, NOW.plus_minutes(24 * 60)));
        assert!(is_late(NOW, NOW.plus_minutes(24 * 60 - 1)));
    }

    #[test]
    fn five_in_ten_minutes_are_a_burst_once_an_hour() {
        let before = |minutes: i64| Some(NOW.plus_minutes(-minutes));
        assert!(BOOKINGS.is_one(before(9), None, NOW));
        assert!(!BOOKINGS.is_one(before(10), None, NOW));
        assert!(!BOOKINGS.is_one(None, None, NOW));
        assert!(!BOOKINGS.is_one(before(9), before(59), NOW));
        assert!(BOOKINGS.is_one(before(9), before(60), NOW));
    }
}
