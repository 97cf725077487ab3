//! `Content-Disposition`, with file names in any script.

use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but RFC 5987's `attr-char`.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// Characters of a file name that are passed on.
const LONGEST: usize = 200;

/// `attachment` with the name, in ASCII for old clients and in UTF-8 for the others; `inline` without.
pub fn header(filename: Option<&str>) -> HeaderValue {
    let Some(filename) = filename else { return HeaderValue::from_static("inline") };
    let name: String = filename.chars().filter(|character| !character.is_control()).take(LONGEST).collect();
    let ascii: String = name.chars().map(|character| if is_plain(character) { character } else { '_' }).collect();
    let text = if ascii == name {
        format!("attachment; filename=\"{ascii}\"")
    } else {
        format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{}", utf8_percent_encode(&name, ENCODED))
    };
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

/// Whether the character can stand in a quoted string without meaning something, there or in a path.
fn is_plain(character: char) -> bool {
    (character == ' ' || character.is_ascii_graphic()) && !matches!(character, '"' | '\\' | '/' | '%')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(filename: &str) -> String {
        header(Some(filename)).to_str().expect("ASCII").to_string()
    }

    #[test]
    fn without_a_name_it_is_shown() {
        assert_eq!(header(None), "inline");
    }

    #[test]
    fn a_plain_name_stands_as_it_is() {
        assert_eq!(text("image 1.dcm"), "attachment; filename=\"image 1.dcm\"");
    }

    #[test]
    fn other_scripts_are_encoded() {
        assert_eq!(text("片.dcm"), "attachment; filename=\"_.dcm\"; filename*=UTF-8''%E7%89%87.dcm");
    }

    #[test]
    fn a_name_cannot_end_the_header() {
        assert_eq!(text("a\"; x=\"\r\nb"), "attachment; filename=\"a_; x=_b\"; filename*=UTF-8''a%22%3B%20x%3D%22b");
    }

    #[test]
    fn a_name_is_no_path() {
        assert_eq!(text("../a\\b"), "attachment; filename=\".._a_b\"; filename*=UTF-8''..%2Fa%5Cb");
    }
}
