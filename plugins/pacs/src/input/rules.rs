//! What a field may hold. The words of the refusals are Pydantic's.

use std::borrow::Cow;
use std::marker::PhantomData;

use serde_json::Value;

use crate::domain::{Gender, Timestamp, Word};

/// Why a field is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// A sentence for people.
    pub message: Cow<'static, str>,
    /// A word for programs.
    pub kind: &'static str,
}

impl Fault {
    /// A fault.
    pub fn new(message: impl Into<Cow<'static, str>>, kind: &'static str) -> Self {
        Self { message: message.into(), kind }
    }
}

/// How a field is read.
pub trait Rule {
    /// What it becomes.
    type Output;

    /// Reads it; it is not null.
    fn read(&self, value: &Value) -> Result<Self::Output, Fault>;
}

/// Text of at least one visible character, within a length, without NUL.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    least: usize,
    most: usize,
    lines: bool,
    blank: bool,
}

impl Text {
    /// One line of at most `most` characters.
    #[must_use]
    pub const fn line(most: usize) -> Self {
        Self { least: 1, most, lines: false, blank: false }
    }

    /// Several lines.
    #[must_use]
    pub const fn lines(most: usize) -> Self {
        Self { least: 1, most, lines: true, blank: false }
    }

    /// The same, also empty.
    #[must_use]
    pub const fn or_blank(self) -> Self {
        Self { least: 0, blank: true, ..self }
    }

    /// A secret, taken as it is: any characters, at least `least`.
    #[must_use]
    pub const fn secret(least: usize, most: usize) -> Self {
        Self { least, most, lines: true, blank: true }
    }

    fn allows(self, character: char) -> bool {
        match character {
            '\n' | '\r' | '\t' => self.lines,
            other => !other.is_control(),
        }
    }
}

impl Rule for Text {
    type Output = String;

    fn read(&self, value: &Value) -> Result<String, Fault> {
        let text = value.as_str().ok_or_else(|| Fault::new("str type expected", "type_error.str"))?;
        let length = text.chars().count();
        if length < self.least || (!self.blank && text.trim().is_empty()) {
            let message = format!("ensure this value has at least {} characters", self.least);
            return Err(Fault::new(message, "value_error.any_str.min_length"));
        }
        if length > self.most {
            let message = format!("ensure this value has at most {} characters", self.most);
            return Err(Fault::new(message, "value_error.any_str.max_length"));
        }
        if !text.chars().all(|character| self.allows(character)) {
            return Err(Fault::new("ensure this value has no control characters", "value_error.str.control"));
        }
        Ok(text.to_owned())
    }
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
        let number = number.ok_or_else(|| Fault::new("value is not a valid integer", "type_error.integer"))?;
        if number < self.least {
            let message = format!("ensure this value is greater than or equal to {}", self.least);
            return Err(Fault::new(message, "value_error.number.not_ge"));
        }
        if number > self.most {
            let message = format!("ensure this value is less than or equal to {}", self.most);
            return Err(Fault::new(message, "value_error.number.not_le"));
        }
        Ok(number)
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

/// True or false, also in Pydantic's other words for them.
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
            "true" | "1" | "yes" | "on" | "t" | "y" => Ok(true),
            "false" | "0" | "no" | "off" | "f" | "n" => Ok(false),
            _ => Err(Fault::new("value could not be parsed to a boolean", "type_error.bool")),
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
        value.as_str().and_then(T::parse).ok_or_else(unknown::<T>)
    }
}

/// A gender, by its letter or written out.
#[derive(Clone, Copy, Debug)]
pub struct Genders;

impl Rule for Genders {
    type Output = Gender;

    fn read(&self, value: &Value) -> Result<Gender, Fault> {
        value.as_str().and_then(Gender::understand).ok_or_else(unknown::<Gender>)
    }
}

fn unknown<T: Word>() -> Fault {
    let words: Vec<String> = T::WORDS.iter().map(|(_, word)| format!("'{word}'")).collect();
    let message = format!("value is not a valid enumeration member; permitted: {}", words.join(", "));
    Fault::new(message, "type_error.enum")
}

/// An e-mail address: something before one `@`, a host name behind it, 254 characters at most.
#[derive(Clone, Copy, Debug)]
pub struct Email;

impl Rule for Email {
    type Output = String;

    fn read(&self, value: &Value) -> Result<String, Fault> {
        let text = Text::line(254).read(value)?;
        let text = text.trim();
        let (local, host) = text.split_once('@').unwrap_or_default();
        let label = |label: &str| {
            let whole = label.chars().all(|character| character.is_alphanumeric() || character == '-');
            whole && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
        };
        let plain = |character: char| !character.is_whitespace() && !"()<>[]:;,\\\"@".contains(character);
        let fits = (1..=64).contains(&local.chars().count())
            && local.chars().all(plain)
            && host.contains('.')
            && host.split('.').all(label);
        let wrong = || Fault::new("value is not a valid email address", "value_error.email");
        fits.then(|| text.to_owned()).ok_or_else(wrong)
    }
}

