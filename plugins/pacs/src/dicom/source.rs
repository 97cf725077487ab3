//! Where the parsers' bytes come from.

use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

use super::limits;

/// A reader that remembers why it failed: parsers tell only that they could not go on.
#[derive(Debug)]
pub struct Tracked<R> {
    inner: R,
    failure: Option<io::Error>,
}

impl<R> Tracked<R> {
    /// Watches over `inner`.
    pub fn new(inner: R) -> Self {
        Self { inner, failure: None }
    }

    /// The first failure that was not simply the end of the file.
    pub fn into_failure(self) -> Option<io::Error> {
        self.failure
    }

    fn note<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        result.map_err(|error| {
            let kind = error.kind();
            if kind != io::ErrorKind::UnexpectedEof && kind != io::ErrorKind::Interrupted {
                self.failure.get_or_insert(error);
                return kind.into();
            }
            error
        })
    }
}

impl<R: Read> Read for Tracked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let result = self.inner.read(into);
        self.note(result)
    }
}

impl<R: Seek> Seek for Tracked<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let result = self.inner.seek(to);
        self.note(result)
    }
}

/// What the walk and its source tell each other.
#[derive(Debug, Default)]
pub struct Gauge {
    /// Bytes of the data set that were read so far.
    pub read: Cell<u64>,
    /// How many of the next bytes nobody will look at.
    pub unseen: Cell<u64>,
}

/// The bytes of a data set: those of the file, or what they inflate to.
pub enum Source<'a, R> {
    /// Those of the file; what nobody looks at is not fetched.
    Plain(&'a mut Tracked<R>, Rc<Gauge>),
    /// Inflated ones, up to a limit.
    Inflated(Box<dyn Read + 'a>, Rc<Gauge>),
}

impl<R: Read + Seek> Read for Source<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let (count, gauge) = match self {
            Self::Plain(reader, gauge) => {
                let unseen = usize::try_from(gauge.unseen.get()).unwrap_or(usize::MAX).min(into.len());
                (if unseen > 0 { pass(reader, unseen)? } else { reader.read(into)? }, gauge)
            }
            Self::Inflated(reader, gauge) => {
                if gauge.read.get() > limits::INFLATED {
                    return Err(io::ErrorKind::FileTooLarge.into());
                }
                (reader.read(into)?, gauge)
            }
        };
        if count == 0 && gauge.unseen.get() > 0 {
            // The end of the file within a value: nobody else would notice.
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        gauge.read.set(gauge.read.get() + count as u64);
        gauge.unseen.set(gauge.unseen.get().saturating_sub(count as u64));
        Ok(count)
    }
}

/// Passes over up to `count` bytes, as far as the file goes.
fn pass<R: Seek>(reader: &mut R, count: usize) -> io::Result<usize> {
    let position = reader.stream_position()?;
    let end = reader.seek(SeekFrom::End(0))?;
    let target = end.min(position + count as u64);
    reader.seek(SeekFrom::Start(target))?;
    // At most `count`.
    Ok(usize::try_from(target.saturating_sub(position)).unwrap_or(count))
}
