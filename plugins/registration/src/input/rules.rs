//! What a field may hold that only this API knows; texts have a file of their own.

use serde_json::Value;

use super::{Fault, Rule};
use crate::domain::{Day, Gender, Money, TimeOfDay, Word as _};

/// An amount in yuan, also as text. Negative ones only where they mean something.
#[derive(Clone, Copy, Debug)]
pub struct Amount {
    negative: bool,
}

impl Amount {
    /// None below 0.
    pub const PRICE: Self = Self { negative: false };
    /// Also below 0: look the price up.
    pub const OR_LOOK_UP: Self = Self { negative: true };
}

impl Rule for Amount {
    type Output = Money;

    fn read(&self, value: &Value) -> Result<Money, Fault> {
        let number = match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.filter(|number: &f64| number.is_finite()).ok_or("应为数字")?;
        let money = Money::from_yuan(number).ok_or("金额过大")?;
        if money < Money::default() && !self.negative { Err("不能为负数".into()) } else { Ok(money) }
    }
}

/// A gender, also in English.
#[derive(Clone, Copy, Debug)]
pub struct Genders;

impl Rule for Genders {
    type Output = Gender;

    fn read(&self, value: &Value) -> Result<Gender, Fault> {
        value
            .as_str()
            .and_then(|text| Gender::understand(text.trim()))
            .ok_or(Fault::UnknownVariant { allowed: Gender::NAMES })
    }
}

/// A day.
#[derive(Clone, Copy, Debug)]
pub struct Date;

impl Rule for Date {
    type Output = Day;

    fn read(&self, value: &Value) -> Result<Day, Fault> {
        value.as_str().and_then(|text| text.trim().parse().ok()).ok_or_else(|| "日期格式应为 YYYY-MM-DD".into())
    }
}

/// A time of day.
#[derive(Clone, Copy, Debug)]
pub struct Time;

impl Rule for Time {
    type Output = TimeOfDay;

    fn read(&self, value: &Value) -> Result<TimeOfDay, Fault> {
        value.as_str().and_then(|text| text.trim().parse().ok()).ok_or_else(|| "时间格式应为 HH:mm".into())
    }
}

#[cfg(test)]
mod tests {
    use super::{Amount, Date, Fault, Genders, Rule, Time};
    use crate::domain::{Gender, Money};
    use proptest::prelude::{any, proptest};
    use serde_json::{Value, json};

    #[test]
    fn amounts() {
        assert_eq!(Amount::PRICE.read(&json!(60.5)), Ok(Money::fen(6050)));
        assert_eq!(Amount::PRICE.read(&json!("60")), Ok(Money::yuan(60)));
        assert_eq!(Amount::OR_LOOK_UP.read(&json!(-1)), Ok(Money::yuan(-1)));
        for wrong in [json!(-1), json!("NaN"), json!("inf"), json!(1e12), json!(true), json!("六十")] {
            assert!(Amount::PRICE.read(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn genders_days_and_times() {
        assert_eq!(Genders.read(&json!("female")), Ok(Gender::Female));
        assert_eq!(Genders.read(&json!("x")), Err(Fault::UnknownVariant { allowed: &["男", "女", "其他"] }));
        assert!(Date.read(&json!("2025-02-30")).is_err() && Time.read(&json!("24:00")).is_err());
    }

    proptest! {
        #[test]
        fn no_text_upsets_a_rule(text in any::<String>()) {
            let value = Value::String(text);
            let _ = (Amount::PRICE.read(&value), Date.read(&value), Time.read(&value), Genders.read(&value));
        }
    }
}