/// A day or a point in time, as the edge of a span.
#[derive(Clone, Copy, Debug)]
pub struct Moment(pub fn(&str) -> Option<Timestamp>);

impl Rule for Moment {
    type Output = Timestamp;

    fn read(&self, value: &Value) -> Result<Timestamp, Fault> {
        let wrong = || Fault::new("invalid date format", "value_error.date");
        value.as_str().and_then(|text| (self.0)(text.trim())).ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::{Bool, Choice, Email, Int, Moment, Number, Rule, Text};
    use crate::domain::{CentreId, Modality, Timestamp};
    use proptest::prelude::{any, proptest};
    use serde_json::{Value, json};

    fn kind<R: Rule<Output: std::fmt::Debug>>(rule: &R, value: &Value) -> &'static str {
        rule.read(value).expect_err("refused").kind
    }

    #[test]
    fn texts() {
        let line = Text::line(5);
        assert_eq!(line.read(&json!("张伟")).as_deref(), Ok("张伟"));
        assert_eq!(kind(&line, &json!("   ")), "value_error.any_str.min_length");
        assert_eq!(kind(&line, &json!("123456")), "value_error.any_str.max_length");
        assert_eq!(line.read(&json!("汉字汉字汉")).as_deref(), Ok("汉字汉字汉"));
        assert_eq!(kind(&line, &json!("a\0b")), "value_error.str.control");
        assert_eq!(kind(&line, &json!("a\nb")), "value_error.str.control");
        assert_eq!(Text::lines(5).read(&json!("a\r\nb")).as_deref(), Ok("a\r\nb"));
        assert_eq!(kind(&Text::lines(5), &json!("a\0b")), "value_error.str.control");
        assert_eq!(Text::lines(5).or_blank().read(&json!("")).as_deref(), Ok(""));
        for wrong in [json!(5), json!(true), json!([]), json!({})] {
            assert_eq!(kind(&line, &wrong), "type_error.str");
        }
    }

    #[test]
    fn whole_numbers() {
        let age = Int::between(0, 150);
        for right in [json!(45), json!("45"), json!(" 45 "), json!(45.0)] {
            assert_eq!(age.read(&right), Ok(45), "{right}");
        }
        for wrong in [json!(45.5), json!("45.5"), json!("old"), json!(true), json!(1e300), json!([]), json!("")] {
            assert_eq!(kind(&age, &wrong), "type_error.integer", "{wrong}");
        }
        assert_eq!(kind(&age, &json!(-1)), "value_error.number.not_ge");
        assert_eq!(kind(&age, &json!(151)), "value_error.number.not_le");
        assert_eq!(Number(CentreId).read(&json!("7")), Ok(CentreId(7)));
    }

    #[test]
    fn booleans_choices_and_moments() {
        assert_eq!(Bool.read(&json!(false)), Ok(false));
        assert_eq!(Bool.read(&json!("True")), Ok(true));
        assert_eq!(Bool.read(&json!(0)), Ok(false));
        assert_eq!(kind(&Bool, &json!("maybe")), "type_error.bool");
        assert_eq!(kind(&Bool, &json!(2)), "type_error.bool");
        assert_eq!(Choice::<Modality>::new().read(&json!("CT")), Ok(Modality::Ct));
        let refused = Choice::<Modality>::new().read(&json!("mr")).expect_err("no such word");
        let words = "'ct', 'xray', 'mri', 'ultrasound', 'pet'";
        assert_eq!(refused.message, format!("value is not a valid enumeration member; permitted: {words}"));
        assert_eq!(kind(&Moment(Timestamp::start_of), &json!("soon")), "value_error.date");
    }

    #[test]
    fn addresses() {
        for right in ["admin@ward.local", "a.b+c@sub.example.com", "张伟@例子.公司"] {
            assert_eq!(Email.read(&json!(right)).as_deref(), Ok(right));
        }
        let long = format!("{}@example.com", "a".repeat(65));
        for wrong in ["a", "a@b", "@example.com", "a@", "a@@b.c", "a b@example.com", "a@-b.c", "a@b..c", &long] {
            assert_eq!(kind(&Email, &json!(wrong)), "value_error.email", "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_text_upsets_a_rule(text in any::<String>()) {
            let value = Value::String(text.clone());
            if let Ok(read) = Text::line(20).read(&value) {
                assert!(!read.contains('\0') && read.chars().count() <= 20);
            }
            let _ = (Email.read(&value), Int::at_least(0).read(&value), Bool.read(&value));
            let _ = (Timestamp::start_of(&text), Timestamp::end_of(&text));
        }
    }
}
