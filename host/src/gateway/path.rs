//! Paths as they arrive: normalised where that is harmless, refused where it is a trick.

use std::borrow::Cow;

/// The longest path that is looked at, in bytes.
const MAX_PATH: usize = 4096;
/// The longest query string, in bytes.
const MAX_QUERY: usize = 16 << 10;

/// Why a path is refused. The texts quote nothing of it.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum PathError {
    /// More bytes than a path or a query may have.
    #[error("the address is too long")]
    TooLong,
    /// It does not begin with a slash.
    #[error("the path does not begin with a slash")]
    NotAbsolute,
    /// `//`.
    #[error("the path has an empty segment")]
    EmptySegment,
    /// `.` or `..`, encoded or not.
    #[error("the path has a dot segment")]
    DotSegment,
    /// `%` without two hexadecimal digits.
    #[error("the path has a broken percent-encoding")]
    BrokenEncoding,
    /// An encoded slash, or a backslash in any form.
    #[error("the path has an encoded separator")]
    EncodedSeparator,
    /// NUL, a control character, or a space that was not encoded.
    #[error("the path has a control character")]
    ControlCharacter,
    /// What the encoding stands for is not UTF-8.
    #[error("the path is not UTF-8")]
    NotUtf8,
}

/// The path in its one canonical form: a leading and no trailing slash (the root is `/`), unreserved
/// characters not encoded, hexadecimal digits in upper case.
///
/// Two spellings of one path come out the same, so that what was matched and authorised here is what
/// a plugin's own router sees. Nothing is allocated for a path without a percent sign.
pub fn normalise(path: &str) -> Result<Cow<'_, str>, PathError> {
    if path.len() > MAX_PATH {
        return Err(PathError::TooLong);
    }
    let Some(rest) = path.strip_prefix('/') else {
        return Err(PathError::NotAbsolute);
    };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    if rest.is_empty() {
        return if path.len() > 1 { Err(PathError::EmptySegment) } else { Ok(Cow::Borrowed("/")) };
    }
    check_characters(rest)?;
    let trimmed = &path[..=rest.len()];
    let canonical = if rest.contains('%') { Cow::Owned(decode_unreserved(trimmed)?) } else { Cow::Borrowed(trimmed) };
    check_segments(&canonical)?;
    Ok(canonical)
}

/// Refuses a query string that is too long.
pub fn check_query(query: &str) -> Result<(), PathError> {
    if query.len() > MAX_QUERY { Err(PathError::TooLong) } else { Ok(()) }
}

fn check_characters(text: &str) -> Result<(), PathError> {
    for byte in text.bytes() {
        match byte {
            b'\\' => return Err(PathError::EncodedSeparator),
            0..=b' ' | 0x7f => return Err(PathError::ControlCharacter),
            _ => {}
        }
    }
    Ok(())
}

fn check_segments(path: &str) -> Result<(), PathError> {
    for segment in path[1..].split('/') {
        match segment {
            "" => return Err(PathError::EmptySegment),
            "." | ".." => return Err(PathError::DotSegment),
            _ => {}
        }
    }
    Ok(())
}

fn decode_unreserved(path: &str) -> Result<String, PathError> {
    let mut canonical = String::with_capacity(path.len());
    let mut decoded = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        canonical.push_str(&rest[..at]);
        decoded.extend_from_slice(&rest.as_bytes()[..at]);
        let byte = encoded_byte(&rest.as_bytes()[at..]).ok_or(PathError::BrokenEncoding)?;
        match byte {
            b'/' | b'\\' => return Err(PathError::EncodedSeparator),
            0..0x20 | 0x7f => return Err(PathError::ControlCharacter),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => canonical.push(char::from(byte)),
            _ => push_encoded(&mut canonical, byte),
        }
        decoded.push(byte);
        rest = &rest[at + 3..];
    }
    canonical.push_str(rest);
    decoded.extend_from_slice(rest.as_bytes());
    let text = std::str::from_utf8(&decoded).map_err(|_| PathError::NotUtf8)?;
    if text.chars().any(char::is_control) {
        return Err(PathError::ControlCharacter);
    }
    Ok(canonical)
}

