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
        (scheme.eq_ignore_ascii_case("bearer") && is_sound(token)).then_some(token)
    });
    token.map_or(Presented::Malformed, Presented::Token)
}

/// Reads the parameter `token` of a query.
pub fn in_query(query: &str) -> Presented<'_> {
    let mut tokens = query.split('&').filter_map(|pair| pair.strip_prefix(PARAMETER));
    match (tokens.next(), tokens.next()) {
        (None, _) => Presented::Nothing,
        // A token has no letter that a query would escape.
        (Some(token), None) if is_sound(token) => Presented::Token(token),
        _ => Presented::Malformed,
    }
}

/// The query without it.
pub fn without_token(query: &str) -> String {
    let others: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with(PARAMETER)).collect();
    others.join("&")
}

/// Where a token stands in a query.
const PARAMETER: &str = "token=";

fn is_sound(token: &str) -> bool {
    !token.is_empty() && token.len() <= MAX_TOKEN && token.bytes().all(|byte| byte.is_ascii_graphic())
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
    fn a_query_may_carry_a_token_and_loses_it() {
        assert_eq!(in_query("a=1&token=a.b.c&b=2"), Presented::Token("a.b.c"));
        assert_eq!(without_token("a=1&token=a.b.c&b=2"), "a=1&b=2");
        assert_eq!((in_query("tokens=1"), in_query("")), (Presented::Nothing, Presented::Nothing));
        for query in ["token=", "token=a&token=b"] {
            assert_eq!(in_query(query), Presented::Malformed, "{query}");
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
