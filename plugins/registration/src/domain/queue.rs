//! The queue before a doctor's door.

use super::{TimeOfDay, Timestamp};

/// As the queue shows numbers: `A001`.
#[must_use]
pub fn label(number: i64) -> String {
    format!("A{number:03}")
}

/// When the patient with this number can expect to be seen: so many minutes for each one before, never
/// after the shift ends.
#[must_use]
pub fn expected(number: i64, starts: Timestamp, ends: Timestamp, minutes_each: i64) -> Timestamp {
    let before = number.saturating_sub(1).max(0);
    starts.plus_minutes(before.saturating_mul(minutes_each)).min(ends)
}

/// Minutes of one consultation with the break after it.
#[must_use]
pub fn minutes_each(consultation: i64, interval: i64) -> i64 {
    (consultation + interval).clamp(0, i64::from(TimeOfDay::new(23, 59).minutes()))
}

#[cfg(test)]
mod tests {
    use super::{expected, label};
    use crate::domain::Timestamp;

    #[test]
    fn numbers_have_a_letter_and_three_digits() {
        assert_eq!([label(1), label(12), label(1000)], ["A001", "A012", "A1000"]);
    }

    #[test]
    fn one_after_the_other_and_never_after_the_end() {
        let (starts, ends) = (Timestamp::from_millis(0), Timestamp::from_millis(4 * 3_600_000));
        assert_eq!(expected(1, starts, ends, 20), starts);
        assert_eq!(expected(4, starts, ends, 20), starts.plus_minutes(60));
        assert_eq!(expected(i64::MAX, starts, ends, 20), ends);
    }
}
