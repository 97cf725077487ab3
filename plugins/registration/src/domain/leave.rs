//! Leave of doctors: which part of which day, and until when it can be asked for.

use crate::clock::Now;
use crate::domain::{Day, Section, TimeOfDay};
use crate::failure::Failure;

/// The part of a day that a doctor is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaveShift {
    /// The morning.
    Morning,
    /// The afternoon.
    Afternoon,
    /// The evening.
    Night,
    /// All of it.
    Full,
}

crate::domain::words! {
    LeaveShift { Morning = "morning", Afternoon = "afternoon", Night = "night", Full = "full" }
}

/// How far ahead leave can be asked for, in days.
const FARTHEST: i64 = 366;

impl LeaveShift {
    /// The sections it covers.
    #[must_use]
    pub fn sections(self) -> &'static [Section] {
        match self {
            Self::Morning => &[Section::Morning],
            Self::Afternoon => &[Section::Afternoon],
            Self::Night => &[Section::Evening],
            Self::Full => &[Section::Morning, Section::Afternoon, Section::Evening],
        }
    }

    /// Whether it covers a section.
    #[must_use]
    pub fn covers(self, section: Section) -> bool {
        self.sections().contains(&section)
    }

    /// Whether two cover a section in common.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.sections().iter().any(|section| other.covers(*section))
    }

    /// Whether it can still be asked for: a whole day until the day before, a single section until it starts.
    pub fn in_time(self, day: Day, now: &Now, start: impl Fn(Section) -> TimeOfDay) -> Result<(), Failure> {
        if day.since(now.today) > FARTHEST {
            return Err(Failure::refused("请假日期过远，最多提前一年申请"));
        }
        match self {
            Self::Full if day <= now.today => Err(Failure::refused("全天请假需至少提前一天提交")),
            Self::Full => Ok(()),
            _ if day < now.today => Err(Failure::refused("不能申请过去日期的请假")),
            _ if day == now.today && self.sections().iter().any(|section| now.time >= start(*section)) => {
                Err(Failure::refused("该时段已开始，无法申请当天请假"))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LeaveShift;
    use crate::clock::Now;
    use crate::domain::{Day, Section, TimeOfDay, Timestamp, Word as _};
    use chrono_tz::Tz;

    fn now(utc: &str) -> Now {
        let utc = chrono::DateTime::parse_from_rfc3339(utc).expect("a moment");
        Now::at(Timestamp::from_millis(utc.timestamp_millis()), Tz::Asia__Shanghai)
    }

    fn start(section: Section) -> TimeOfDay {
        match section {
            Section::Morning => TimeOfDay::new(8, 0),
            Section::Afternoon => TimeOfDay::new(13, 30),
            Section::Evening => TimeOfDay::new(18, 0),
        }
    }

    fn refusal(shift: LeaveShift, day: &str, now: &Now) -> Option<String> {
        let day: Day = day.parse().expect("a day");
        shift.in_time(day, now, start).err().map(|failure| failure.msg.into_owned())
    }

    #[test]
    fn a_whole_day_is_asked_for_a_day_before() {
        let late = now("2025-12-19T15:59:00Z");
        assert_eq!(refusal(LeaveShift::Full, "2025-12-20", &late), None);
        let midnight = now("2025-12-19T16:00:00Z");
        let told = Some("全天请假需至少提前一天提交".to_owned());
        assert_eq!(refusal(LeaveShift::Full, "2025-12-20", &midnight), told);
        assert_eq!(refusal(LeaveShift::Full, "2025-12-19", &midnight), told);
    }

    #[test]
    fn a_single_shift_is_asked_for_before_it_starts() {
        let told = Some("该时段已开始，无法申请当天请假".to_owned());
        let minute_before = now("2025-12-20T05:29:59Z");
        assert_eq!(refusal(LeaveShift::Afternoon, "2025-12-20", &minute_before), None);
        assert_eq!(refusal(LeaveShift::Morning, "2025-12-20", &minute_before), told);
        let at_start = now("2025-12-20T05:30:00Z");
        assert_eq!(refusal(LeaveShift::Afternoon, "2025-12-20", &at_start), told);
        assert_eq!(refusal(LeaveShift::Night, "2025-12-20", &at_start), None);
        assert_eq!(refusal(LeaveShift::Night, "2025-12-19", &at_start), Some("不能申请过去日期的请假".to_owned()));
    }

    #[test]
    fn nobody_asks_for_leave_in_years_to_come() {
        let now = now("2025-12-20T05:30:00Z");
        assert_eq!(refusal(LeaveShift::Full, "2026-12-21", &now), None);
        assert!(refusal(LeaveShift::Full, "2026-12-22", &now).is_some());
        assert!(refusal(LeaveShift::Morning, "9999-12-31", &now).is_some());
    }

    #[test]
    fn a_whole_day_overlaps_each_of_its_parts() {
        for (shift, _) in LeaveShift::WORDS {
            assert!(shift.overlaps(*shift) && shift.overlaps(LeaveShift::Full) && LeaveShift::Full.overlaps(*shift));
        }
        assert!(!LeaveShift::Morning.overlaps(LeaveShift::Night));
    }
}
