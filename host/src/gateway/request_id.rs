//! The name of a request: the client's own if it is harmless, otherwise a UUIDv7.

use http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

/// The header it comes and goes by.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The longest identifier that is taken over from a client.
const MAX_LENGTH: usize = 64;

/// The request's identifier, as text and as the header of the answer.
pub fn of(headers: &HeaderMap) -> (String, HeaderValue) {
    if let Some(value) = headers.get(HEADER)
        && let Ok(text) = value.to_str()
        && is_harmless(text)
    {
        return (text.to_owned(), value.clone());
    }
    let text = Uuid::now_v7().to_string();
    let value = HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("invalid"));
    (text, value)
}

/// Whether the text can stand in logs, headers and answers as it is.
fn is_harmless(text: &str) -> bool {
    (1..=MAX_LENGTH).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(value: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, HeaderValue::from_str(value).expect("a header value"));
        of(&headers).0
    }

    #[test]
    fn a_harmless_identifier_is_kept() {
        assert_eq!(with("trace-7_a.b"), "trace-7_a.b");
    }

    #[test]
    fn a_strange_identifier_is_replaced() {
        for value in ["a b", "{\"x\":1}", "", "a\tb", &"a".repeat(MAX_LENGTH + 1)] {
            assert!(Uuid::parse_str(&with(value)).is_ok(), "{value:?}");
        }
    }

    #[test]
    fn identifiers_differ_and_the_header_says_the_same() {
        let (first, header) = of(&HeaderMap::new());
        assert_eq!(header, first.as_str());
        assert_ne!(first, of(&HeaderMap::new()).0);
    }
}
