//! One line: bounded, and with nothing in it that could forge another.

use std::fmt::Write;

/// Bytes of one line, as the plugin sends it.
const MOST_BYTES: usize = 4 << 10;

/// The line as it is written: at most 4 KiB of the message, its control characters escaped, and how much was cut.
pub(super) fn clean(message: &str) -> String {
    let kept = &message[..message.floor_char_boundary(MOST_BYTES)];
    let mut line = String::with_capacity(kept.len());
    for character in kept.chars() {
        if deceives(character) {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    if kept.len() < message.len() {
        // Writing into a string cannot fail.
        let _ = write!(line, "… ({} bytes cut)", message.len() - kept.len());
    }
    line
}

/// Characters that end a line, move a terminal's cursor or turn the reading direction.
fn deceives(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_stays() {
        assert_eq!(clean("stored 3 files, 影像 😀"), "stored 3 files, 影像 😀");
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(clean("a\nERROR b\r\t\u{1b}[2J\u{0}\u{85}"), "a\\nERROR b\\r\\t\\u{1b}[2J\\u{0}\\u{85}");
        assert_eq!(clean("\u{202e}x\u{2028}"), "\\u{202e}x\\u{2028}");
    }

    #[test]
    fn a_long_line_is_cut_between_characters_and_says_so() {
        let exact = "x".repeat(MOST_BYTES);
        assert_eq!(clean(&exact), exact);
        let long = format!("{}影像", "x".repeat(MOST_BYTES - 1));
        let line = clean(&long);
        assert!(line.ends_with("x… (6 bytes cut)"), "{}", &line[MOST_BYTES - 5..]);
    }
}
