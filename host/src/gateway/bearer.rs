//! The `Authorization` header.

use http::{HeaderMap, header};

/// The longest token that is looked at, in bytes.
const MAX_TOKEN: usize = 8 << 10;

/// What the client presents.
#[derive(Debug, PartialEq, Eq)]
pub enum Presented<'a> {
    /// No header: an anonymous caller.
    Nothing,
    /// A bearer token.
    Token(&'a str),
    /// A header that is no bearer token, or several.
    Malformed,
}

/// Reads the header.
pub fn presented(headers: &HeaderMap) -> Presented<'_> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Presented::Nothing };
    if values.next().is_some() {
        return Presented::Malformed;
    }
    let token = value.to_str().ok().and_then(|text| text.trim().split_once(' ')).and_then(|(scheme, token)| {
        let token = token.trim_start();
        let sound = !token.is_empty() && token.len() <= MAX_TOKEN && token.bytes().all(|byte| byte.is_ascii_graphic());
        (scheme.eq_ignore_ascii_case("bearer") && sound).then_some(token)
    });
    token.map_or(Presented::Malformed, Presented::Token)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn with(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, HeaderValue::from_str(value).expect("a header value"));
        }
        headers
    }

    #[test]
    fn a_token_is_found_whatever_the_case_of_the_scheme() {
        for value in ["Bearer a.b.c", "bearer  a.b.c", "BEARER a.b.c "] {
            assert_eq!(presented(&with(&[value])), Presented::Token("a.b.c"), "{value:?}");
        }
    }

    #[test]
    fn no_header_is_anonymous() {
        assert_eq!(presented(&HeaderMap::new()), Presented::Nothing);
    }

    #[test]
    fn anything_else_is_malformed() {
        let long = format!("Bearer {}", "a".repeat(MAX_TOKEN + 1));
        for value in ["", "Bearer", "Bearer ", "Basic YTpi", "a.b.c", "Bearer a b", &long] {
            assert_eq!(presented(&with(&[value])), Presented::Malformed, "{value:?}");
        }
        assert_eq!(presented(&with(&["Bearer a", "Bearer b"])), Presented::Malformed);
    }
}
