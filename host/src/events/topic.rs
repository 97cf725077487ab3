//! Names of what is told.

/// Characters of a topic.
const LENGTH: usize = 128;

/// Whether this is a topic: words of letters, digits, `-`, `_` and `.`, joined by `/`.
#[must_use]
pub fn is_topic(topic: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    topic.len() <= LENGTH && topic.split('/').all(|word| !word.is_empty() && word.bytes().all(plain))
}

/// Whether who hears `heard` hears `topic`: the same, or one below it.
#[must_use]
pub fn hears(heard: &str, topic: &str) -> bool {
    topic.strip_prefix(heard).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_words_joined_by_slashes() {
        for topic in ["tasks", "tasks/7", "a.b_c-D/9"] {
            assert!(is_topic(topic), "{topic}");
        }
        for topic in ["", "/", "tasks/", "/tasks", "a//b", "a b", "影像", "a\n", "*", &"a".repeat(129)] {
            assert!(!is_topic(topic), "{topic}");
        }
    }

    #[test]
    fn a_topic_is_heard_with_those_below_it() {
        assert!(hears("tasks", "tasks") && hears("tasks", "tasks/7/done"));
        assert!(!hears("tasks", "tasksx") && !hears("tasks/7", "tasks") && !hears("tasks/7", "tasks/70"));
    }
}
