//! The end of the chain, noted outside the database: what was there cannot be taken away unseen by
//! whoever can write in the database alone.

use std::io;
use std::path::{Path, PathBuf};

use super::chain::Head;
use super::store::Store;

/// Name of the file in the data directory.
const FILE: &str = "audit-head";
/// Milliseconds between two notes.
const EVERY: i64 = 5_000;
/// Bytes of the file that are read.
const MAX_BYTES: usize = 256;

/// The file, written every few seconds while records are added.
pub struct Anchor {
    data: PathBuf,
    noted: i64,
    state: State,
}

enum State {
    /// Nothing was added yet by this process.
    New,
    /// It is written.
    Written,
    /// It is not, and that was said.
    Left,
}

impl Anchor {
    /// In the data directory.
    #[must_use]
    pub fn new(data: &Path) -> Self {
        Self { data: data.to_owned(), noted: 0, state: State::New }
    }

    /// Notes the end, if the last note is old. The note of an earlier process is not written over if it is
    /// of another chain: it is what tells that.
    pub(super) async fn note(&mut self, head: &Head, now: i64, store: &Store) {
        if (now - self.noted).abs() < EVERY || matches!(self.state, State::Left) {
            return;
        }
        self.noted = now;
        let noted = match self.state {
            State::New => self.check(store).await.and_then(|()| self.write(head)),
            _ => self.write(head),
        };
        self.state = match noted {
            Ok(()) => State::Written,
            Err(error) => {
                tracing::error!(%error, "the end of the audit chain is not noted in the data directory any more");
                State::Left
            }
        };
    }

    /// Whether what was noted last is in the chain.
    async fn check(&self, store: &Store) -> io::Result<()> {
        let Some(noted) = Self::read(&self.data)? else { return Ok(()) };
        let there = store.hash(noted.number).await.map_err(io::Error::other)?;
        if noted.number == 0 || there == Some(noted.hash) {
            return Ok(());
        }
        Err(io::Error::other("the chain has not the end that was noted there: ward audit verify"))
    }

    fn write(&self, head: &Head) -> io::Result<()> {
        let (file, draft) = (self.data.join(FILE), self.data.join("audit-head.new"));
        std::fs::write(&draft, format!("{head}\n"))?;
        std::fs::rename(draft, file)
    }

    /// What was noted last; none where nothing was.
    ///
    /// # Errors
    /// The file cannot be read, or is none.
    pub fn read(data: &Path) -> io::Result<Option<Head>> {
        let text = match std::fs::read_to_string(data.join(FILE)) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let head = if text.len() > MAX_BYTES { None } else { Head::parse(&text) };
        head.map(Some).ok_or_else(|| io::Error::other("it holds no end of a chain"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn a_file_that_is_no_end_is_an_error_and_not_nothing() {
        let directory = tempfile::tempdir().unwrap();
        for text in ["", "7", &"1".repeat(1_000)] {
            std::fs::write(directory.path().join(FILE), text).unwrap();
            assert!(Anchor::read(directory.path()).is_err());
        }
    }
}
