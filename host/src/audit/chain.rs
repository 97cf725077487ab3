//! What ties each record to the one before it, and the last one to the host's key.

use sha2::{Digest as _, Sha256};

/// SHA-256, hexadecimal.
pub type Hash = String;

/// The hash before the first record.
pub const START: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The hash of a record: over the one before, its number and its content.
#[must_use]
pub fn link(previous: &str, number: i64, content: &str) -> Hash {
    let mut digest = Sha256::new();
    digest.update(b"ward audit record 1\n");
    digest.update(previous);
    digest.update(number.to_be_bytes());
    digest.update(content);
    hex::encode(digest.finalize())
}

/// The end of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The last record's number; 0 where there is none.
    pub number: i64,
    /// Its hash.
    pub hash: Hash,
}

impl Head {
    /// What is signed: the words before it make it unlike anything else that the key signs.
    #[must_use]
    pub fn statement(&self) -> String {
        format!("ward audit head 1\n{}\n{}", self.number, self.hash)
    }

    /// As it is noted elsewhere: `<number>:<hash>`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (number, hash) = text.trim().split_once(':')?;
        let number = number.parse().ok().filter(|number| *number >= 0)?;
        let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hash.then(|| Self { number, hash: hash.to_ascii_lowercase() })
    }
}

impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.number, self.hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_depends_on_everything_before_it() {
        let one = link(START, 1, "a");
        assert_ne!(one, link(START, 1, "b"));
        assert_ne!(one, link(START, 2, "a"));
        assert_ne!(one, link(&one, 1, "a"));
        assert_eq!(one, link(START, 1, "a"));
    }

    #[test]
    fn a_head_is_written_and_read() {
        let head = Head { number: 7, hash: link(START, 7, "x") };
        assert_eq!(Head::parse(&format!("{head}\n")), Some(head));
        for wrong in ["", "7", "7:", "7:00", "-1:00", &format!("x:{START}"), &format!("1:{START}0")] {
            assert_eq!(Head::parse(wrong), None, "{wrong}");
        }
    }
}
