//! Immutable objects. A blob exists exactly when the transaction that kept it has committed.

use std::io::{self, Read, Seek, SeekFrom, Write};

use crate::bindings::ward::plugin::blobs as wit;
use crate::failure::{Problem, ProblemKind};
use crate::sql::Transaction;

pub use crate::bindings::ward::plugin::blobs::BlobInfo;

/// What a reader fetches at once, and a writer sends.
const CHUNK: usize = 64 * 1024;

/// The most that one call carries.
const LARGEST_CALL: usize = 4 * 1024 * 1024;

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not granted.
    #[error("not granted: {0}")]
    Denied(String),
    /// No such upload or blob.
    #[error("no such object")]
    NotFound,
    /// A range beyond the end, a bad name, a handle already used.
    #[error("invalid: {0}")]
    Invalid(String),
    /// A limit of the host.
    #[error("too large: {0}")]
    TooLarge(String),
    /// The store is away.
    #[error("the object store is away")]
    Unavailable,
}

impl From<wit::Error> for Error {
    fn from(error: wit::Error) -> Self {
        match error {
            wit::Error::Denied(why) => Self::Denied(why),
            wit::Error::NotFound => Self::NotFound,
            wit::Error::Invalid(why) => Self::Invalid(why),
            wit::Error::TooLarge(what) => Self::TooLarge(what),
            // Nobody sees a conflict: the transaction is run again.
            wit::Error::Conflict | wit::Error::Unavailable => Self::Unavailable,
        }
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        let kind = match error {
            Error::Denied(_) => io::ErrorKind::PermissionDenied,
            Error::NotFound => io::ErrorKind::NotFound,
            Error::Invalid(_) => io::ErrorKind::InvalidInput,
            Error::TooLarge(_) => io::ErrorKind::FileTooLarge,
            Error::Unavailable => io::ErrorKind::NotConnected,
        };
        Self::new(kind, error)
    }
}

/// For plugins without errors of their own.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::new(ProblemKind::NotFound, "There is no such object."),
            Error::TooLarge(_) => Self::new(ProblemKind::TooLarge, "The object is too large."),
            Error::Unavailable => Self::unavailable(),
            Error::Denied(_) | Error::Invalid(_) => Self::internal(),
        }
    }
}

/// An object that lives as long as this request, unless kept: a file that came in, or one written here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Upload(u32);

impl Upload {
    /// An upload by the number the host gave it.
    #[must_use]
    pub fn new(number: u32) -> Self {
        Self(number)
    }

    /// Its number.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }

    /// Keeps it as a blob, if and when the transaction commits.
    pub fn keep(self, media_type: &str, within: &Transaction) -> Result<BlobInfo, Error> {
        noted(within, wit::keep(self.0, media_type, within.inner()))
    }
}

/// What is known of a blob.
pub fn info(id: &str) -> Result<BlobInfo, Error> {
    Ok(wit::info(id)?)
}

/// Reads a blob.
pub fn open(id: &str) -> Result<Reader, Error> {
    let size = info(id)?.size;
    Ok(Reader::new(Source::Blob(id.to_owned()), size))
}

/// Removes a blob, if and when the transaction commits.
pub fn remove(id: &str, within: &Transaction) -> Result<(), Error> {
    noted(within, wit::remove(id, within.inner()))
}

/// A conflict ends the transaction, and [`sql::transaction`](crate::sql::transaction) runs it again.
fn noted<T>(within: &Transaction, result: Result<T, wit::Error>) -> Result<T, Error> {
    result.map_err(|error| {
        if matches!(error, wit::Error::Conflict) {
            within.lost();
        }
        error.into()
    })
}

#[derive(Debug)]
enum Source {
    Upload(u32),
    Blob(String),
}

impl Source {
    fn read(&self, offset: u64, length: u32) -> Result<Vec<u8>, Error> {
        Ok(match self {
            Self::Upload(number) => wit::read_upload(*number, offset, length)?,
            Self::Blob(id) => wit::read(id, offset, length)?,
        })
    }
}

/// Reads an object from anywhere in it, 64 KiB at a time: a parser that wants only the header costs only
/// the header.
#[derive(Debug)]
pub struct Reader {
    source: Source,
    size: u64,
    position: u64,
    buffer: Vec<u8>,
    buffer_start: u64,
}

impl Reader {
    fn new(source: Source, size: u64) -> Self {
        Self { source, size, position: 0, buffer: Vec::new(), buffer_start: 0 }
    }

    /// Reads an upload of `size` bytes.
    #[must_use]
    pub fn of_upload(upload: Upload, size: u64) -> Self {
        Self::new(Source::Upload(upload.0), size)
    }

    /// Bytes in the object.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    fn buffered(&self) -> &[u8] {
        let skip = self.position.checked_sub(self.buffer_start);
        let skip = skip.and_then(|skip| usize::try_from(skip).ok());
        skip.and_then(|skip| self.buffer.get(skip..)).unwrap_or_default()
    }

    /// Fetches from the present position; the host gives less only at the end.
    fn fetch(&self, wanted: usize) -> io::Result<Vec<u8>> {
        let left = self.size.saturating_sub(self.position);
        let length = left.min(wanted.min(LARGEST_CALL) as u64);
        // At most `LARGEST_CALL`.
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        let bytes = self.source.read(self.position, length)?;
        if bytes.is_empty() { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(bytes) }
    }

    fn advance(&mut self, count: usize) -> usize {
        self.position += count as u64;
        count
    }
}

impl Read for Reader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() || self.position >= self.size {
            return Ok(0);
        }
        if self.buffered().is_empty() {
            if into.len() >= CHUNK {
                let bytes = self.fetch(into.len())?;
                into[..bytes.len()].copy_from_slice(&bytes);
                return Ok(self.advance(bytes.len()));
            }
            self.buffer = self.fetch(CHUNK)?;
            self.buffer_start = self.position;
        }
        let buffered = self.buffered();
        let count = buffered.len().min(into.len());
        into[..count].copy_from_slice(&buffered[..count]);
        Ok(self.advance(count))
    }
}

impl Seek for Reader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(offset) => self.size.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = target.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

/// Writes an object piece by piece. Dropped unfinished, it leaves nothing.
#[derive(Debug)]
pub struct Writer {
    inner: wit::Writer,
    buffer: Vec<u8>,
}

impl Writer {
    /// Begins an object.
    pub fn create() -> Result<Self, Error> {
        Ok(Self { inner: wit::create()?, buffer: Vec::new() })
    }

    /// Ends it: an upload like those a client sends, to be kept.
    pub fn finish(mut self) -> Result<Upload, Error> {
        self.send()?;
        Ok(Upload(wit::Writer::finish(self.inner)?))
    }

    fn send(&mut self) -> Result<(), Error> {
        if !self.buffer.is_empty() {
            self.inner.write(&self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.buffer.len() + bytes.len() > CHUNK {
            self.send()?;
        }
        if bytes.len() >= CHUNK {
            let piece = &bytes[..bytes.len().min(LARGEST_CALL)];
            self.inner.write(piece).map_err(Error::from)?;
            return Ok(piece.len());
        }
        self.buffer.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(self.send()?)
    }
}
