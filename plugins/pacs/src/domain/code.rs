//! The 8 characters that name a study beside its number.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};
use ward_sdk::detail::NOT_A_NUMBER;
use ward_sdk::sql::{FromValue, ToValue, Value};

use super::StudyId;

/// Characters of a code.
const LENGTH: usize = 8;

/// What they are taken from.
const ALPHABET: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// Bytes from here on would make some characters likelier than others: the largest multiple of 36 below 256.
const FAIR: u8 = 252;

/// Eight of `A`–`Z` and `0`–`9`, at least one of them a letter: a code is never also a study's number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct StudyCode(String);

impl StudyCode {
    /// The code written as `text`, in either case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == LENGTH
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && text.bytes().any(|byte| byte.is_ascii_alphabetic());
        fits.then(|| Self(text.to_ascii_uppercase()))
    }

    /// A code drawn from `random`, evenly over all codes.
    pub fn draw(mut random: impl FnMut() -> [u8; 8]) -> Self {
        let mut text = String::with_capacity(LENGTH);
        loop {
            for byte in random().into_iter().filter(|byte| *byte < FAIR) {
                text.push(char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]));
                if text.len() == LENGTH {
                    if let Some(code) = Self::parse(&text) {
                        return code;
                    }
                    text.clear();
                }
            }
        }
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StudyCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl ToValue for StudyCode {
    fn to_value(&self) -> Value {
        Value::Text(self.0.clone())
    }
}

impl FromValue for StudyCode {
    const EXPECTED: &'static str = "a study's 8 characters";

    fn from_value(value: &Value) -> Option<Self> {
        String::from_value(value).and_then(|text| Self::parse(&text))
    }
}

impl<'de> Deserialize<'de> for StudyCode {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("value is not a study id of 8 letters and digits"))
    }
}

/// A study as a path names it: by number, or by its 8 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StudyRef {
    /// Its number.
    Number(StudyId),
    /// Its code.
    Code(StudyCode),
}

impl<'de> Deserialize<'de> for StudyRef {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let number = text.parse().ok().map(|number| Self::Number(StudyId(number)));
        let code = || StudyCode::parse(&text).map(Self::Code);
        number.or_else(code).ok_or_else(|| de::Error::custom(NOT_A_NUMBER))
    }
}

#[cfg(test)]
mod tests {
    use super::{StudyCode, StudyId, StudyRef};
    use proptest::prelude::{any, proptest};

    fn reference(text: &str) -> Option<StudyRef> {
        serde_json::from_value(serde_json::json!(text)).ok()
    }

    #[test]
    fn a_reference_is_a_number_or_a_code_and_never_both() {
        assert_eq!(reference("7"), Some(StudyRef::Number(StudyId(7))));
        assert_eq!(reference("12345678"), Some(StudyRef::Number(StudyId(12_345_678))));
        assert_eq!(reference("X3LUIDBH"), StudyCode::parse("X3LUIDBH").map(StudyRef::Code));
        assert_eq!(reference("x3luidbh"), reference("X3LUIDBH"));
        for wrong in ["", "X3LUIDB", "X3LUIDBHH", "X3LUID-H", "汉字", "1.5", "99999999999999999999"] {
            assert_eq!(reference(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_drawn_code_parses_and_holds_a_letter(seed in any::<u64>()) {
            let mut state = seed;
            let code = StudyCode::draw(|| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                state.to_be_bytes()
            });
            assert_eq!(StudyCode::parse(code.as_str()), Some(code.clone()));
            assert!(code.as_str().parse::<i64>().is_err());
        }
    }

    #[test]
    fn digits_alone_are_drawn_again() {
        let mut rounds = [[26_u8; 8], [0; 8]].into_iter();
        let code = StudyCode::draw(|| rounds.next().expect("two rounds are enough"));
        assert_eq!(code.as_str(), "AAAAAAAA");
    }
}
