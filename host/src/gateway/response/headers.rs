//! A plugin's headers: which of them reach the client, and what the host adds.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Headers of one answer.
const MAX_HEADERS: usize = 64;
/// Bytes of all names and values of one answer.
const MAX_BYTES: usize = 32 << 10;

/// Headers that are the host's alone: the connection's, those it computes, and those that would speak
/// for the whole origin, which other plugins share.
const HOSTS_OWN: [HeaderName; 19] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    HeaderName::from_static("proxy-connection"),
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::CONTENT_LENGTH,
    header::CONTENT_RANGE,
    header::ACCEPT_RANGES,
    header::DATE,
    header::SERVER,
    header::SET_COOKIE,
    header::ALT_SVC,
    header::STRICT_TRANSPORT_SECURITY,
    HeaderName::from_static("clear-site-data"),
    HeaderName::from_static("x-request-id"),
];

/// Why headers are not ones. The texts name a header, never its value.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum HeaderError {
    /// More than an answer may have.
    #[error("it has too many headers")]
    TooMany,
    /// A name with characters that a name cannot have.
    #[error("a header's name is invalid")]
    Name,
    /// A value with a line break or another control character.
    #[error("the value of the header `{0}` is invalid")]
    Value(String),
}

/// The plugin's headers without those that are not its own to set.
pub fn from_plugin(headers: &[(String, String)]) -> Result<HeaderMap, HeaderError> {
    let bytes: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
    if headers.len() > MAX_HEADERS || bytes > MAX_BYTES {
        return Err(HeaderError::TooMany);
    }
    let mut map = HeaderMap::with_capacity(headers.len() + 6);
    for (name, value) in headers {
        let name = HeaderName::try_from(name.as_str()).map_err(|_| HeaderError::Name)?;
        if HOSTS_OWN.contains(&name) || name.as_str().starts_with("access-control-") {
            continue;
        }
        let value = HeaderValue::try_from(value.as_str()).map_err(|_| HeaderError::Value(name.to_string()))?;
        map.append(name, value);
    }
    Ok(map)
}

/// What every answer carries unless it says otherwise itself: nobody else may keep it, and nobody may
/// guess what it is.
pub fn defaults(headers: &mut HeaderMap) {
    const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");
    const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
    headers.entry(header::CACHE_CONTROL).or_insert(PRIVATE);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
}

/// The client's headers as a plugin sees them: without credentials and without the connection's own.
pub fn for_plugin(headers: &HeaderMap) -> Vec<(String, String)> {
    /// Also not for plugins: they see one client address, the one that the host believes.
    const WITHHELD: [HeaderName; 13] = [
        header::AUTHORIZATION,
        header::COOKIE,
        header::PROXY_AUTHORIZATION,
        header::CONNECTION,
        HeaderName::from_static("keep-alive"),
        HeaderName::from_static("proxy-connection"),
        header::TE,
        header::TRAILER,
        header::TRANSFER_ENCODING,
        header::UPGRADE,
        header::FORWARDED,
        HeaderName::from_static("x-forwarded-for"),
        HeaderName::from_static("x-request-id"),
    ];
    let text = |(name, value): (&HeaderName, &HeaderValue)| {
        if WITHHELD.contains(name) {
            return None;
        }
        Some((name.as_str().to_owned(), std::str::from_utf8(value.as_bytes()).ok()?.to_owned()))
    };
    headers.iter().filter_map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(name: &str, value: &str) -> Result<Option<HeaderValue>, HeaderError> {
        let map = from_plugin(&[(name.into(), value.into())])?;
        Ok(map.into_iter().next().map(|(_, value)| value))
    }

    #[test]
    fn ordinary_headers_pass() {
        assert_eq!(passed("Content-Type", "text/csv"), Ok(Some(HeaderValue::from_static("text/csv"))));
        assert_eq!(
            from_plugin(&[("vary".into(), "a".into()), ("vary".into(), "b".into())]).map(|map| map.len()),
            Ok(2)
        );
    }

    #[test]
    fn headers_of_the_host_are_dropped() {
        for name in [
            "Connection",
            "transfer-encoding",
            "content-length",
            "set-cookie",
            "access-control-allow-origin",
            "x-request-id",
        ] {
            assert_eq!(passed(name, "x"), Ok(None), "{name}");
        }
    }

    #[test]
    fn headers_that_are_none_are_errors() {
        assert_eq!(passed("bad name", "x"), Err(HeaderError::Name));
        assert_eq!(passed("", "x"), Err(HeaderError::Name));
        assert_eq!(passed("x-a", "a\r\nset-cookie: b"), Err(HeaderError::Value("x-a".into())));
    }

    #[test]
    fn number_and_size_are_bounded() {
        let many = vec![("a".to_string(), "b".to_string()); MAX_HEADERS + 1];
        assert_eq!(from_plugin(&many), Err(HeaderError::TooMany));
        assert_eq!(passed("a", &"b".repeat(MAX_BYTES)), Err(HeaderError::TooMany));
    }

    #[test]
    fn defaults_leave_the_plugins_caching_alone() {
        let mut own = from_plugin(&[("cache-control".into(), "max-age=5".into())]).expect("headers");
        defaults(&mut own);
        assert_eq!(own[header::CACHE_CONTROL], "max-age=5");
        let mut none = HeaderMap::new();
        defaults(&mut none);
        assert_eq!(
            (&none[header::CACHE_CONTROL], &none[header::X_CONTENT_TYPE_OPTIONS]),
            (&"private, no-store".parse().expect("a value"), &"nosniff".parse().expect("a value"))
        );
    }

    #[test]
    fn a_plugin_sees_no_credentials() {
        let mut headers = HeaderMap::new();
        for name in ["authorization", "cookie", "connection", "x-forwarded-for", "accept"] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static("x"));
        }
        assert_eq!(for_plugin(&headers), [("accept".to_string(), "x".to_string())]);
    }
}
