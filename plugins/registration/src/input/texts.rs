//! Texts, and those with a form of their own.

use serde_json::Value;

use super::rules::{Fault, Rule};

/// Text of at least one visible character, within a length, without control characters.
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
        let text = value.as_str().ok_or("应为字符串")?;
        let length = text.chars().count();
        if !self.blank && text.trim().is_empty() {
            return Err("不能为空".into());
        }
        if length < self.least {
            return Err(format!("至少 {} 个字符", self.least).into());
        }
        if length > self.most {
            return Err(format!("最多 {} 个字符", self.most).into());
        }
        if !text.chars().all(|character| self.allows(character)) {
            return Err("含有非法字符".into());
        }
        Ok(text.to_owned())
    }
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
        fits.then(|| text.to_owned()).ok_or_else(|| "邮箱格式不正确".into())
    }
}

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
    use super::{Email, IdCard, Phone, Rule, Text};
    use crate::domain::Gender;
    use proptest::prelude::{any, proptest};
    use serde_json::{Value, json};

    #[test]
    fn texts() {
        let line = Text::line(5);
        assert_eq!(line.read(&json!("张伟")).as_deref(), Ok("张伟"));
        assert_eq!(line.read(&json!("   ")), Err("不能为空".into()));
        assert_eq!(line.read(&json!("123456")), Err("最多 5 个字符".into()));
        for wrong in ["a\0b", "a\nb"] {
            assert_eq!(line.read(&json!(wrong)), Err("含有非法字符".into()));
        }
        assert_eq!(Text::lines(5).read(&json!("a\r\nb")).as_deref(), Ok("a\r\nb"));
        assert_eq!(Text::lines(5).or_blank().read(&json!("")).as_deref(), Ok(""));
        for wrong in [json!(5), json!(true), json!([]), json!({})] {
            assert_eq!(line.read(&wrong), Err("应为字符串".into()));
        }
    }

    #[test]
    fn addresses() {
        for right in ["admin@ward.local", "a.b+c@sub.example.com", "张伟@例子.公司"] {
            assert_eq!(Email.read(&json!(right)).as_deref(), Ok(right));
        }
        let long = format!("{}@example.com", "a".repeat(65));
        for wrong in ["a", "a@b", "@example.com", "a@", "a@@b.c", "a b@example.com", "a@-b.c", "a@b..c", &long] {
            assert!(Email.read(&json!(wrong)).is_err(), "{wrong}");
        }
    }

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
            if let Ok(read) = Text::line(20).read(&value) {
                assert!(!read.contains('\0') && read.chars().count() <= 20);
            }
            let _ = (Email.read(&value), Phone.read(&value), IdCard.read(&value));
        }
    }
}
