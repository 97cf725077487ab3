//! Money, exact to the hundredth.

use serde::{Serialize, Serializer};
use serde_json::Value as Json;
use ward_sdk::RejectionKind;
use ward_sdk::input::Rule;
use ward_sdk::sql::{FromValue, ToValue, Value};

/// An amount in hundredths of a unit. Written as a number with two decimals at most: `150.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(i64);

/// The most that an amount can be: a thousand million. A float tells such hundredths exactly.
const MOST: i64 = 100_000_000_000;

impl Money {
    /// From a decimal number: digits, perhaps a point and one or two more.
    fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let fraction = match fraction.trim_end_matches('0') {
            "" if digits(fraction) => 0,
            tenths @ ("1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9") => tenths.parse::<i64>().ok()? * 10,
            hundredths if hundredths.len() == 2 && digits(hundredths) => hundredths.parse().ok()?,
            _ => return None,
        };
        if !digits(whole) {
            return None;
        }
        let whole: i64 = whole.parse().ok()?;
        whole.checked_mul(100)?.checked_add(fraction).map(Self)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
        into.serialize_f64(self.0 as f64 / 100.0)
    }
}

impl ToValue for Money {
    fn to_value(&self) -> Value {
        Value::Int64(self.0)
    }
}

impl FromValue for Money {
    const EXPECTED: &'static str = "hundredths of a currency's unit";

    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).map(Self)
    }
}

/// Reads an amount: from 0 to a thousand million, with two decimals at most; also as text.
#[derive(Clone, Copy, Debug)]
pub struct Amount;

impl Rule for Amount {
    type Output = Money;

    fn read(&self, value: &Json) -> Result<Money, RejectionKind> {
        let not_a_number = || RejectionKind::rule("value is not a valid float", "type_error.float");
        // The shortest text that means the number: what the client wrote, but for zeros.
        let text = match value {
            Json::Number(number) => number.to_string(),
            Json::String(text) => text.trim().to_owned(),
            _ => return Err(not_a_number()),
        };
        let number: f64 = text.parse().ok().filter(|number: &f64| number.is_finite()).ok_or_else(not_a_number)?;
        if number < 0.0 {
            return Err(RejectionKind::TooSmall { least: 0, most: MOST / 100 });
        }
        if number > 1e9 {
            return Err(RejectionKind::TooLarge { least: 0, most: MOST / 100 });
        }
        let decimals = || {
            let sentence = "ensure that there are no more than 2 decimal places";
            RejectionKind::rule(sentence, "value_error.decimal.max_places")
        };
        Money::parse(&text).ok_or_else(decimals)
    }
}

#[cfg(test)]
mod tests {
    use super::{Amount, Money};
    use proptest::prelude::{any, proptest};
    use serde_json::{Value, json};
    use ward_sdk::RejectionKind;
    use ward_sdk::input::Rule;

    #[test]
    fn amounts_are_exact() {
        let right = [
            (json!(150.0), 15_000),
            (json!(150), 15_000),
            (json!("150.50"), 15_050),
            (json!(" 0.07 "), 7),
            (json!(0.1), 10),
            (json!(1.10), 110),
            (json!(0), 0),
            (json!("0.000"), 0),
            (json!(1_000_000_000), 100_000_000_000),
            (json!(999_999_999.99), 99_999_999_999),
        ];
        for (value, hundredths) in right {
            assert_eq!(Amount.read(&value), Ok(Money(hundredths)), "{value}");
        }
    }

    #[test]
    fn other_values_are_no_amounts() {
        let word = |value: Value| match Amount.read(&value) {
            Err(RejectionKind::Rule { word, .. }) => word,
            other => panic!("{value}: {other:?}"),
        };
        for value in
            [json!("ten"), json!(""), json!(true), json!([]), json!({}), json!("NaN"), json!("inf"), json!("1,5")]
        {
            assert_eq!(word(value), "type_error.float");
        }
        for value in [json!(0.001), json!("1.234"), json!(1e-7), json!("1e2"), json!("+1"), json!(".5"), json!("1.")] {
            assert_eq!(word(value), "value_error.decimal.max_places");
        }
        for value in [json!(-0.01), json!(-1), json!("-5")] {
            assert!(matches!(Amount.read(&value), Err(RejectionKind::TooSmall { .. })), "{value}");
        }
        for value in [json!(1_000_000_000.01), json!(1e300), json!("99999999999999999999")] {
            assert!(matches!(Amount.read(&value), Err(RejectionKind::TooLarge { .. })), "{value}");
        }
    }

    #[test]
    fn money_is_written_as_a_decimal_number() {
        let written = |hundredths| serde_json::to_string(&Money(hundredths)).expect("plain");
        assert_eq!(
            (written(15_000), written(7), written(99_999_999_999)),
            ("150.0".into(), "0.07".into(), "999999999.99".into())
        );
    }

    proptest! {
        #[test]
        fn what_is_written_reads_as_the_same(hundredths in 0_i64..=100_000_000_000) {
            let written = serde_json::to_value(Money(hundredths)).expect("plain");
            assert_eq!(Amount.read(&written), Ok(Money(hundredths)));
        }

        #[test]
        fn no_text_upsets_the_rule(text in any::<String>()) {
            let _ = Amount.read(&Value::String(text));
        }
    }
}
