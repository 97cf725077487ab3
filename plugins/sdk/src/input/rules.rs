//! What a field may hold; texts have a file of their own.

use std::marker::PhantomData;

use serde_json::Value;

use crate::failure::RejectionKind;
use crate::vocabulary::Word;

/// How a field is read.
pub trait Rule {
    /// What it becomes.
    type Output;

    /// Reads it; it is not null.
    fn read(&self, value: &Value) -> Result<Self::Output, RejectionKind>;
}

/// A value of another type, in the words that serde has for types.
pub(super) fn wrong_type(expected: &str, value: &Value) -> RejectionKind {
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    };
    RejectionKind::WrongType { expected: expected.to_owned(), found }
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

    fn read(&self, value: &Value) -> Result<i64, RejectionKind> {
        let number = match value {
            Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let (least, most) = (self.least, self.most);
        match number {
            None => Err(wrong_type("i64", value)),
            Some(number) if number < least => Err(RejectionKind::TooSmall { least, most }),
            Some(number) if number > most => Err(RejectionKind::TooLarge { least, most }),
            Some(number) => Ok(number),
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

    fn read(&self, value: &Value) -> Result<T, RejectionKind> {
        Int::between(i64::MIN, i64::MAX).read(value).map(self.0)
    }
}

/// True or false, also as the words and numbers that clients write for them.
#[derive(Clone, Copy, Debug)]
pub struct Bool;

impl Rule for Bool {
    type Output = bool;

    fn read(&self, value: &Value) -> Result<bool, RejectionKind> {
        let word = match value {
            Value::Bool(value) => return Ok(*value),
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.trim().to_ascii_lowercase(),
            _ => String::new(),
        };
        match word.as_str() {
            "true" | "1" | "yes" | "on" | "t" | "y" => Ok(true),
            "false" | "0" | "no" | "off" | "f" | "n" => Ok(false),
            _ => Err(wrong_type("a boolean", value)),
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

    fn read(&self, value: &Value) -> Result<T, RejectionKind> {
        let unknown = RejectionKind::UnknownVariant { allowed: T::NAMES };
        value.as_str().and_then(|text| T::parse(text.trim())).ok_or(unknown)
    }
}

/// The same, or an empty text, as front ends send for a field that was left alone.
#[derive(Clone, Copy, Debug)]
pub struct OrEmpty<R>(pub R);

impl<R: Rule> Rule for OrEmpty<R> {
    type Output = Option<R::Output>;

    fn read(&self, value: &Value) -> Result<Self::Output, RejectionKind> {
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

    fn read(&self, value: &Value) -> Result<Self::Output, RejectionKind> {
        let values = value.as_array().ok_or_else(|| wrong_type("a list", value))?;
        if values.len() > self.most {
            return Err(RejectionKind::TooMany { most: self.most });
        }
        values.iter().map(|value| self.of.read(value)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Bool, Choice, Int, List, Number, OrEmpty, Rule};
    use crate::failure::RejectionKind;
    use serde_json::json;

    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Shift {
        Early,
        Late,
    }

    crate::words! {
        Shift { Early = "早班", Late = "late" }
    }

    fn wants(expected: &str) -> impl Fn(&RejectionKind) -> bool {
        move |kind| matches!(kind, RejectionKind::WrongType { expected: wanted, .. } if wanted == expected)
    }

    #[test]
    fn whole_numbers() {
        let age = Int::between(0, 150);
        for right in [json!(45), json!("45"), json!(" 45 "), json!(45.0)] {
            assert_eq!(age.read(&right), Ok(45), "{right}");
        }
        for wrong in [json!(45.5), json!("45.5"), json!("old"), json!(true), json!(1e300), json!([]), json!("")] {
            assert!(age.read(&wrong).is_err_and(|kind| wants("i64")(&kind)), "{wrong}");
        }
        assert_eq!(age.read(&json!(-1)), Err(RejectionKind::TooSmall { least: 0, most: 150 }));
        assert_eq!(age.read(&json!(151)), Err(RejectionKind::TooLarge { least: 0, most: 150 }));
        assert_eq!(Number(Some).read(&json!("-7")), Ok(Some(-7)));
    }

    #[test]
    fn booleans() {
        for right in [json!(true), json!("True"), json!(1), json!(" yes ")] {
            assert_eq!(Bool.read(&right), Ok(true), "{right}");
        }
        for wrong in [json!("maybe"), json!(2), json!([]), json!("")] {
            assert!(Bool.read(&wrong).is_err_and(|kind| wants("a boolean")(&kind)), "{wrong}");
        }
    }

    #[test]
    fn words() {
        let choice = Choice::<Shift>::new();
        assert_eq!(choice.read(&json!("早班")), Ok(Shift::Early));
        assert_eq!(choice.read(&json!(" LATE ")), Ok(Shift::Late));
        for wrong in [json!("night"), json!(""), json!(0)] {
            let allowed = &["早班", "late"];
            assert_eq!(choice.read(&wrong), Err(RejectionKind::UnknownVariant { allowed }), "{wrong}");
        }
    }

    #[test]
    fn lists_end_somewhere() {
        let list = List { of: Int::at_least(0), most: 2 };
        assert_eq!(list.read(&json!([1, "2"])), Ok(vec![1, 2]));
        assert_eq!(list.read(&json!([1, 2, 3])), Err(RejectionKind::TooMany { most: 2 }));
        assert!(list.read(&json!([-1])).is_err() && list.read(&json!("1")).is_err());
        assert_eq!(OrEmpty(list).read(&json!(" ")), Ok(None));
    }
}
