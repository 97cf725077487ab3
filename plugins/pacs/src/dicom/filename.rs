//! Names of files, as clients send them: anything.

/// Characters of a name in a sentence.
const SHOWN: usize = 80;

/// Characters of a name that is kept.
const STORED: usize = 200;

/// The name as a sentence can hold it: short, with what does not print escaped.
#[must_use]
pub fn shown(name: Option<&str>, number: usize) -> String {
    let Some(name) = name.map(last).filter(|name| !name.is_empty()) else { return format!("number {number}") };
    let mut text: String = name.chars().take(SHOWN).map(escaped).collect();
    if name.chars().nth(SHOWN).is_some() {
        text.push('…');
    }
    text
}

/// The name as it is kept and given back: no path, nothing that does not print, never empty.
#[must_use]
pub fn stored(name: Option<&str>, number: usize) -> String {
    let plain = |character: &char| !character.is_control() && !is_invisible(*character);
    let text: String = name.map(last).unwrap_or_default().chars().filter(plain).take(STORED).collect();
    let text = text.trim();
    if text.trim_matches('.').is_empty() { format!("instance-{number}.dcm") } else { text.to_owned() }
}

/// What stands behind the last separator of either kind.
fn last(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or_default()
}

fn escaped(character: char) -> String {
    if character.is_control() || is_invisible(character) {
        character.escape_unicode().to_string()
    } else {
        character.to_string()
    }
}

/// Marks that change the direction of what follows, or show nothing.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::{shown, stored};
    use proptest::prelude::{any, proptest};

    #[test]
    fn names_lose_their_path_and_what_does_not_print() {
        assert_eq!(stored(Some("C:\\scans\\片 1.dcm"), 0), "片 1.dcm");
        assert_eq!(stored(Some("../../etc/passwd"), 0), "passwd");
        assert_eq!(stored(Some("a\r\nb\u{202E}.dcm"), 0), "ab.dcm");
        for empty in [None, Some(""), Some("a/"), Some(".."), Some("\0")] {
            assert_eq!(stored(empty, 7), "instance-7.dcm");
        }
    }

    #[test]
    fn a_sentence_shows_what_was_sent() {
        assert_eq!(shown(Some("a\nb.txt"), 3), "a\\u{a}b.txt");
        assert_eq!(shown(None, 3), "number 3");
        assert_eq!(shown(Some(&"x".repeat(500)), 3).chars().count(), 81);
    }

    proptest! {
        #[test]
        fn every_name_is_bounded_and_plain(name in any::<String>()) {
            let kept = stored(Some(&name), 0);
            assert!(!kept.is_empty() && kept.chars().count() <= 200 && !kept.contains(['/', '\\', '\0', '\n']));
            assert!(!shown(Some(&name), 0).chars().any(char::is_control));
        }
    }
}
