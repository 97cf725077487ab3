//! Personal data with the middle left out.

/// `138****5678`; of a short number everything but its last two digits.
#[must_use]
pub fn phone(number: &str) -> String {
    middle(number, 3, 4, 4)
}

/// `110101********1234`.
#[must_use]
pub fn id_card(number: &str) -> String {
    middle(number, 6, 4, 8)
}

/// `us****@example.com`.
#[must_use]
pub fn email(address: &str) -> String {
    match address.split_once('@') {
        Some((local, host)) => format!("{}****@{host}", local.chars().take(2).collect::<String>()),
        None => middle(address, 2, 0, 4),
    }
}

fn middle(text: &str, head: usize, tail: usize, stars: usize) -> String {
    let characters: Vec<char> = text.chars().collect();
    let (head, tail) = if characters.len() > head + tail { (head, tail) } else { (0, characters.len().min(2)) };
    let shown = |range: &[char]| range.iter().collect::<String>();
    format!("{}{}{}", shown(&characters[..head]), "*".repeat(stars), shown(&characters[characters.len() - tail..]))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_middle_is_left_out() {
        assert_eq!(super::phone("13812345678"), "138****5678");
        assert_eq!(super::id_card("110101199501011234"), "110101********1234");
        assert_eq!(super::email("user@example.com"), "us****@example.com");
    }

    #[test]
    fn short_and_empty_ones_show_next_to_nothing() {
        assert_eq!(super::phone("12345"), "****45");
        assert_eq!(super::phone(""), "****");
        assert_eq!(super::id_card("汉字"), "********汉字");
    }
}
