//! Texts with a form of their own.

use serde_json::Value;

use super::{Fault, Rule, Text};

/// A phone number: 5 to 15 digits, perhaps after a `+`, with spaces and hyphens between. It becomes its
/// digits, without `+86`: so written, equal numbers are equal.
#[derive(Clone, Copy, Debug)]
pub struct Phone;

impl Rule for Phone {
    type Output = String;

    fn read(&self, value: &Value) -> Result<String, Fault> {
        let text = match value {
            Value::Number(number) => number.to_string(),
            other => Text::line(40).read(other)?,
        };
        let compact: String = text.chars().filter(|character| !matches!(character, ' ' | '-')).collect();
        let national = compact.strip_prefix("+86").unwrap_or(&compact);
        let digits = national.strip_prefix('+').unwrap_or(national);
        let fits = digits.bytes().all(|byte| byte.is_ascii_digit()) && (5..=15).contains(&digits.len());
        fits.then(|| national.to_owned()).ok_or_else(|| "手机号格式不正确".into())
    }
}

/// A Chinese identity card's number: 17 digits, a day of birth among them, and a digit or an X. The check
/// digit is not computed: the document's own examples have wrong ones.
#[derive(Clone, Copy, Debug)]
pub struct IdCard;

impl Rule for IdCard {
    type Output = String;

    fn read(&self, value: &Value) -> Result<String, Fault> {
        let text = Text::line(40).read(value)?.trim().to_ascii_uppercase();
        if is_id_card(text.as_bytes()) { Ok(text) } else { Err("身份证号格式不正确".into()) }
    }
}

fn is_id_card(text: &[u8]) -> bool {
    let [digits @ .., check] = text else { return false };
    let form = digits.len() == 17 && digits.iter().all(u8::is_ascii_digit);
    form && (check.is_ascii_digit() || *check == b'X') && birth_date(text).is_some()
}

/// The day of birth that an identity card's number holds.
fn birth_date(text: &[u8]) -> Option<crate::domain::Day> {
    let [.., y1, y2, y3, y4, m1, m2, d1, d2, _, _, _, _] = text else { return None };
    let day = [*y1, *y2, *y3, *y4, b'-', *m1, *m2, b'-', *d1, *d2];
    std::str::from_utf8(&day).ok()?.parse().ok()
}

impl IdCard {
    /// The day of birth in a number that this rule has read.
    #[must_use]
    pub fn birth_date(number: &str) -> Option<crate::domain::Day> {
        birth_date(number.as_bytes())
    }

    /// The gender in it.
    #[must_use]
    pub fn gender(number: &str) -> Option<crate::domain::Gender> {
        let digit = number.as_bytes().get(16)?;
        Some(if digit % 2 == 1 { crate::domain::Gender::Male } else { crate::domain::Gender::Female })
    }
}

#[cfg(test)]
mod tests {
    use super::{IdCard, Phone, Rule};
    use crate::domain::Gender;
    use proptest::prelude::{any, proptest};
    use serde_json::{Value, json};

    #[test]
    fn phone_numbers_are_their_digits() {
        for same in
            [json!("+86 138-0000-0000"), json!("138 0000 0000"), json!("+8613800000000"), json!(13_800_000_000_u64)]
        {
            assert_eq!(Phone.read(&same).as_deref(), Ok("13800000000"), "{same}");
        }
        assert_eq!(Phone.read(&json!("+1 234 567 890")).as_deref(), Ok("+1234567890"));
        for wrong in ["", "1234", "138x0000000", "１３８００００００００", "++861380000", "1234567890123456"]
        {
            assert!(Phone.read(&json!(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn identity_cards_have_a_day_of_birth() {
        assert_eq!(IdCard.read(&json!("11010519491231002x")).as_deref(), Ok("11010519491231002X"));
        assert_eq!(IdCard::birth_date("11010519491231002X").map(|day| day.to_string()).as_deref(), Some("1949-12-31"));
        assert_eq!(IdCard::gender("11010519491231002X"), Some(Gender::Female));
        for wrong in ["1101051949123100", "11010519491331002X", "汉字", "11010519491231002XX"] {
            assert!(IdCard.read(&json!(wrong)).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_text_upsets_a_rule(text in any::<String>()) {
            let value = Value::String(text);
            let _ = (Phone.read(&value), IdCard.read(&value));
        }
    }
}
