//! Who may book which schedule, and when: rules over facts, without a database.

use super::{Day, ScheduleStatus, TimeOfDay};

/// No slot is left.
pub const FULL: u16 = 1001;
/// The patient has booked as much as may be.
pub const LIMIT: u16 = 1003;
/// Too late to call off.
pub const TOO_LATE: u16 = 1006;

/// What the configuration says of the schedule's doctor, clinic and department.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How many days ahead may be booked.
    pub advance_days: u32,
    /// After this time of day nothing is booked for the same day.
    pub same_day_deadline: TimeOfDay,
    /// From so many no-shows on, nothing may be booked.
    pub no_show_limit: u32,
    /// So many days lie between two orders of a patient in one department.
    pub same_clinic_interval: u32,
    /// At most so many orders …
    pub most_in_period: u32,
    /// … may be made in so many days.
    pub period_days: u32,
}

/// The schedule, as it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Its day.
    pub day: Day,
    /// When its section ends.
    pub ends: TimeOfDay,
    /// Whether it is held.
    pub status: ScheduleStatus,
}

/// What the patient has booked before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Orders for this very schedule that were not called off.
    pub same_schedule: u32,
    /// Orders made in the period, whatever they are for.
    pub in_period: u32,
    /// Orders in the department within the interval of the schedule's day.
    pub near: u32,
    /// Times that nobody came.
    pub no_shows: u32,
}

/// Whether waiting for a slot will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// No.
    No,
    /// Where the shift is full.
    IfFull,
    /// Only where it is full.
    Only,
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The shift is 停诊.
    Suspended,
    /// It has ended.
    Past,
    /// It is further ahead than may be booked.
    TooFarAhead(u32),
    /// It is today, and the time for booking today has passed.
    TooLateToday(TimeOfDay),
    /// Too many no-shows.
    NoShows(u32),
    /// The patient has an order for it.
    Twice,
    /// The patient has a request for one more slot in it.
    Asked,
    /// The period's limit: days and orders.
    Limit(u32, u32),
    /// Too close to another order in the department: days.
    TooClose(u32),
    /// No slot is left.
    Full,
    /// On the waiting list, though slots are free.
    NotFull,
}

impl Refusal {
    /// The API's code.
    #[must_use]
    pub fn code(self) -> u16 {
        match self {
            Self::Full => FULL,
            Self::NoShows(_) | Self::Twice | Self::Limit(..) | Self::TooClose(_) => LIMIT,
            _ => crate::failure::REQUEST,
        }
    }
}

/// The sentence for the client.
impl std::fmt::Display for Refusal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Suspended => write!(out, "该排班已停诊,不可预约"),
            Self::Past => write!(out, "该时段已结束,不可预约"),
            Self::TooFarAhead(days) => write!(out, "最多可提前{days}天预约"),
            Self::TooLateToday(time) => write!(out, "已超过当日挂号截止时间{time}"),
            Self::NoShows(limit) => write!(out, "爽约次数已达{limit}次,暂不可预约"),
            Self::Twice => write!(out, "同一患者同一排班只能挂1个号"),
            Self::Asked => write!(out, "该患者在此排班已有待审核的加号申请"),
            Self::Limit(days, most) => write!(out, "{days}天内最多可挂{most}个号"),
            Self::TooClose(days) => write!(out, "同一科室{days}天内只能挂1个号"),
            Self::Full => write!(out, "该时段号源已满"),
            Self::NotFull => write!(out, "该时段仍有号源,请直接预约"),
        }
    }
}

impl From<Refusal> for crate::failure::Failure {
    fn from(refusal: Refusal) -> Self {
        Self::rule(refusal.code(), refusal.to_string())
    }
}

/// Whether the shift can be booked at all on this day at this time.
pub fn bookable(shift: &Shift, rules: &Rules, today: Day, time: TimeOfDay) -> Result<(), Refusal> {
    if shift.status != ScheduleStatus::Open {
        return Err(Refusal::Suspended);
    }
    if (shift.day, shift.ends) <= (today, time) {
        return Err(Refusal::Past);
    }
    if shift.day.since(today) > i64::from(rules.advance_days) {
        return Err(Refusal::TooFarAhead(rules.advance_days));
    }
    if shift.day == today && time >= rules.same_day_deadline {
        return Err(Refusal::TooLateToday(rules.same_day_deadline));
    }
    Ok(())
}

/// Whether the patient may have one more order.
pub fn permitted(history: &History, rules: &Rules) -> Result<(), Refusal> {
    if history.same_schedule > 0 {
        return Err(Refusal::Twice);
    }
    if history.no_shows >= rules.no_show_limit {
        return Err(Refusal::NoShows(rules.no_show_limit));
    }
    if history.in_period >= rules.most_in_period {
        return Err(Refusal::Limit(rules.period_days, rules.most_in_period));
    }
    if history.near > 0 {
        return Err(Refusal::TooClose(rules.same_clinic_interval));
    }
    Ok(())
}

