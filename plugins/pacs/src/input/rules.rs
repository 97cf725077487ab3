//! What a field may hold that only this API knows.

use serde_json::Value;
use ward_sdk::{RejectionKind, Word};

use super::Rule;
use crate::domain::{Gender, Timestamp};

/// A gender, by its letter or written out.
#[derive(Clone, Copy, Debug)]
pub struct Genders;

impl Rule for Genders {
    type Output = Gender;

    fn read(&self, value: &Value) -> Result<Gender, RejectionKind> {
        let unknown = RejectionKind::UnknownVariant { allowed: Gender::NAMES };
        value.as_str().and_then(Gender::understand).ok_or(unknown)
    }
}

/// A day or a point in time, as the edge of a span.
#[derive(Clone, Copy, Debug)]
pub struct Moment(pub fn(&str) -> Option<Timestamp>);

impl Rule for Moment {
    type Output = Timestamp;

    fn read(&self, value: &Value) -> Result<Timestamp, RejectionKind> {
        let wrong = || RejectionKind::rule("invalid date format", "value_error.date");
        value.as_str().and_then(|text| (self.0)(text.trim())).ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::{Genders, Moment, Rule};
    use crate::domain::{Gender, Timestamp};
    use proptest::prelude::{any, proptest};
    use serde_json::{Value, json};
    use ward_sdk::RejectionKind;

    #[test]
    fn genders_and_moments() {
        assert_eq!(Genders.read(&json!("female")), Ok(Gender::F));
        assert_eq!(Genders.read(&json!("x")), Err(RejectionKind::UnknownVariant { allowed: &["M", "F", "O"] }));
        let refused = Moment(Timestamp::start_of).read(&json!("soon"));
        assert_eq!(refused, Err(RejectionKind::rule("invalid date format", "value_error.date")));
    }

    proptest! {
        #[test]
        fn no_text_upsets_a_rule(text in any::<String>()) {
            let value = Value::String(text);
            let _ = (Genders.read(&value), Moment(Timestamp::start_of).read(&value));
        }
    }
}
