//! Reading a local file in pieces: at once what the kernel has in memory, elsewhere what the disk must give.

use std::fs::File;
use std::io::{self, IoSliceMut};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat2};
use rustix::io::{ReadWriteFlags, preadv2};

use super::local::blocking;

/// Bytes of a piece.
pub(super) const PIECE: usize = 256 << 10;
/// Pieces of memory that are kept for the next file: 8 MiB.
const SPARE: usize = 32;

/// Memory of pieces that have been sent. Fresh memory would have to be found and cleared for each.
static SPARES: Mutex<Vec<Box<[u8]>>> = Mutex::new(Vec::new());

/// A file that is being read.
#[derive(Clone)]
pub(super) struct Pieces(Arc<File>);

impl Pieces {
    /// Opens a file, which must have `least` bytes.
    pub(super) async fn open(path: PathBuf, least: u64) -> io::Result<Self> {
        let file = match open_known(&path) {
            Some(file) => file,
            None => blocking(move || File::open(path)).await?,
        };
        if file.metadata()?.len() < least {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok(Self(Arc::new(file)))
    }

    /// Reads `length` bytes, at most [`PIECE`].
    pub(super) async fn read(self, offset: u64, length: usize) -> io::Result<Bytes> {
        let mut piece = Piece::new(length);
        let filled = self.fill(&mut piece, 0, offset, ReadWriteFlags::NOWAIT)?;
        if filled < length {
            piece = blocking(move || {
                let filled = self.fill(&mut piece, filled, offset, ReadWriteFlags::empty())?;
                if filled == length { Ok(piece) } else { Err(io::Error::from(io::ErrorKind::UnexpectedEof)) }
            })
            .await?;
        }
        Ok(Bytes::from_owner(piece))
    }

    /// Reads on after the first `filled` bytes and tells how many there are now: all, or as far as it gets.
    fn fill(&self, piece: &mut Piece, mut filled: usize, offset: u64, flags: ReadWriteFlags) -> io::Result<usize> {
        while filled < piece.length {
            let rest = &mut piece.memory[filled..piece.length];
            match preadv2(&*self.0, &mut [IoSliceMut::new(rest)], offset + filled as u64, flags) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(rustix::io::Errno::INTR) => {}
                // It would wait, or this file system cannot tell.
                Err(_) if flags.contains(ReadWriteFlags::NOWAIT) => break,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(filled)
    }
}

/// Opens what the kernel finds without asking the disk. Whatever else is the matter shows where waiting is allowed.
fn open_known(path: &Path) -> Option<File> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC;
    openat2(CWD, path, flags, Mode::empty(), ResolveFlags::CACHED).ok().map(File::from)
}

/// Bytes that have been read, in memory that is used again.
struct Piece {
    memory: Box<[u8]>,
    length: usize,
}

impl Piece {
    fn new(length: usize) -> Self {
        let spare = SPARES.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Self { memory: spare.unwrap_or_else(|| vec![0; PIECE].into()), length: length.min(PIECE) }
    }
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.memory[..self.length]
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        let mut spares = SPARES.lock().unwrap_or_else(PoisonError::into_inner);
        if spares.len() < SPARE {
            spares.push(std::mem::take(&mut self.memory));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("file");
        std::fs::write(&path, bytes).expect("a file");
        (directory, path)
    }

    #[tokio::test]
    async fn a_piece_shows_only_what_was_read_into_it() {
        let (_directory, long) = file(&vec![7; PIECE]);
        let (_other, short) = file(b"abc");
        let long = Pieces::open(long, 1).await.expect("open");
        assert_eq!(long.read(0, PIECE).await.expect("all of it"), vec![7; PIECE]);
        let short = Pieces::open(short, 3).await.expect("open");
        assert_eq!(short.clone().read(1, 2).await.expect("the end"), &b"bc"[..]);
        assert_eq!(short.read(0, 1).await.expect("the beginning"), &b"a"[..]);
    }

    #[tokio::test]
    async fn a_file_that_is_too_short_is_missing_and_an_end_that_comes_early_is_an_error() {
        let (_directory, path) = file(b"abc");
        assert_eq!(Pieces::open(path.clone(), 4).await.err().map(|error| error.kind()), Some(io::ErrorKind::NotFound));
        let pieces = Pieces::open(path, 3).await.expect("open");
        assert_eq!(pieces.read(2, 5).await.err().map(|error| error.kind()), Some(io::ErrorKind::UnexpectedEof));
    }
}