/// Whether the order goes to the waiting list: where no slot is free and waiting will do.
pub fn waits(remaining: u32, waiting: Waiting) -> Result<bool, Refusal> {
    match (remaining, waiting) {
        (0, Waiting::No) => Err(Refusal::Full),
        (0, _) => Ok(true),
        (_, Waiting::Only) => Err(Refusal::NotFull),
        _ => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::{History, Refusal, Rules, Shift, Waiting, bookable, permitted, waits};
    use crate::domain::{Day, ScheduleStatus, TimeOfDay};
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    const RULES: Rules = Rules {
        advance_days: 14,
        same_day_deadline: TimeOfDay::new(23, 59),
        no_show_limit: 3,
        same_clinic_interval: 7,
        most_in_period: 10,
        period_days: 8,
    };

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn shift(on: &str) -> Shift {
        Shift { day: day(on), ends: TimeOfDay::new(12, 0), status: ScheduleStatus::Open }
    }

    fn asked(on: &str, today: &str, time: (u16, u16)) -> Result<(), Refusal> {
        bookable(&shift(on), &RULES, day(today), TimeOfDay::new(time.0, time.1))
    }

    #[test]
    fn a_shift_can_be_booked_until_it_ends() {
        assert_eq!(asked("2025-11-20", "2025-11-20", (11, 59)), Ok(()));
        assert_eq!(asked("2025-11-20", "2025-11-20", (12, 0)), Err(Refusal::Past));
        assert_eq!(asked("2025-11-19", "2025-11-20", (0, 0)), Err(Refusal::Past));
    }

    #[test]
    fn days_ahead_are_counted_over_the_ends_of_months_and_years() {
        assert_eq!(asked("2026-01-08", "2025-12-25", (23, 59)), Ok(()));
        assert_eq!(asked("2026-01-09", "2025-12-25", (23, 59)), Err(Refusal::TooFarAhead(14)));
        assert_eq!(asked("2026-01-09", "2025-12-26", (0, 0)), Ok(()));
        assert_eq!(asked("2024-03-01", "2024-02-16", (0, 0)), Ok(()), "over a 29th of February");
    }

    #[test]
    fn the_same_days_deadline_is_only_for_that_day() {
        let rules = Rules { same_day_deadline: TimeOfDay::new(8, 0), ..RULES };
        let asked = |today: &str, hour, minute| {
            bookable(&shift("2025-11-20"), &rules, day(today), TimeOfDay::new(hour, minute))
        };
        assert_eq!(asked("2025-11-20", 7, 59), Ok(()));
        assert_eq!(asked("2025-11-20", 8, 0), Err(Refusal::TooLateToday(TimeOfDay::new(8, 0))));
        assert_eq!(asked("2025-11-19", 23, 59), Ok(()));
    }

    #[test]
    fn a_suspended_shift_is_not_booked() {
        let suspended = Shift { status: ScheduleStatus::Suspended, ..shift("2025-11-20") };
        let refused = bookable(&suspended, &RULES, day("2025-11-19"), TimeOfDay::new(9, 0));
        assert_eq!(refused, Err(Refusal::Suspended));
    }

    #[test]
    fn one_waits_only_where_nothing_is_free_and_one_wants_to() {
        let table = [
            (0, Waiting::No, Err(Refusal::Full)),
            (0, Waiting::IfFull, Ok(true)),
            (0, Waiting::Only, Ok(true)),
            (1, Waiting::No, Ok(false)),
            (1, Waiting::IfFull, Ok(false)),
            (1, Waiting::Only, Err(Refusal::NotFull)),
        ];
        for (remaining, waiting, expected) in table {
            assert_eq!(waits(remaining, waiting), expected);
        }
    }

    #[test]
    fn each_limit_has_its_code_and_sentence() {
        let refused = |history: History| permitted(&history, &RULES).expect_err("refused");
        let table = [
            (History { same_schedule: 1, ..History::default() }, "同一患者同一排班只能挂1个号"),
            (History { no_shows: 3, ..History::default() }, "爽约次数已达3次,暂不可预约"),
            (History { in_period: 10, ..History::default() }, "8天内最多可挂10个号"),
            (History { near: 1, ..History::default() }, "同一科室7天内只能挂1个号"),
        ];
        for (history, sentence) in table {
            let refusal = refused(history);
            assert_eq!((refusal.code(), refusal.to_string().as_str()), (1003, sentence));
        }
        assert_eq!((Refusal::Full.code(), Refusal::Full.to_string().as_str()), (1001, "该时段号源已满"));
        assert_eq!(Refusal::Past.code(), 99);
    }

    proptest! {
        #[test]
        fn more_history_never_permits_more(same in 0_u32..3, period in 0_u32..20, near in 0_u32..3, no_shows in 0_u32..6) {
            let history = History { same_schedule: same, in_period: period, near, no_shows };
            let allowed = permitted(&history, &RULES).is_ok();
            prop_assert_eq!(allowed, same == 0 && period < 10 && near == 0 && no_shows < 3);
        }

        #[test]
        fn what_is_bookable_is_neither_past_nor_too_far(ahead in -40_i64..40, minute in 0_u16..1440) {
            let today = day("2025-12-20");
            let on = Day::from_number(today.number() + ahead).expect("a day");
            let time = TimeOfDay::new(minute / 60, minute % 60);
            let shift = Shift { day: on, ..shift("2025-12-20") };
            if bookable(&shift, &RULES, today, time).is_ok() {
                prop_assert!((0..=14).contains(&ahead));
                prop_assert!(ahead > 0 || time < TimeOfDay::new(12, 0));
            }
        }
    }
}
