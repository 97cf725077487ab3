//! What makes two tables equal, in whatever order their rows come.

use aws_lc_rs::digest::{Context, SHA256};

/// Counts rows and adds up their SHA-256, modulo 2²⁵⁶: the same rows give the same sum in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rows {
    count: u64,
    sum: [u64; 4],
}

impl Rows {
    /// One more row.
    pub(super) fn add(&mut self, row: &[u8]) {
        let digest = aws_lc_rs::digest::digest(&SHA256, row);
        self.count += 1;
        let mut carry = false;
        for (word, bytes) in self.sum.iter_mut().zip(digest.as_ref().chunks_exact(8)) {
            let bytes: [u8; 8] = bytes.try_into().unwrap_or_default();
            let (sum, first) = word.overflowing_add(u64::from_le_bytes(bytes));
            let (sum, second) = sum.overflowing_add(carry.into());
            (*word, carry) = (sum, first || second);
        }
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// The sum, hexadecimal.
    pub(super) fn digest(&self) -> String {
        self.sum.iter().map(|word| hex::encode(word.to_le_bytes())).collect()
    }
}

/// Rows that come as lines, in pieces that end anywhere.
#[derive(Default)]
pub(super) struct Lines {
    rows: Rows,
    begun: Vec<u8>,
}

impl Lines {
    pub(super) fn add(&mut self, mut piece: &[u8]) {
        while let Some(end) = piece.iter().position(|byte| *byte == b'\n') {
            let (line, rest) = piece.split_at(end);
            if self.begun.is_empty() {
                self.rows.add(line);
            } else {
                self.begun.extend_from_slice(line);
                self.rows.add(&self.begun);
                self.begun.clear();
            }
            piece = rest.get(1..).unwrap_or_default();
        }
        self.begun.extend_from_slice(piece);
    }

    pub(super) fn finish(mut self) -> Rows {
        if !self.begun.is_empty() {
            self.rows.add(&self.begun);
        }
        self.rows
    }
}

/// SHA-256 of bytes as they pass.
pub(super) struct Sha256(Context);

impl Sha256 {
    pub(super) fn new() -> Self {
        Self(Context::new(&SHA256))
    }

    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Hexadecimal.
    pub(super) fn finish(self) -> String {
        hex::encode(self.0.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[&str]) -> Rows {
        let mut all = Rows::default();
        for row in rows {
            all.add(row.as_bytes());
        }
        all
    }

    #[test]
    fn the_order_of_rows_is_nothing_and_their_number_and_content_everything() {
        assert_eq!(rows(&["张伟", "b", "c"]).digest(), rows(&["c", "张伟", "b"]).digest());
        assert_ne!(rows(&["a", "a"]).digest(), rows(&["a"]).digest());
        assert_ne!(rows(&["a", "b"]).digest(), rows(&["ab", ""]).digest());
        assert_ne!(rows(&[]), rows(&[""]));
    }

    #[test]
    fn lines_may_come_in_any_pieces() {
        let text = b"one\n\ntwo\nthree";
        for size in 1..text.len() {
            let mut lines = Lines::default();
            for piece in text.chunks(size) {
                lines.add(piece);
            }
            assert_eq!(lines.finish(), rows(&["one", "", "two", "three"]), "{size}");
        }
    }
}
