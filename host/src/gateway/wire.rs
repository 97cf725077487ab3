//! A TCP connection that neither waits for ever nor hangs up on a client that is still talking.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

/// How long a client that has got its last answer may go on sending.
const LINGER: Duration = Duration::from_secs(5);
/// How long it may be silent meanwhile.
const SILENCE: Duration = Duration::from_millis(300);
/// Bytes of one read whose content nobody wants.
const DISCARDED: usize = 16 << 10;

/// The connection.
///
/// A write that makes no progress for a while fails: a client that does not read cannot hold an answer
/// for ever. And closing waits until the client has closed, or has been silent for a moment: closing
/// on unread bytes would reset the connection, and the client would lose the answer that explains why.
pub struct Wire {
    stream: TcpStream,
    stall: Duration,
    timer: Pin<Box<Sleep>>,
    /// The timer runs for a write.
    writing: bool,
    /// Since when the connection is closing.
    closing: Option<Instant>,
}

impl Wire {
    /// `stall` is the longest time without progress of a write.
    pub fn new(stream: TcpStream, stall: Duration) -> Self {
        Self { stream, stall, timer: Box::pin(tokio::time::sleep(stall)), writing: false, closing: None }
    }

    /// Fails a write that has been waiting for too long.
    fn watch<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.writing = false;
            return written;
        }
        if !self.writing {
            self.writing = true;
            self.timer.as_mut().reset(Instant::now() + self.stall);
        }
        ready!(self.timer.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// Reads and forgets until the client closes, is silent, or has had its time.
    fn linger(&mut self, context: &mut Context<'_>, since: Instant) -> Poll<()> {
        let mut bytes = [0; DISCARDED];
        loop {
            let mut buffer = ReadBuf::new(&mut bytes);
            match Pin::new(&mut self.stream).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() && since.elapsed() < LINGER => {
                    self.timer.as_mut().reset(Instant::now() + SILENCE);
                }
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => return self.timer.as_mut().poll(context),
            }
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        let written = Pin::new(&mut wire.stream).poll_write(context, bytes);
        wire.watch(context, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        let written = Pin::new(&mut wire.stream).poll_write_vectored(context, slices);
        wire.watch(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        let flushed = Pin::new(&mut wire.stream).poll_flush(context);
        wire.watch(context, flushed)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        if wire.closing.is_none() {
            ready!(Pin::new(&mut wire.stream).poll_shutdown(context))?;
            wire.timer.as_mut().reset(Instant::now() + SILENCE);
        }
        let since = *wire.closing.get_or_insert_with(Instant::now);
        wire.linger(context, since).map(Ok)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    async fn pair(stall: Duration) -> (TcpStream, Wire) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (client, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
        (client.expect("a client"), Wire::new(accepted.expect("a connection").0, stall))
    }

    #[tokio::test]
    async fn a_write_that_nobody_reads_fails() {
        let (_client, mut wire) = pair(Duration::from_millis(50)).await;
        let error = wire.write_all(&vec![0; 64 << 20]).await.expect_err("a stall");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_client_that_still_sends_reads_the_answer() {
        let (mut client, mut wire) = pair(Duration::from_secs(1)).await;
        let server = tokio::spawn(async move {
            wire.write_all(b"enough").await.expect("a write");
            wire.shutdown().await.expect("an end");
        });
        for _ in 0..20 {
            client.write_all(&vec![0; 100_000]).await.expect("the server takes it");
        }
        client.shutdown().await.expect("an end");
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.expect("an answer");
        assert_eq!(answer, "enough");
        server.await.expect("a clean end");
    }

    #[tokio::test]
    async fn a_silent_client_is_left() {
        let (_client, mut wire) = pair(Duration::from_secs(1)).await;
        let closed = tokio::time::timeout(Duration::from_mins(1), wire.shutdown()).await;
        assert!(closed.is_ok(), "it waits");
    }
}
