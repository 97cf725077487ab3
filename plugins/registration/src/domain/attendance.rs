//! Attendance: when and where a doctor checks in to a shift, and how long is said in words.

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Now;
use crate::domain::{Day, TimeOfDay, Timestamp};
use crate::failure::Failure;

/// How long before a shift one may check in, in minutes.
pub const EARLY: i64 = 60;

/// When a shift begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// Its day.
    pub day: Day,
    /// Its first minute.
    pub start: TimeOfDay,
    /// The minute after its last.
    pub end: TimeOfDay,
}

/// When the doctor came and went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    /// Came.
    pub checkin: Option<Timestamp>,
    /// Went.
    pub checkout: Option<Timestamp>,
}

/// How a doctor's own day stands (`shiftStatus.status`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShiftStatus {
    /// Not checked in.
    NotCheckin,
    /// Checked in, the shift not over.
    CheckedIn,
    /// The shift is over, not checked out.
    CheckoutPending,
    /// Checked out.
    CheckedOut,
}

/// How a shift stands in the list of shifts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListedStatus {
    /// Nobody has checked in, and cannot now.
    NotStarted,
    /// One can check in.
    CheckingIn,
    /// Checked in, not out.
    CheckoutPending,
    /// Checked out.
    CheckedOut,
}

crate::domain::words! {
    ShiftStatus {
        NotCheckin = "not_checkin", CheckedIn = "checked_in", CheckoutPending = "checkout_pending",
        CheckedOut = "checked_out",
    }
    ListedStatus {
        NotStarted = "not_started", CheckingIn = "checking_in", CheckoutPending = "checkout_pending",
        CheckedOut = "checked_out",
    }
}

impl Hours {
    /// The moment it begins.
    #[must_use]
    pub fn starts(&self, now: &Now) -> Timestamp {
        now.moment(self.day, self.start)
    }

    /// The moment it is over.
    #[must_use]
    pub fn ends(&self, now: &Now) -> Timestamp {
        now.moment(self.day, self.end)
    }

    /// Whether one can check in now: on its day, from an hour before it until it is over.
    pub fn may_check_in(&self, now: &Now) -> Result<(), Failure> {
        let opens = self.starts(now).plus_minutes(-EARLY);
        if self.day != now.today {
            Err(Failure::refused("只能签到当天的班次"))
        } else if now.at < opens {
            Err(Failure::refused(format!("未到签到时间，最早可提前{EARLY}分钟签到")))
        } else if now.at >= self.ends(now) {
            Err(Failure::refused("班次已结束，无法签到"))
        } else {
            Ok(())
        }
    }

    /// How it stands for the doctor.
    #[must_use]
    pub fn status(&self, presence: Presence, now: &Now) -> ShiftStatus {
        match presence {
            Presence { checkout: Some(_), .. } => ShiftStatus::CheckedOut,
            Presence { checkin: None, .. } => ShiftStatus::NotCheckin,
            _ if now.at < self.ends(now) => ShiftStatus::CheckedIn,
            _ => ShiftStatus::CheckoutPending,
        }
    }

    /// How it stands in the list.
    #[must_use]
    pub fn listed(&self, presence: Presence, now: &Now) -> ListedStatus {
        match self.status(presence, now) {
            ShiftStatus::CheckedOut => ListedStatus::CheckedOut,
            ShiftStatus::CheckedIn | ShiftStatus::CheckoutPending => ListedStatus::CheckoutPending,
            ShiftStatus::NotCheckin if self.may_check_in(now).is_ok() => ListedStatus::CheckingIn,
            ShiftStatus::NotCheckin => ListedStatus::NotStarted,
        }
    }
}

/// A point on the earth, in degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Spot {
    /// North of the equator.
    pub latitude: f64,
    /// East of Greenwich.
    pub longitude: f64,
}

impl Spot {
    /// Metres between two points, along the earth as a ball.
    #[must_use]
    pub fn metres_to(self, other: Self) -> f64 {
        const RADIUS: f64 = 6_371_000.0;
        let half = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
        let across = self.latitude.to_radians().cos() * other.latitude.to_radians().cos();
        let chord = half(other.latitude - self.latitude) + across * half(other.longitude - self.longitude);
        2.0 * RADIUS * chord.clamp(0.0, 1.0).sqrt().asin()
    }
}

