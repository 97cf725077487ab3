//! `POST /attendance/mark-absent/single` and `range`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql;

use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::Day;
use crate::failure::Failure;
use crate::input::{Date, Fields, Query, Read};
use crate::store::attendance::{self, Marked};

/// Days that can be marked at once.
const MOST: i64 = 90;

/// A day.
pub struct OneDay(Day);

impl Read for OneDay {
    fn read(fields: &mut Fields) -> Option<Self> {
        fields.required("target_date", &Date).map(Self)
    }
}

/// Days from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first.
    pub start: Day,
    /// The last, not before the first.
    pub end: Day,
}

impl Read for Span {
    fn read(fields: &mut Fields) -> Option<Self> {
        let start = fields.required("start_date", &Date);
        let end = fields.required("end_date", &Date);
        let span = Self { start: start?, end: end? };
        if span.end < span.start {
            fields.refuse("end_date", "不能早于开始日期");
            return None;
        }
        Some(span)
    }
}

impl Span {
    /// How many days it has.
    pub fn length(self) -> i64 {
        self.end.since(self.start) + 1
    }

    fn days(self) -> impl Iterator<Item = Day> {
        let days = u32::try_from(self.length()).unwrap_or_default();
        (0..days).map(move |number| self.start.plus(number))
    }
}

/// What was marked of a day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"date": "2025-11-01", "total_schedules": 50, "absent_marked": 2, "already_marked": 0}))]
pub struct DayMarked {
    date: Day,
    /// Shifts that were to be held; suspended ones and those on leave do not count.
    total_schedules: i64,
    /// Absences that were marked now.
    absent_marked: i64,
    /// Absences that had been marked before.
    already_marked: i64,
}

/// What was marked of one day.
#[derive(Debug, Serialize, ToSchema)]
pub struct SingleMarked {
    detail: &'static str,
    #[serde(flatten)]
    day: DayMarked,
}

/// What was marked of several days.
#[derive(Debug, Serialize, ToSchema)]
pub struct RangeMarked {
    detail: &'static str,
    date_range: DateRange,
    /// Absences that were marked now.
    total_marked: i64,
    daily_statistics: Vec<DayMarked>,
}

/// The first and the last day.
#[derive(Debug, Serialize, ToSchema)]
pub struct DateRange {
    start: Day,
    end: Day,
}

impl From<Span> for DateRange {
    fn from(span: Span) -> Self {
        Self { start: span.start, end: span.end }
    }
}

/// Mark the absences of a past day (二.10.1)
///
/// Every shift that was to be held and to which the doctor did not check in. Marking twice marks nothing more.
#[utoipa::path(
    post, path = "/attendance/mark-absent/single", operation_id = "mark_absent_single", tag = "Risk",
    security(("bearer" = []), ("password" = [])),
    params(("target_date" = String, Query, description = "A day that is over")),
    responses((status = 200, description = "What was marked", body = Answer<SingleMarked>), Refusals)
)]
pub async fn mark_absent_single(now: Now, Query(OneDay(day)): Query<OneDay>) -> Result<Answer<SingleMarked>, Failure> {
    if day >= now.today {
        return Err(Failure::refused("只能标记历史日期，不能是今天或未来日期"));
    }
    let day = sql::transaction(|within| mark(day, &now, within))?;
    Ok(ok(SingleMarked { detail: "缺勤标记完成", day }))
}

/// Mark the absences of a past span (二.10.2)
///
/// Of at most 90 days, all of them over. All of it is marked or nothing.
#[utoipa::path(
    post, path = "/attendance/mark-absent/range", operation_id = "mark_absent_range", tag = "Risk",
    security(("bearer" = []), ("password" = [])),
    params(
        ("start_date" = String, Query, description = "The first day"),
        ("end_date" = String, Query, description = "The last day, which is over")
    ),
    responses((status = 200, description = "What was marked", body = Answer<RangeMarked>), Refusals)
)]
pub async fn mark_absent_range(now: Now, Query(span): Query<Span>) -> Result<Answer<RangeMarked>, Failure> {
    if span.end >= now.today {
        return Err(Failure::refused("结束日期不能包含今天或未来日期"));
    }
    if span.length() > MOST {
        return Err(Failure::refused("日期范围不能超过 90 天"));
    }
    let daily_statistics: Vec<DayMarked> =
        sql::transaction(|within| span.days().map(|day| mark(day, &now, within)).collect::<Result<_, Failure>>())?;
    Ok(ok(RangeMarked {
        detail: "批量缺勤标记完成",
        date_range: span.into(),
        total_marked: daily_statistics.iter().map(|day| day.absent_marked).sum(),
        daily_statistics,
    }))
}

fn mark(date: Day, now: &Now, within: &sql::Transaction) -> Result<DayMarked, Failure> {
    let Marked { total_schedules, absent_marked, already_marked } = attendance::mark_absent(date, now.at, within)?;
    Ok(DayMarked { date, total_schedules, absent_marked, already_marked })
}

#[cfg(test)]
mod tests {
    use super::Span;
    use crate::input::{Fields, Read as _};

    fn read(start: &str, end: &str) -> Option<Span> {
        let pairs = [("start_date", start), ("end_date", end)];
        Span::from_fields(Fields::query(pairs.map(|(name, text)| (name.to_owned(), text.to_owned())))).ok()
    }

    #[test]
    fn a_span_has_both_of_its_ends() {
        assert_eq!(read("2025-11-01", "2025-11-01").map(Span::length), Some(1));
        assert_eq!(read("2025-12-30", "2026-01-02").map(|span| span.days().count()), Some(4));
        assert_eq!(read("2025-11-02", "2025-11-01"), None);
        assert_eq!(read("", "2025-11-01"), None);
    }
}
