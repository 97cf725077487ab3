//! A blob's bytes on their way out.

use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt as _};

use super::BlobError;
use super::pieces::{PIECE, Pieces};

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
        let file = Pieces::open(path, range.end).await?;
        let starts = stream::iter(range.clone().step_by(PIECE));
        let pieces = starts.map(move |start| {
            let length = usize::try_from(range.end - start).unwrap_or(PIECE).min(PIECE);
            file.clone().read(start, length)
        });
        Ok(Self(pieces.buffered(AHEAD).boxed()))
    }
}

impl Stream for BlobStream {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(context)
    }
}
