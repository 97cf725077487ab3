//! Feeds the multipart parser just as much as it needs.
//!
//! The parser takes whatever its stream has and keeps what it cannot use yet. Here it gets one piece
//! at a time, and only when it cannot go on without: so its memory is bounded by one piece and the
//! headers of one part, whatever is sent.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::Stream;
use multer::{Field, Multipart};

use super::reader::{BodyError, Reader};

/// Bytes that one part's headers, or what stands before the first part, may have.
const MAX_PART_HEADERS: usize = 16 << 10;

/// Why the next part, or more of one, is not there.
#[derive(Debug)]
pub enum FormError {
    /// The body failed.
    Body(BodyError),
    /// The headers of a part do not end.
    Headers,
    /// It is no multipart form.
    Syntax,
}

/// The parts of a form.
pub struct Form<'r> {
    parser: Multipart<'r>,
    valve: Arc<Valve>,
}

#[derive(Default)]
struct Valve {
    /// The parser may take one more piece.
    open: AtomicBool,
    /// The last attempt to take one found none yet; the reader knows whom to wake.
    dry: AtomicBool,
    /// Bytes taken since the last part began or ended.
    taken: AtomicUsize,
}

struct Feed<'r> {
    reader: &'r mut Reader,
    valve: Arc<Valve>,
}

impl Stream for Feed<'_> {
    type Item = Result<Bytes, BodyError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if !self.valve.open.swap(false, Ordering::Relaxed) {
            return Poll::Pending;
        }
        let piece = self.reader.poll_next(context);
        match &piece {
            Poll::Pending => self.valve.dry.store(true, Ordering::Relaxed),
            Poll::Ready(Some(Ok(bytes))) => {
                self.valve.taken.fetch_add(bytes.len(), Ordering::Relaxed);
            }
            Poll::Ready(_) => {}
        }
        piece
    }
}

impl<'r> Form<'r> {
    /// Reads the body as a form with this boundary.
    pub fn new(reader: &'r mut Reader, boundary: &str) -> Self {
        let valve = Arc::new(Valve::default());
        let feed = Feed { reader, valve: valve.clone() };
        Self { parser: Multipart::new(feed, boundary), valve }
    }

    /// The next part. The one before must be gone.
    pub async fn part(&mut self) -> Result<Option<Field<'r>>, FormError> {
        self.valve.taken.store(0, Ordering::Relaxed);
        let Self { parser, valve } = self;
        std::future::poll_fn(|context| valve.drive(MAX_PART_HEADERS, || parser.poll_next_field(context))).await
    }

    /// The next bytes of a part, at least one; `None` at its end.
    pub async fn bytes(&self, field: &mut Field<'r>) -> Result<Option<Bytes>, FormError> {
        let mut poll = |context: &mut Context<'_>| {
            self.valve.drive(usize::MAX, || Pin::new(&mut *field).poll_next(context).map(Option::transpose))
        };
        loop {
            let bytes = std::future::poll_fn(&mut poll).await?;
            if bytes.as_ref().is_none_or(|bytes| !bytes.is_empty()) {
                return Ok(bytes);
            }
        }
    }
}

impl Valve {
    /// Polls with the valve closed, and opens it for one piece each time the parser cannot go on.
    fn drive<T>(&self, most: usize, mut poll: impl FnMut() -> Poll<multer::Result<T>>) -> Poll<Result<T, FormError>> {
        self.open.store(false, Ordering::Relaxed);
        loop {
            if let Poll::Ready(result) = poll() {
                return Poll::Ready(result.map_err(FormError::from));
            }
            if self.dry.swap(false, Ordering::Relaxed) {
                return Poll::Pending;
            }
            if self.open.load(Ordering::Relaxed) {
                // It could have had more and did not ask: it never will.
                return Poll::Ready(Err(FormError::Syntax));
            }
            if self.taken.load(Ordering::Relaxed) > most {
                return Poll::Ready(Err(FormError::Headers));
            }
            self.open.store(true, Ordering::Relaxed);
        }
    }
}

impl From<multer::Error> for FormError {
    fn from(error: multer::Error) -> Self {
        match error {
            multer::Error::StreamReadFailed(error) => match error.downcast_ref::<BodyError>() {
                Some(error) => Self::Body(*error),
                None => Self::Body(BodyError::Broken),
            },
            _ => Self::Syntax,
        }
    }
}
