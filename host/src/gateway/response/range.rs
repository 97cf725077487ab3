//! `Range`, `If-Range` and `If-None-Match`.

use std::ops::Range;

use http::{HeaderMap, header};

/// What part of a blob is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All of it: no range, one that cannot be read, or several.
    All,
    /// These bytes, of which there is at least one.
    Part(Range<u64>),
    /// Bytes that do not exist.
    Nothing,
}

/// Reads the range headers for a blob of `size` bytes with this `ETag`.
pub fn wanted(headers: &HeaderMap, size: u64, etag: &str) -> Wanted {
    let Some(range) = headers.get(header::RANGE) else { return Wanted::All };
    // A validator that is not ours, or a date, asks for everything.
    if headers.get(header::IF_RANGE).is_some_and(|validator| validator != etag) {
        return Wanted::All;
    }
    range.to_str().ok().and_then(|range| parse(range, size)).unwrap_or(Wanted::All)
}

fn parse(range: &str, size: u64) -> Option<Wanted> {
    let (unit, spec) = range.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") || spec.contains(',') {
        return None;
    }
    let (first, last) = spec.trim().split_once('-')?;
    let bytes = match (number(first)?, number(last)?) {
        (Some(first), None) => first..size,
        (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(size),
        (None, Some(suffix)) => size.saturating_sub(suffix)..size,
        _ => return None,
    };
    Some(if bytes.is_empty() { Wanted::Nothing } else { Wanted::Part(bytes) })
}

/// A number or nothing; `None` for what is neither. Numbers beyond all sizes are the largest one.
#[expect(clippy::option_option, reason = "absent and malformed differ")]
fn number(text: &str) -> Option<Option<u64>> {
    let text = text.trim();
    if text.is_empty() {
        return Some(None);
    }
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| Some(text.parse().unwrap_or(u64::MAX)))
}

/// Whether the client says that it has this very blob.
pub fn not_modified(headers: &HeaderMap, etag: &str) -> bool {
    let same = |candidate: &str| {
        let candidate = candidate.trim();
        candidate == "*" || candidate.strip_prefix("W/").unwrap_or(candidate) == etag.strip_prefix("W/").unwrap_or(etag)
    };
    let values = headers.get_all(header::IF_NONE_MATCH);
    values.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).any(same)
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        let value = |text: &str| HeaderValue::from_str(text).expect("a header value");
        pairs.iter().map(|(name, text)| (name.clone(), value(text))).collect()
    }

    fn range(text: &str) -> Wanted {
        wanted(&headers(&[(header::RANGE, text)]), 100, "\"e\"")
    }

    #[test]
    fn the_three_forms_of_a_range() {
        assert_eq!(range("bytes=0-9"), Wanted::Part(0..10));
        assert_eq!(range("bytes=90-"), Wanted::Part(90..100));
        assert_eq!(range("bytes=-10"), Wanted::Part(90..100));
    }

    #[test]
    fn ranges_end_where_the_blob_does() {
        assert_eq!(range("bytes=90-1000"), Wanted::Part(90..100));
        assert_eq!(range("bytes=-1000"), Wanted::Part(0..100));
        assert_eq!(range("bytes=0-99999999999999999999999"), Wanted::Part(0..100));
    }

    #[test]
    fn ranges_outside_are_nothing() {
        for text in ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999999-"] {
            assert_eq!(range(text), Wanted::Nothing, "{text}");
        }
        assert_eq!(wanted(&headers(&[(header::RANGE, "bytes=0-")]), 0, "\"e\""), Wanted::Nothing);
    }

    #[test]
    fn what_is_no_single_range_means_everything() {
        for text in [
            "bytes=",
            "bytes=-",
            "bytes=9-0",
            "bytes=a-b",
            "bytes=0-1,3-4",
            "items=0-1",
            "0-1",
            "bytes=+1-2",
            "bytes=1--2",
        ] {
            assert_eq!(range(text), Wanted::All, "{text}");
        }
        assert_eq!(wanted(&HeaderMap::new(), 100, "\"e\""), Wanted::All);
    }

    #[test]
    fn if_range_must_be_the_same_tag() {
        let with = |tag| wanted(&headers(&[(header::RANGE, "bytes=0-9"), (header::IF_RANGE, tag)]), 100, "\"e\"");
        assert_eq!(with("\"e\""), Wanted::Part(0..10));
        for other in ["\"f\"", "W/\"e\"", "Wed, 21 Oct 2015 07:28:00 GMT"] {
            assert_eq!(with(other), Wanted::All, "{other}");
        }
    }

    #[test]
    fn if_none_match_compares_tags_weakly() {
        let with = |value| not_modified(&headers(&[(header::IF_NONE_MATCH, value)]), "\"e\"");
        assert!(with("\"e\"") && with("W/\"e\"") && with("\"x\", \"e\"") && with("*"));
        assert!(!with("\"x\"") && !with("e") && !not_modified(&HeaderMap::new(), "\"e\""));
    }
}
