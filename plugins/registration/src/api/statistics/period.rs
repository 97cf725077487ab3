//! Which days are counted, and the counts that all scopes have.

use std::collections::BTreeMap;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::Database;

use crate::clock::{self, Now};
use crate::domain::{Day, Money, SlotType};
use crate::failure::Failure;
use crate::input::{Choice, Date, Fields};
use crate::store::statistics::{self, Days, Scope};

/// `date_range`: days that end today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// Today.
    Today,
    /// Seven days.
    Week,
    /// Thirty days.
    Month,
}

crate::domain::words! {
    Range { Today = "today", Week = "7days", Month = "30days" }
}

impl Range {
    fn days(self, today: Day) -> Days {
        let before = match self {
            Self::Today => 0,
            Self::Week => 6,
            Self::Month => 29,
        };
        Days { start: today.minus(before), end: today }
    }
}

/// The days that are asked for: `date_range`, else `date`, else today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The range, if one was asked for.
    pub range: Option<Range>,
    /// The days.
    pub days: Days,
}

impl Period {
    fn read(query: BTreeMap<String, String>, today: Day) -> Result<Self, Failure> {
        // An empty day is an error here, unlike other empty fields of queries.
        if query.get("date").is_some_and(|text| text.trim().is_empty()) {
            return Err(Failure::refused("date: 不能为空，格式应为 YYYY-MM-DD"));
        }
        let mut fields = Fields::query(query);
        let date = fields.optional("date", &Date);
        let range = fields.optional("date_range", &Choice::<Range>::new());
        let read = date.zip(range).map(|(date, range)| {
            let date = date.unwrap_or(today);
            let days = range.map_or(Days { start: date, end: date }, |range| range.days(today));
            Self { range, days }
        });
        Ok(fields.finish(read)?)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Period {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let query = ward_sdk::Query::<BTreeMap<String, String>>::from_request_parts(parts, state).await?;
        let Now { today, .. } = clock::now()?;
        Self::read(query.0, today)
    }
}

/// Registrations by kind of slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct BySlotType {
    #[serde(rename = "普通")]
    normal: i64,
    #[serde(rename = "专家")]
    expert: i64,
    #[serde(rename = "特需")]
    special: i64,
}

/// What all scopes have.
#[derive(Debug, Serialize, ToSchema)]
pub struct Totals {
    start_date: Day,
    end_date: Day,
    total_registrations: i64,
    by_slot_type: BySlotType,
    /// In yuan.
    total_revenue: Money,
}

/// Counts what all scopes have; also how many patients have been seen, but not in an area.
pub fn totals(scope: Scope, days: Days) -> Result<(Totals, i64), Failure> {
    let rows = statistics::by_slot(scope, days, &Database)?;
    let mut by_slot_type = BySlotType::default();
    for row in &rows {
        let count = match row.slot_type {
            SlotType::Normal => &mut by_slot_type.normal,
            SlotType::Expert => &mut by_slot_type.expert,
            SlotType::Special => &mut by_slot_type.special,
        };
        *count += row.registrations;
    }
    let total_registrations: i64 = rows.iter().map(|row| row.registrations).sum();
    let completed = total_registrations - rows.first().map_or(0, |row| row.unseen);
    let totals = Totals {
        start_date: days.start,
        end_date: days.end,
        total_registrations,
        by_slot_type,
        total_revenue: Money::fen(rows.iter().map(|row| row.revenue.as_fen()).sum()),
    };
    Ok((totals, completed))
}

#[cfg(test)]
mod tests {
    use super::{Period, Range};

    fn read(query: &[(&str, &str)]) -> Result<(Option<Range>, String, String), u16> {
        let today = "2026-01-05".parse().expect("a day");
        let pairs = query.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let period = Period::read(pairs, today).map_err(|failure| failure.code)?;
        Ok((period.range, period.days.start.to_string(), period.days.end.to_string()))
    }

    fn days(range: Option<Range>, start: &str, end: &str) -> (Option<Range>, String, String) {
        (range, start.to_owned(), end.to_owned())
    }

    #[test]
    fn a_range_ends_today_and_beats_a_day() {
        assert_eq!(read(&[]), Ok(days(None, "2026-01-05", "2026-01-05")));
        assert_eq!(read(&[("date", "2025-11-14")]), Ok(days(None, "2025-11-14", "2025-11-14")));
        assert_eq!(read(&[("date_range", "today")]), Ok(days(Some(Range::Today), "2026-01-05", "2026-01-05")));
        assert_eq!(read(&[("date_range", "7days")]), Ok(days(Some(Range::Week), "2025-12-30", "2026-01-05")));
        let both = [("date", "2025-01-01"), ("date_range", "30days")];
        assert_eq!(read(&both), Ok(days(Some(Range::Month), "2025-12-07", "2026-01-05")));
    }

    #[test]
    fn empty_and_other_days_are_refused() {
        for wrong in [("date", ""), ("date", " "), ("date", "2025-13-01"), ("date", "昨天"), ("date_range", "1year")]
        {
            assert_eq!(read(&[wrong]), Err(99), "{wrong:?}");
        }
    }
}
