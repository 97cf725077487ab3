//! HTTP spoken by hand: what no client library would send.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection.
pub struct Raw {
    stream: TcpStream,
}

impl Raw {
    /// Connects to `host:port`.
    pub async fn connect(address: &str) -> Self {
        Self::try_connect(address).await.expect("the server listens")
    }

    /// Connects to `host:port`, if anybody listens there.
    pub async fn try_connect(address: &str) -> Option<Self> {
        TcpStream::connect(address).await.ok().map(|stream| Self { stream })
    }

    /// Writes; `false` if the server has closed the connection.
    pub async fn write(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).await.is_ok()
    }

    /// Reads until the server closes the connection or `patience` has passed.
    pub async fn read(&mut self, patience: Duration) -> String {
        let mut received = Vec::new();
        let mut buffer = vec![0; 16 << 10];
        let deadline = tokio::time::Instant::now() + patience;
        while let Ok(Ok(count)) = tokio::time::timeout_at(deadline, self.stream.read(&mut buffer)).await {
            if count == 0 {
                break;
            }
            received.extend_from_slice(&buffer[..count]);
            // These tests ask for short answers: once head and announced body are there, that is all.
            if is_complete(&received) {
                break;
            }
        }
        String::from_utf8_lossy(&received).into_owned()
    }

    /// Whether the server closes the connection within `patience`.
    pub async fn is_closed_within(&mut self, patience: Duration) -> bool {
        let mut buffer = vec![0; 16 << 10];
        let closed = async {
            while let Ok(count) = self.stream.read(&mut buffer).await {
                if count == 0 {
                    break;
                }
            }
        };
        tokio::time::timeout(patience, closed).await.is_ok()
    }
}

/// The status of an answer.
#[track_caller]
pub fn status(answer: &str) -> u16 {
    answer
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3))
        .and_then(|status| status.parse().ok())
        .unwrap_or_else(|| panic!("no HTTP answer: {answer:?}"))
}

/// Whether the head and the body that it announces are there.
pub fn is_complete(received: &[u8]) -> bool {
    let text = String::from_utf8_lossy(received).to_ascii_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    head.lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .and_then(|length| length.trim().parse::<usize>().ok())
        .is_some_and(|length| body.len() >= length)
}
