//! Why a caller wants to get past a denial: `x-ward-break-glass`.

/// The header.
pub const HEADER: &str = "x-ward-break-glass";

/// Characters of a reason.
const LEAST: usize = 10;
const MOST: usize = 500;

/// What a reason must be.
pub const EXPECTED: &str = "the header x-ward-break-glass is a reason in words: 10 to 500 characters of UTF-8, of which those \
     beyond ASCII, and `%`, may be percent-encoded";

/// The reason, if it is one.
#[must_use]
pub fn reason(header: &[u8]) -> Option<String> {
    let decoded: Vec<u8> = percent_encoding::percent_decode(header).collect();
    let text = String::from_utf8(decoded).ok()?;
    let text = text.trim();
    let length = text.chars().count();
    ((LEAST..=MOST).contains(&length) && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_words_as_they_are_or_percent_encoded() {
        let plain = "unconscious, no relative can be reached";
        assert_eq!(reason(plain.as_bytes()).as_deref(), Some(plain));
        let chinese = "患者昏迷，无法联系到任何家属";
        assert_eq!(reason(chinese.as_bytes()).as_deref(), Some(chinese));
        let encoded = percent_encoding::utf8_percent_encode(chinese, percent_encoding::NON_ALPHANUMERIC).to_string();
        assert_eq!(reason(encoded.as_bytes()).as_deref(), Some(chinese));
        assert_eq!(reason(b"  bleeding, blood group needed ").as_deref(), Some("bleeding, blood group needed"));
    }

    #[test]
    fn what_says_nothing_or_too_much_is_no_reason() {
        let long = "x".repeat(501);
        for wrong in
            [&b""[..], b"urgent", b"          x", b"bad \xff\xfe bytes here", b"a line%0abreak in it", long.as_bytes()]
        {
            assert_eq!(reason(wrong), None);
        }
        assert!(reason("急".repeat(500).as_bytes()).is_some());
    }
}
