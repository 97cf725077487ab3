//! What a field may hold; texts have a file of their own.

use std::borrow::Cow;
use std::marker::PhantomData;

use serde_json::Value;

use crate::domain::{Day, Gender, Money, TimeOfDay, Word};

/// Why a field is refused, in a few words.
pub type Fault = Cow<'static, str>;

/// How a field is read.
pub trait Rule {
    /// What it becomes.
    type Output;

    /// Reads it; it is not null.
    fn read(&self, value: &Value) -> Result<Self::Output, Fault>;
}

/// A whole number within limits; also as text, and as `45.0`.
#[derive(Clone, Copy, Debug)]
pub struct Int {
    least: i64,
    most: i64,
}

impl Int {
    /// Between two numbers, both included.
    #[must_use]
    pub const fn between(least: i64, most: i64) -> Self {
        Self { least, most }
    }

    /// From a number on.
    #[must_use]
    pub const fn at_least(least: i64) -> Self {
        Self { least, most: i64::MAX }
    }
}

impl Rule for Int {
    type Output = i64;

    fn read(&self, value: &Value) -> Result<i64, Fault> {
        let number = match value {
            Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.ok_or("应为整数")?;
        match (number < self.least, number > self.most) {
            (false, false) => Ok(number),
            _ if self.most == i64::MAX => Err(format!("不能小于 {}", self.least).into()),
            _ => Err(format!("应在 {} 到 {} 之间", self.least, self.most).into()),
        }
    }
}

/// The whole number that a float is, within what a float tells exactly.
fn whole(number: f64) -> Option<i64> {
    let exact = number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
    exact.then_some(number as i64)
}

/// A record's number.
#[derive(Clone, Copy, Debug)]
pub struct Number<T>(pub fn(i64) -> T);

impl<T> Rule for Number<T> {
    type Output = T;

    fn read(&self, value: &Value) -> Result<T, Fault> {
        Int::between(i64::MIN, i64::MAX).read(value).map(self.0)
    }
}

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

/// True or false, also as the words and numbers that clients write for them.
#[derive(Clone, Copy, Debug)]
pub struct Bool;

impl Rule for Bool {
    type Output = bool;

    fn read(&self, value: &Value) -> Result<bool, Fault> {
        let word = match value {
            Value::Bool(value) => return Ok(*value),
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.trim().to_ascii_lowercase(),
            _ => String::new(),
        };
        match word.as_str() {
            "true" | "1" | "yes" | "on" => Ok(true),
            "false" | "0" | "no" | "off" => Ok(false),
            _ => Err("应为布尔值".into()),
        }
    }
}

/// A word of an enumeration.
#[derive(Clone, Copy, Debug, Default)]
pub struct Choice<T>(PhantomData<T>);

impl<T> Choice<T> {
    /// One of the words of `T`.
    #[must_use]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: Word> Rule for Choice<T> {
    type Output = T;

    fn read(&self, value: &Value) -> Result<T, Fault> {
        value.as_str().and_then(|text| T::parse(text.trim())).ok_or_else(permitted::<T>)
    }
}

/// A gender, also in English.
#[derive(Clone, Copy, Debug)]
pub struct Genders;

impl Rule for Genders {
    type Output = Gender;

    fn read(&self, value: &Value) -> Result<Gender, Fault> {
        value.as_str().and_then(|text| Gender::understand(text.trim())).ok_or_else(permitted::<Gender>)
    }
}

fn permitted<T: Word>() -> Fault {
    let words: Vec<&str> = T::WORDS.iter().map(|(_, word)| *word).collect();
    format!("应为 {} 之一", words.join("/")).into()
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

/// The same, or an empty text, as front ends send for a field that was left alone.
#[derive(Clone, Copy, Debug)]
pub struct OrEmpty<R>(pub R);

impl<R: Rule> Rule for OrEmpty<R> {
    type Output = Option<R::Output>;

    fn read(&self, value: &Value) -> Result<Self::Output, Fault> {
        match value.as_str() {
            Some(text) if text.trim().is_empty() => Ok(None),
            _ => self.0.read(value).map(Some),
        }
    }
}

/// A list of so many values at most.
#[derive(Clone, Copy, Debug)]
pub struct List<R> {
    /// How each is read.
    pub of: R,
    /// How many there may be.
    pub most: usize,
}

impl<R: Rule> Rule for List<R> {
    type Output = Vec<R::Output>;

    fn read(&self, value: &Value) -> Result<Self::Output, Fault> {
        let values = value.as_array().ok_or("应为数组")?;
        if values.len() > self.most {
            return Err(format!("最多 {} 项", self.most).into());
        }
        values.iter().map(|value| self.of.read(value)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Amount, Bool, Choice, Date, Genders, Int, List, Number, OrEmpty, Rule, Time};
    use crate::domain::{DoctorId, Gender, Money, Section};
    use proptest::prelude::{any, proptest};
    use serde_json::{Value, json};

    #[test]
    fn whole_numbers() {
        let age = Int::between(0, 150);
        for right in [json!(45), json!("45"), json!(" 45 "), json!(45.0)] {
            assert_eq!(age.read(&right), Ok(45), "{right}");
        }
        for wrong in [json!(45.5), json!("45.5"), json!("old"), json!(true), json!(1e300), json!([]), json!("")] {
            assert_eq!(age.read(&wrong), Err("应为整数".into()), "{wrong}");
        }
        assert_eq!(age.read(&json!(151)), Err("应在 0 到 150 之间".into()));
        assert_eq!(Int::at_least(1).read(&json!(0)), Err("不能小于 1".into()));
        assert_eq!(Number(DoctorId).read(&json!("7")), Ok(DoctorId(7)));
    }

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
    fn words_days_and_lists() {
        assert_eq!(Bool.read(&json!("True")), Ok(true));
        assert!(Bool.read(&json!("maybe")).is_err());
        assert_eq!(Choice::<Section>::new().read(&json!("下午")), Ok(Section::Afternoon));
        assert_eq!(Choice::<Section>::new().read(&json!("夜里")), Err("应为 上午/下午/晚上 之一".into()));
        assert_eq!(Genders.read(&json!("female")), Ok(Gender::Female));
        assert!(Date.read(&json!("2025-02-30")).is_err() && Time.read(&json!("24:00")).is_err());
        assert_eq!(OrEmpty(Date).read(&json!(" ")), Ok(None));
        let list = List { of: Int::at_least(0), most: 2 };
        assert_eq!(list.read(&json!([1, "2"])), Ok(vec![1, 2]));
        assert!(list.read(&json!([1, 2, 3])).is_err() && list.read(&json!([-1])).is_err());
    }

    proptest! {
        #[test]
        fn no_text_upsets_a_rule(text in any::<String>()) {
            let value = Value::String(text);
            let _ = (Int::at_least(0).read(&value), Amount::PRICE.read(&value), Bool.read(&value));
            let _ = (Date.read(&value), Time.read(&value), Genders.read(&value));
        }
    }
}