/// A span in words: `1小时20分钟`, `5分钟`; begun minutes do not count.
#[must_use]
pub fn span(from: Timestamp, to: Timestamp) -> String {
    let minutes = (to.millis() - from.millis()).max(0) / 60_000;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}分钟"),
        (hours, 0) => format!("{hours}小时"),
        (hours, minutes) => format!("{hours}小时{minutes}分钟"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Hours, ListedStatus, Presence, ShiftStatus, Spot, span};
    use crate::clock::Now;
    use crate::domain::{TimeOfDay, Timestamp};
    use chrono_tz::Tz;

    /// In Shanghai, on 2025-11-20 unless the text says otherwise.
    fn at(time: &str) -> Now {
        let text = if time.len() > 5 { format!("{time}:00+08:00") } else { format!("2025-11-20T{time}:00+08:00") };
        let moment = chrono::DateTime::parse_from_rfc3339(&text).expect("a moment");
        Now::at(Timestamp::from_millis(moment.timestamp_millis()), Tz::Asia__Shanghai)
    }

    fn morning() -> Hours {
        let day = "2025-11-20".parse().expect("a day");
        Hours { day, start: TimeOfDay::new(8, 0), end: TimeOfDay::new(12, 0) }
    }

    #[test]
    fn one_checks_in_from_an_hour_before_until_the_end() {
        let may = |time: &str| morning().may_check_in(&at(time)).map_err(|failure| failure.msg.into_owned());
        assert_eq!(may("07:00"), Ok(()));
        assert_eq!(may("11:59"), Ok(()));
        assert_eq!(may("06:59"), Err("未到签到时间，最早可提前60分钟签到".to_owned()));
        assert_eq!(may("12:00"), Err("班次已结束，无法签到".to_owned()));
        assert_eq!(may("2025-11-19T08:30"), Err("只能签到当天的班次".to_owned()));
        assert_eq!(may("2025-11-21T08:30"), Err("只能签到当天的班次".to_owned()));
    }

    #[test]
    fn a_shift_passes_through_its_states() {
        let hours = morning();
        let (came, went) = (Some(at("08:05").at), Some(at("11:58").at));
        let none = Presence::default();
        let here = Presence { checkin: came, checkout: None };
        let gone = Presence { checkin: came, checkout: went };
        let both = |presence, time: &str| (hours.status(presence, &at(time)), hours.listed(presence, &at(time)));
        assert_eq!(both(none, "06:00"), (ShiftStatus::NotCheckin, ListedStatus::NotStarted));
        assert_eq!(both(none, "07:30"), (ShiftStatus::NotCheckin, ListedStatus::CheckingIn));
        assert_eq!(both(none, "12:00"), (ShiftStatus::NotCheckin, ListedStatus::NotStarted));
        assert_eq!(both(here, "09:00"), (ShiftStatus::CheckedIn, ListedStatus::CheckoutPending));
        assert_eq!(both(here, "12:00"), (ShiftStatus::CheckoutPending, ListedStatus::CheckoutPending));
        assert_eq!(both(gone, "11:59"), (ShiftStatus::CheckedOut, ListedStatus::CheckedOut));
    }

    #[test]
    fn spans_are_said_in_hours_and_minutes() {
        let words = |minutes: i64| span(Timestamp::from_millis(0), Timestamp::from_millis(minutes * 60_000 + 59_999));
        assert_eq!([words(0), words(59), words(60), words(233)], ["0分钟", "59分钟", "1小时", "3小时53分钟"]);
        assert_eq!(span(Timestamp::from_millis(60_000), Timestamp::from_millis(0)), "0分钟");
    }

    #[test]
    fn distances_are_those_of_the_map() {
        let spot = |latitude, longitude| Spot { latitude, longitude };
        let campus = spot(39.9518, 116.3424);
        assert!(campus.metres_to(campus) < 0.001);
        let kilometre = campus.metres_to(spot(39.9608, 116.3424));
        assert!((990.0..1010.0).contains(&kilometre), "{kilometre}");
        let half_way_round = spot(0.0, 0.0).metres_to(spot(0.0, 180.0));
        assert!((20_000_000.0..20_030_000.0).contains(&half_way_round), "{half_way_round}");
    }
}
