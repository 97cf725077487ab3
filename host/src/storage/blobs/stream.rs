//! A blob's bytes on their way out.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt as _};

use super::BlobError;
use super::local::{blocking, read_range};

/// Bytes of the first piece of a local file, read while it is opened: most files are no larger.
const FIRST: usize = 1 << 20;
/// Bytes of every other piece.
const CHUNK: usize = 256 << 10;
/// Pieces read at once: one goes out while the next is read.
const AHEAD: usize = 2;

/// The bytes of a range, in large pieces.
pub struct BlobStream(BoxStream<'static, io::Result<Bytes>>);

impl BlobStream {
    pub(super) fn new(stream: BoxStream<'static, io::Result<Bytes>>) -> Self {
        Self(stream)
    }

    /// Opens a file, which must be at least as long as the range.
    pub(super) async fn file(path: PathBuf, range: Range<u64>) -> Result<Self, BlobError> {
        let (start, end) = (range.start, range.end);
        let opened = blocking(move || -> io::Result<(File, Bytes)> {
            let file = File::open(path)?;
            if file.metadata()?.len() < end {
                return Err(io::ErrorKind::NotFound.into());
            }
            let first = read_first(&file, &range)?;
            Ok((file, first))
        });
        let (file, first) = opened.await?;
        let file = Arc::new(file);
        let start = start + first.len() as u64;
        let starts = stream::iter((start..end).step_by(CHUNK));
        let pieces = starts.map(move |start| {
            let file = Arc::clone(&file);
            let length = usize::try_from(end - start).unwrap_or(CHUNK).min(CHUNK);
            blocking(move || read_exactly(&file, start, length))
        });
        Ok(Self(stream::iter([Ok(first)]).chain(pieces.buffered(AHEAD)).boxed()))
    }
}

/// The beginning of the range, into memory that nobody has to clear before.
fn read_first(mut file: &File, range: &Range<u64>) -> io::Result<Bytes> {
    let length = usize::try_from(range.end - range.start).unwrap_or(FIRST).min(FIRST);
    let mut bytes = Vec::with_capacity(length);
    file.seek(SeekFrom::Start(range.start))?;
    file.take(length as u64).read_to_end(&mut bytes)?;
    if bytes.len() == length { Ok(bytes.into()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

fn read_exactly(file: &File, offset: u64, length: usize) -> io::Result<Bytes> {
    let bytes = read_range(file, offset, length)?;
    if bytes.len() == length { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

impl Stream for BlobStream {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(context)
    }
}
