//! A request's body, piece by piece: bounded in size, and in the client's patience with us and ours
//! with it.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http_body::Body as _;
use tokio::time::{Instant, Sleep};

use crate::gateway::failure::Failure;
use crate::runtime::ProblemKind;

/// Bytes per second that a body must bring on average, once its first pause has been granted.
const MIN_RATE: u64 = 4 << 10;
/// How long the rest of a refused body is read and thrown away, so that the client gets to read why.
const LINGER: Duration = Duration::from_secs(5);

/// Why a body could not be received.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum BodyError {
    /// A pause between two pieces, or the whole of it, took too long.
    #[error("the body came too slowly")]
    Slow,
    /// It ended early, or its framing is wrong.
    #[error("the body is incomplete")]
    Broken,
    /// It is larger than the limit, in bytes.
    #[error("the body is larger than {0} bytes")]
    TooLarge(u64),
}

impl From<BodyError> for Failure {
    fn from(error: BodyError) -> Self {
        let kind = match error {
            BodyError::Slow => ProblemKind::RequestTimeout,
            BodyError::Broken => ProblemKind::Malformed,
            BodyError::TooLarge(_) => ProblemKind::TooLarge,
        };
        Self::new(kind, error.to_string())
    }
}

/// Reads one body.
pub struct Reader {
    body: Body,
    limit: u64,
    received: u64,
    idle: Duration,
    started: Instant,
    timer: Option<Pin<Box<Sleep>>>,
    waiting: bool,
}

impl Reader {
    /// `idle` is the longest pause between two pieces.
    pub fn new(body: Body, idle: Duration) -> Self {
        Self { body, limit: u64::MAX, received: 0, idle, started: Instant::now(), timer: None, waiting: false }
    }

    /// Sets the limit, and refuses at once what says itself that it is larger.
    pub fn limit(&mut self, bytes: u64) -> Result<(), BodyError> {
        self.limit = bytes;
        if self.body.size_hint().lower() > bytes { Err(BodyError::TooLarge(bytes)) } else { Ok(()) }
    }

    /// Whether there is nothing (more) to read.
    pub fn is_empty(&self) -> bool {
        self.body.is_end_stream()
    }

    /// How many bytes the body says it still has, if it says so.
    pub fn announced(&self) -> Option<u64> {
        self.body.size_hint().exact()
    }

    /// The next piece; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Bytes>, BodyError> {
        std::future::poll_fn(|context| self.poll_next(context)).await.transpose()
    }

    /// The next piece, for a stream.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyError>>> {
        loop {
            match Pin::new(&mut self.body).poll_frame(context) {
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Err(_))) => return Poll::Ready(Some(Err(BodyError::Broken))),
                Poll::Ready(Some(Ok(frame))) => {
                    self.waiting = false;
                    let Ok(data) = frame.into_data() else { continue };
                    self.received += data.len() as u64;
                    if self.received > self.limit {
                        return Poll::Ready(Some(Err(BodyError::TooLarge(self.limit))));
                    }
                    if !data.is_empty() {
                        return Poll::Ready(Some(Ok(data)));
                    }
                }
                Poll::Pending => return self.poll_patience(context).map(|()| Some(Err(BodyError::Slow))),
            }
        }
    }

    fn poll_patience(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if !self.waiting {
            self.waiting = true;
            let earned = self.idle + Duration::from_secs(self.received / MIN_RATE);
            let deadline = (Instant::now() + self.idle).min(self.started + earned);
            match &mut self.timer {
                Some(timer) => timer.as_mut().reset(deadline),
                None => self.timer = Some(Box::pin(tokio::time::sleep_until(deadline))),
            }
        }
        match &mut self.timer {
            Some(timer) => timer.as_mut().poll(context),
            None => Poll::Pending,
        }
    }

    /// Reads on for a while behind the caller's back and throws away what comes: a client that is
    /// still sending would otherwise see a reset connection instead of the answer.
    pub fn linger(mut self) {
        if self.is_empty() {
            return;
        }
        self.limit = u64::MAX;
        tokio::spawn(tokio::time::timeout(LINGER, async move { while let Ok(Some(_)) = self.next().await {} }));
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{StreamExt, stream};

    use super::*;

    type Piece = Result<Bytes, std::io::Error>;

    fn reader(pieces: Vec<Piece>) -> Reader {
        Reader::new(Body::from_stream(stream::iter(pieces)), Duration::from_secs(1))
    }

    #[tokio::test]
    async fn pieces_come_in_order_and_end() {
        let mut reader = reader(vec![Ok("a".into()), Ok("".into()), Ok("b".into())]);
        assert_eq!(reader.next().await, Ok(Some("a".into())));
        assert_eq!(reader.next().await, Ok(Some("b".into())));
        assert_eq!(reader.next().await, Ok(None));
    }

    #[tokio::test]
    async fn the_limit_holds_without_an_announced_length() {
        let mut reader = reader(vec![Ok("abc".into()), Ok("d".into())]);
        assert_eq!(reader.limit(3), Ok(()));
        assert_eq!(reader.next().await, Ok(Some("abc".into())));
        assert_eq!(reader.next().await, Err(BodyError::TooLarge(3)));
    }

    #[tokio::test]
    async fn an_announced_length_is_refused_unread() {
        let mut reader = Reader::new(Body::from("abcd"), Duration::from_secs(1));
        assert_eq!(reader.limit(3), Err(BodyError::TooLarge(3)));
    }

    #[tokio::test]
    async fn a_broken_body_is_broken() {
        let mut reader = reader(vec![Ok("a".into()), Err(std::io::Error::other("reset"))]);
        assert_eq!(reader.next().await, Ok(Some("a".into())));
        assert_eq!(reader.next().await, Err(BodyError::Broken));
    }

    #[tokio::test]
    async fn a_long_pause_is_too_slow() {
        let endless = stream::once(async { Piece::Ok("a".into()) }).chain(stream::pending());
        let mut reader = Reader::new(Body::from_stream(endless), Duration::from_millis(20));
        assert_eq!(reader.next().await, Ok(Some("a".into())));
        assert_eq!(reader.next().await, Err(BodyError::Slow));
    }

    #[tokio::test]
    async fn a_trickle_is_too_slow_in_the_end() {
        let trickle = stream::repeat(()).then(|()| async {
            tokio::time::sleep(Duration::from_millis(600)).await;
            Piece::Ok("a".into())
        });
        let mut reader = Reader::new(Body::from_stream(trickle), Duration::from_secs(1));
        assert_eq!(reader.next().await, Ok(Some("a".into())));
        assert_eq!(reader.next().await, Err(BodyError::Slow));
    }
}
