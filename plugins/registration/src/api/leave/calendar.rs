//! `GET /doctor/leave/schedule`: a month, and on which of its days leave can be asked for.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::chrono::NaiveDate;
use ward_sdk::sql::Database;

use crate::access::Viewer;
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{AuditStatus, Day, LeaveShift, Word as _};
use crate::failure::Failure;
use crate::input::{Fields, Int, Query, Read};
use crate::store::config::{self, ScheduleRules};
use crate::store::leaves::{self, Asked};
use crate::store::schedules;

/// Which month.
pub struct Month {
    year: i32,
    month: u32,
}

impl Read for Month {
    fn read(fields: &mut Fields) -> Option<Self> {
        let year = fields.required("year", &Int::between(1970, 2999));
        let month = fields.required("month", &Int::between(1, 12));
        Some(Self { year: i32::try_from(year?).ok()?, month: u32::try_from(month?).ok()? })
    }
}

impl Month {
    fn days(&self) -> impl Iterator<Item = Day> {
        let (year, month) = (self.year, self.month);
        (1..=31).filter_map(move |day| NaiveDate::from_ymd_opt(year, month, day)).map(Day)
    }
}

/// A month.
#[derive(Debug, Serialize, ToSchema)]
pub struct Calendar {
    year: i32,
    month: u32,
    days: Vec<CalendarDay>,
}

/// A day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "date": "2025-12-01", "weekday": "一", "hasSchedule": true, "canApplyLeave": true,
    "shiftLeaveStatuses": [{"shift": "morning", "leaveStatus": null}, {"shift": "full", "leaveStatus": null}]
}))]
pub struct CalendarDay {
    date: Day,
    /// 一 to 日.
    weekday: &'static str,
    /// Whether the doctor has a shift.
    has_schedule: bool,
    /// Whether leave can be asked for, for any part of the day.
    can_apply_leave: bool,
    shift_leave_statuses: Vec<ShiftLeave>,
}

/// A part of the day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShiftLeave {
    shift: LeaveShift,
    /// Where the last request for just this part stands.
    leave_status: Option<AuditStatus>,
}

/// Leave calendar of a month (五.3.1)
#[utoipa::path(
    get, path = "/doctor/leave/schedule", operation_id = "leave_calendar", tag = "Doctor",
    security(("bearer" = []), ("password" = [])),
    params(("year" = i32, Query, description = "YYYY"), ("month" = u32, Query, description = "1 to 12")),
    responses((status = 200, description = "The month", body = Answer<Calendar>), Refusals)
)]
pub async fn leave_calendar(viewer: Viewer, now: Now, Query(month): Query<Month>) -> Result<Answer<Calendar>, Failure> {
    let doctor = viewer.doctor()?;
    let days: Vec<Day> = month.days().collect();
    let (Some(first), Some(last)) = (days.first().copied(), days.last().copied()) else {
        return Err(Failure::refused("month: 应为月份"));
    };
    let asked = leaves::between(doctor, first, last, &Database)?;
    let shifts = schedules::list(&schedules::Asked::between(first, last).of_doctor(doctor), &Database)?;
    let rules = config::schedule(&super::apply::chain(doctor, &Database)?, &Database)?;
    let day = |date: Day| {
        let asked: Vec<Asked> = asked.iter().copied().filter(|(day, ..)| *day == date).collect();
        CalendarDay {
            date,
            weekday: date.weekday(),
            has_schedule: shifts.iter().any(|shift| shift.schedule.day == date),
            can_apply_leave: can_apply(date, &asked, &rules, &now),
            shift_leave_statuses: statuses(&asked),
        }
    };
    Ok(ok(Calendar { year: month.year, month: month.month, days: days.into_iter().map(day).collect() }))
}

fn can_apply(day: Day, asked: &[Asked], rules: &ScheduleRules, now: &Now) -> bool {
    let free = |shift: LeaveShift| super::apply::free(shift, asked);
    let in_time = |shift: LeaveShift| shift.in_time(day, now, |section| rules.start(section)).is_ok();
    LeaveShift::WORDS.iter().any(|(shift, _)| free(*shift) && in_time(*shift))
}

fn statuses(asked: &[Asked]) -> Vec<ShiftLeave> {
    let last = |shift| asked.iter().rev().find(|(_, each, _)| *each == shift).map(|(.., status)| *status);
    let of = |(shift, _): &(LeaveShift, &str)| ShiftLeave { shift: *shift, leave_status: last(*shift) };
    LeaveShift::WORDS.iter().map(of).collect()
}