/// The byte that `%XY` at the beginning of `text` stands for.
fn encoded_byte(text: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    match text {
        [b'%', high, low, ..] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    }
}

fn push_encoded(text: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    text.push('%');
    text.push(char::from(DIGITS[usize::from(byte >> 4)]));
    text.push(char::from(DIGITS[usize::from(byte & 15)]));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(path: &str) -> PathError {
        normalise(path).expect_err(path)
    }

    #[test]
    fn a_plain_path_is_not_copied() {
        assert!(matches!(normalise("/studies/7"), Ok(Cow::Borrowed("/studies/7"))));
    }

    #[test]
    fn a_trailing_slash_changes_nothing() {
        assert_eq!(normalise("/studies/"), normalise("/studies"));
        assert_eq!(normalise("/").as_deref(), Ok("/"));
    }

    #[test]
    fn empty_segments_are_refused() {
        for path in ["//", "/a//b", "//a", "/a//"] {
            assert_eq!(refused(path), PathError::EmptySegment, "{path}");
        }
    }

    #[test]
    fn dot_segments_are_refused_in_every_spelling() {
        for path in ["/..", "/a/../b", "/./a", "/%2e%2e/a", "/a/%2E", "/.%2e", "/a/..", "/a/../"] {
            assert_eq!(refused(path), PathError::DotSegment, "{path}");
        }
    }

    #[test]
    fn dots_inside_a_segment_are_harmless() {
        assert_eq!(normalise("/.well-known/a%2eb...").as_deref(), Ok("/.well-known/a.b..."));
    }

    #[test]
    fn control_characters_are_refused_in_every_spelling() {
        for path in ["/a%00", "/a%0a", "/a\u{7f}", "/a%7F", "/a%1f/b", "/a%C2%85"] {
            assert_eq!(refused(path), PathError::ControlCharacter, "{path}");
        }
    }

    #[test]
    fn hidden_separators_are_refused() {
        for path in ["/a%2fb", "/a%2Fb", "/a%5cb", "/a\\b"] {
            assert_eq!(refused(path), PathError::EncodedSeparator, "{path}");
        }
    }

    #[test]
    fn broken_encodings_are_refused() {
        for path in ["/%", "/%2", "/%zz", "/a%+1", "/%é"] {
            assert_eq!(refused(path), PathError::BrokenEncoding, "{path}");
        }
    }

    #[test]
    fn what_is_not_utf8_is_refused() {
        for path in ["/%ff", "/%c3%28", "/%c3/%a9"] {
            assert_eq!(refused(path), PathError::NotUtf8, "{path}");
        }
    }

    #[test]
    fn relative_and_empty_paths_are_refused() {
        for path in ["", "a/b", "*"] {
            assert_eq!(refused(path), PathError::NotAbsolute, "{path}");
        }
    }

    #[test]
    fn length_is_bounded() {
        assert_eq!(refused(&format!("/{}", "a".repeat(MAX_PATH))), PathError::TooLong);
        assert_eq!(check_query(&"a".repeat(MAX_QUERY + 1)), Err(PathError::TooLong));
    }

    #[test]
    fn spellings_of_one_path_come_out_the_same() {
        assert_eq!(normalise("/auth/t%6fken"), normalise("/auth/token"));
        assert_eq!(normalise("/a%c3%a9").as_deref(), Ok("/a%C3%A9"));
    }

    proptest::proptest! {
        #[test]
        fn normalising_twice_is_normalising_once(path in "/[a-c%0-9/.~é]{0,24}") {
            if let Ok(once) = normalise(&path) {
                let twice = normalise(&once);
                proptest::prop_assert_eq!(twice.as_deref(), Ok(&*once));
            }
        }
    }
}
