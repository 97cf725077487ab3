//! From one day to another.

use crate::domain::Day;
use crate::input::{Date, Fields, Read};

/// The longest span that is answered at once, in days.
const LONGEST: i64 = 366;

/// `start_date` and `end_date`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
}

impl Read for Span {
    fn read(fields: &mut Fields) -> Option<Self> {
        let from = fields.required("start_date", &Date);
        let to = fields.required("end_date", &Date);
        let (from, to) = (from?, to?);
        if to < from {
            fields.refuse("end_date", "不能早于 start_date");
            return None;
        }
        if to.since(from) >= LONGEST {
            fields.refuse("end_date", "日期范围不能超过 366 天");
            return None;
        }
        Some(Self { from, to })
    }
}

#[cfg(test)]
mod tests {
    use super::Span;
    use crate::input::{Fields, Read};

    fn read(from: &str, to: &str) -> Result<Span, String> {
        let pairs = [("start_date".to_owned(), from.to_owned()), ("end_date".to_owned(), to.to_owned())];
        Span::from_fields(Fields::query(pairs)).map_err(|wrong| crate::failure::Failure::from(wrong).msg.into_owned())
    }

    #[test]
    fn both_days_belong_to_it() {
        let span = read("2025-10-31", "2025-10-31").expect("one day");
        assert_eq!(span.from, span.to);
        assert!(read("2024-01-01", "2024-12-31").is_ok());
    }

    #[test]
    fn backwards_too_long_and_missing_is_refused() {
        assert_eq!(read("2025-10-31", "2025-10-30"), Err("end_date: 不能早于 start_date".to_owned()));
        assert_eq!(read("2025-01-01", "2026-01-02"), Err("end_date: 日期范围不能超过 366 天".to_owned()));
        assert_eq!(read("", "2025-02-30"), Err("start_date: 不能为空; end_date: 日期格式应为 YYYY-MM-DD".to_owned()));
    }
}
