//! Which web pages may call: the configured origins.

use std::time::Duration;

use http::{HeaderName, HeaderValue, Method, header, request::Parts};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

/// How long a browser may remember a preflight's answer.
const PREFLIGHT_AGE: Duration = Duration::from_mins(10);

/// The layer for the assembly's origins. It answers preflights itself: no token, no redirect.
pub fn layer(origins: &[String]) -> CorsLayer {
    let anyone = origins.iter().any(|origin| origin == "*");
    let allowed: Vec<Pattern> = origins.iter().map(|origin| Pattern::new(origin)).collect();
    let predicate = move |origin: &HeaderValue, _: &Parts| {
        let origin = origin.to_str().unwrap_or_default();
        anyone || allowed.iter().any(|pattern| pattern.matches(origin))
    };
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(predicate))
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([
            HeaderName::from_static("x-request-id"),
            header::ETAG,
            header::CONTENT_DISPOSITION,
            header::CONTENT_RANGE,
            header::ACCEPT_RANGES,
            header::RETRY_AFTER,
        ])
        // Ward knows no cookies; some clients ask for this all the same.
        .allow_credentials(!anyone)
        .max_age(PREFLIGHT_AGE)
}

/// `scheme://host`, `scheme://host:port` or `scheme://host:*`.
struct Pattern {
    origin: String,
    any_port: bool,
}

impl Pattern {
    fn new(text: &str) -> Self {
        let text = text.trim_end_matches('/').to_ascii_lowercase();
        match text.strip_suffix(":*") {
            Some(origin) => Self { origin: origin.into(), any_port: true },
            None => Self { origin: text, any_port: false },
        }
    }

    fn matches(&self, origin: &str) -> bool {
        let Some(rest) = strip_prefix_ignoring_case(origin, &self.origin) else { return false };
        match rest.strip_prefix(':') {
            None => rest.is_empty(),
            Some(port) => self.any_port && !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()),
        }
    }
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, origin: &str) -> bool {
        Pattern::new(pattern).matches(origin)
    }

    #[test]
    fn an_origin_matches_itself_only() {
        assert!(matches("https://app.example.org", "https://app.example.org"));
        assert!(matches("https://app.example.org:8443", "https://App.example.org:8443"));
        for other in
            ["http://app.example.org", "https://app.example.org:1", "https://app.example.org.evil.net", "null", ""]
        {
            assert!(!matches("https://app.example.org", other), "{other}");
        }
    }

    #[test]
    fn a_star_stands_for_any_port_or_none() {
        for origin in ["http://localhost", "http://localhost:3000"] {
            assert!(matches("http://localhost:*", origin), "{origin}");
        }
        for origin in [
            "http://localhost.evil.net:3000",
            "http://localhost:",
            "http://localhost:3000.evil.net",
            "https://localhost:1",
        ] {
            assert!(!matches("http://localhost:*", origin), "{origin}");
        }
    }
}
