//! Breaks text into lines: between any two Chinese characters, but no line begins with a closing sign or
//! ends with an opening one, and no word or number is torn unless it is longer than a line.

/// Signs that may not begin a line.
const CLOSING: &str = "，。、；：？！）】》〉」』”’%℃·…—,.;:?!)]}>/~～％";

/// Signs that may not end one.
const OPENING: &str = "（【《〈「『“‘([{<$￥¥#";

/// Breaks `text` into lines of at most `width`; `measure` says how wide a character is.
pub fn lines(text: &str, width: f32, measure: impl Fn(char) -> f32) -> Vec<String> {
    let mut all = Vec::new();
    for paragraph in text.replace("\r\n", "\n").split(['\n', '\r']) {
        let clean: String = paragraph.replace('\t', "    ").chars().filter(|each| !each.is_control()).collect();
        fill(&mut all, &clean, width, &measure);
    }
    all
}

fn fill(all: &mut Vec<String>, paragraph: &str, width: f32, measure: &impl Fn(char) -> f32) {
    let wide = |text: &str| text.chars().map(measure).sum::<f32>();
    let (mut line, mut used) = (String::new(), 0.0);
    for unit in units(paragraph) {
        if used > 0.0 && used + wide(unit.trim_end()) > width {
            all.push(std::mem::take(&mut line).trim_end().to_owned());
            used = 0.0;
        }
        for character in unit.chars() {
            let more = measure(character);
            // Only a unit that alone is longer than a line comes here with a full one.
            if used > 0.0 && used + more > width && !character.is_whitespace() {
                all.push(std::mem::take(&mut line));
                used = 0.0;
            }
            line.push(character);
            used += more;
        }
    }
    all.push(line.trim_end().to_owned());
}

/// The pieces of a paragraph that stay together.
fn units(paragraph: &str) -> impl Iterator<Item = &str> {
    let breaks: Vec<usize> = paragraph
        .char_indices()
        .zip(paragraph.chars().skip(1))
        .filter(|((_, before), after)| may_break(*before, *after))
        .map(|((start, before), _)| start + before.len_utf8())
        .collect();
    let starts = std::iter::once(0).chain(breaks.clone());
    let ends = breaks.into_iter().chain(std::iter::once(paragraph.len()));
    starts.zip(ends).map(|(start, end)| &paragraph[start..end])
}

fn may_break(before: char, after: char) -> bool {
    let held = CLOSING.contains(after) || OPENING.contains(before) || after.is_whitespace();
    let in_one_word = in_word(before) && in_word(after);
    !held && !in_one_word
}

/// Whether a character is part of a word that is not broken: letters and digits of writing with spaces.
fn in_word(character: char) -> bool {
    let code = u32::from(character);
    let ideographic = (0x2E80..=0xD7FF).contains(&code) || (0xF900..=0xFFEF).contains(&code) || code > 0xFFFF;
    !character.is_whitespace() && !ideographic
}

#[cfg(test)]
mod tests {
    use super::lines;
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    /// Chinese characters are two columns wide, others one.
    fn columns(character: char) -> f32 {
        if character.is_ascii() { 1.0 } else { 2.0 }
    }

    fn wrap(text: &str) -> Vec<String> {
        lines(text, 10.0, columns)
    }

    #[test]
    fn chinese_breaks_anywhere() {
        assert_eq!(wrap("患者三天前无明显诱因"), ["患者三天前", "无明显诱因"]);
    }

    #[test]
    fn no_line_begins_with_a_closing_sign_or_ends_with_an_opening_one() {
        assert_eq!(wrap("患者三天前，无诱因"), ["患者三天", "前，无诱因"]);
        assert_eq!(wrap("患者三天（前）无"), ["患者三天", "（前）无"]);
    }

    #[test]
    fn words_and_numbers_stay_whole() {
        assert_eq!(wrap("Aspirin 100mg qd"), ["Aspirin", "100mg qd"]);
        assert_eq!(wrap("服用阿司 0.5g/d 一次"), ["服用阿司", "0.5g/d 一", "次"]);
    }

    #[test]
    fn a_word_longer_than_a_line_is_torn() {
        assert_eq!(wrap("aaaaaaaaaaaaaaaaaaaaaaaa"), ["aaaaaaaaaa", "aaaaaaaaaa", "aaaa"]);
    }

    #[test]
    fn lines_that_were_sent_stay_lines() {
        assert_eq!(wrap("一\n\n二\r\n三\t四"), ["一", "", "二", "三    四"]);
        assert_eq!(wrap(""), [""]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_no_line_is_too_long(text in any::<String>()) {
            let wrapped = wrap(&text);
            for line in &wrapped {
                prop_assert!(line.chars().map(columns).sum::<f32>() <= 10.0 || line.chars().count() == 1, "{line:?}");
            }
            let visible = |text: &str| text.chars().filter(|each| !each.is_whitespace() && !each.is_control()).collect::<String>();
            prop_assert_eq!(visible(&wrapped.concat()), visible(&text));
        }
    }
}
