//! Texts, and e-mail addresses.

use serde_json::Value;

use super::rules::{Rule, wrong_type};
use crate::failure::RejectionKind;

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

    fn read(&self, value: &Value) -> Result<String, RejectionKind> {
        let text = value.as_str().ok_or_else(|| wrong_type("a string", value))?;
        let length = text.chars().count();
        if !self.blank && text.trim().is_empty() {
            return Err(RejectionKind::Blank);
        }
        if length < self.least {
            return Err(RejectionKind::TooShort { least: self.least });
        }
        if length > self.most {
            return Err(RejectionKind::TooLong { most: self.most });
        }
        if !text.chars().all(|character| self.allows(character)) {
            return Err(RejectionKind::ControlCharacter);
        }
        Ok(text.to_owned())
    }
}

/// An e-mail address: something before one `@`, a host name behind it, 254 characters at most.
#[derive(Clone, Copy, Debug)]
pub struct Email;

impl Rule for Email {
    type Output = String;

    fn read(&self, value: &Value) -> Result<String, RejectionKind> {
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
        fits.then(|| text.to_owned()).ok_or(RejectionKind::NotEmail)
    }
}

#[cfg(test)]
mod tests {
    use super::{Email, Rule, Text};
    use crate::failure::RejectionKind;
    use proptest::prelude::{any, proptest};
    use serde_json::{Value, json};

    #[test]
    fn texts() {
        let line = Text::line(5);
        assert_eq!(line.read(&json!("张伟")).as_deref(), Ok("张伟"));
        assert_eq!(line.read(&json!("汉字汉字汉")).as_deref(), Ok("汉字汉字汉"));
        assert_eq!(line.read(&json!("   ")), Err(RejectionKind::Blank));
        assert_eq!(line.read(&json!("123456")), Err(RejectionKind::TooLong { most: 5 }));
        for wrong in ["a\0b", "a\nb"] {
            assert_eq!(line.read(&json!(wrong)), Err(RejectionKind::ControlCharacter));
        }
        for wrong in [json!(5), json!(true), json!([]), json!({})] {
            assert!(matches!(line.read(&wrong), Err(RejectionKind::WrongType { .. })), "{wrong}");
        }
    }

    #[test]
    fn texts_of_several_lines_blank_ones_and_secrets() {
        assert_eq!(Text::lines(5).read(&json!("a\r\nb")).as_deref(), Ok("a\r\nb"));
        assert_eq!(Text::lines(5).read(&json!("a\0b")), Err(RejectionKind::ControlCharacter));
        assert_eq!(Text::lines(5).or_blank().read(&json!("")).as_deref(), Ok(""));
        assert_eq!(Text::secret(4, 9).read(&json!("    ")).as_deref(), Ok("    "));
        assert_eq!(Text::secret(4, 9).read(&json!("abc")), Err(RejectionKind::TooShort { least: 4 }));
    }

    #[test]
    fn addresses() {
        for right in ["admin@ward.local", "a.b+c@sub.example.com", "张伟@例子.公司"] {
            assert_eq!(Email.read(&json!(right)).as_deref(), Ok(right));
        }
        let long = format!("{}@example.com", "a".repeat(65));
        for wrong in ["a", "a@b", "@example.com", "a@", "a@@b.c", "a b@example.com", "a@-b.c", "a@b..c", &long] {
            assert_eq!(Email.read(&json!(wrong)), Err(RejectionKind::NotEmail), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_text_upsets_a_rule(text in any::<String>()) {
            let value = Value::String(text);
            if let Ok(read) = Text::line(20).read(&value) {
                assert!(!read.contains('\0') && read.chars().count() <= 20);
            }
            let _ = Email.read(&value);
        }
    }
}
