//! Names to sign in by, and the form in which they are compared.

use unicode_normalization::UnicodeNormalization;

use super::IdentityError;

/// Characters of a login as it is shown.
const MAX_CHARS: usize = 128;
/// Characters of a login as it is compared; some characters unfold to many.
const MAX_KEY_CHARS: usize = 256;
/// Digits of a phone number.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 3..=20;

/// What a login is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LoginKind {
    /// A name the person goes by here.
    Username,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// The number the hospital gave its staff.
    StaffId,
}

impl LoginKind {
    /// As it is stored and said.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::StaffId => "staff-id",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        [Self::Username, Self::Email, Self::Phone, Self::StaffId].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A login as a person writes it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Login {
    /// Its kind.
    pub kind: LoginKind,
    /// As it is shown.
    pub value: String,
}

/// A login that can be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) kind: LoginKind,
    /// What is compared; unique.
    pub(super) key: String,
    /// What is shown.
    pub(super) shown: String,
}

impl Name {
    pub(super) fn of(login: &Login) -> Result<Self, IdentityError> {
        let shown = login.value.trim();
        Ok(Self { kind: login.kind, key: key(login.kind, shown)?, shown: shown.to_owned() })
    }
}

/// The form in which a login of this kind is compared.
pub(super) fn key(kind: LoginKind, value: &str) -> Result<String, IdentityError> {
    let folded = fold(value)?;
    match kind {
        LoginKind::Username | LoginKind::StaffId => Ok(folded),
        LoginKind::Email => match folded.split_once('@') {
            Some((user, host)) if !user.is_empty() && !host.is_empty() && !folded.contains(' ') => Ok(folded),
            _ => Err(IdentityError::Invalid("an e-mail address has a name, an @ and a host")),
        },
        LoginKind::Phone => phone(&folded).ok_or(IdentityError::Invalid("a phone number has 3 to 20 digits")),
    }
}

/// Without case, width and surrounding space: what looks alike to a person is alike.
fn fold(value: &str) -> Result<String, IdentityError> {
    let value = value.trim();
    if value.is_empty() {
        return Err(IdentityError::Invalid("a login is empty"));
    }
    if value.chars().nth(MAX_CHARS).is_some() {
        return Err(IdentityError::Invalid("a login has more than 128 characters"));
    }
    let folded: String = value.nfkc().collect::<String>().to_lowercase().nfkc().collect();
    let folded = folded.trim();
    if folded.is_empty() || folded.chars().nth(MAX_KEY_CHARS).is_some() || folded.chars().any(is_hidden) {
        return Err(IdentityError::Invalid("a login has characters that cannot be"));
    }
    Ok(folded.to_owned())
}

/// Control and format characters, with which two logins could look the same.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Digits, with a leading `+` where the country is another than 86.
fn phone(folded: &str) -> Option<String> {
    let compact: String = folded.chars().filter(|c| !matches!(c, ' ' | '-' | '\u{2010}' | '\u{2011}')).collect();
    let national = compact.strip_prefix("+86").unwrap_or(&compact);
    let digits = national.strip_prefix('+').unwrap_or(national);
    (digits.bytes().all(|b| b.is_ascii_digit()) && PHONE_DIGITS.contains(&digits.len())).then(|| national.to_owned())
}

/// What failures are counted by: one for every way to write the same login.
pub(super) fn attempt(kinds: &[LoginKind], value: &str) -> Option<String> {
    let folded = fold(value).ok()?;
    let as_phone = kinds.contains(&LoginKind::Phone).then(|| phone(&folded)).flatten();
    Some(as_phone.unwrap_or(folded))
}
