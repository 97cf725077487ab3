//! A client that costs as little as it can, so that a download's time is the server's.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use anyhow::{Context, Result, bail, ensure};

/// Bytes of an answer's head that are looked at.
const HEAD: usize = 16 << 10;

/// One kept-alive connection, and the memory that its answers are read into.
pub struct Fetch {
    stream: TcpStream,
    host: String,
    buffer: Vec<u8>,
}

impl Fetch {
    /// Connects to `http://host:port`, for bodies of at most `most` bytes.
    pub fn connect(base: &str, most: usize) -> Result<Self> {
        let host = base.strip_prefix("http://").context("an address without TLS")?.trim_end_matches('/');
        let stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, host: host.to_owned(), buffer: vec![0; HEAD + most] })
    }

    /// The body of a successful answer.
    pub fn get(&mut self, path: &str, token: Option<&str>) -> Result<&[u8]> {
        let token = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
        write!(self.stream, "GET {path} HTTP/1.1\r\nhost: {}\r\n{token}\r\n", self.host)?;
        let mut filled = 0;
        let body = loop {
            filled += self.more(filled)?;
            if let Some(end) = self.buffer[..filled].windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            ensure!(filled < HEAD, "the head of the answer is too long");
        };
        let end = body + length(&self.buffer[..body])?;
        ensure!(end <= self.buffer.len(), "the answer is too long");
        while filled < end {
            filled += self.more(filled)?;
        }
        ensure!(filled == end, "the answer is longer than it says");
        Ok(&self.buffer[body..end])
    }

    fn more(&mut self, filled: usize) -> Result<usize> {
        match self.stream.read(&mut self.buffer[filled..])? {
            0 => bail!("the server closed the connection"),
            count => Ok(count),
        }
    }
}

/// What the head says of the length of a successful answer.
fn length(head: &[u8]) -> Result<usize> {
    let head = std::str::from_utf8(head)?;
    let status = head.lines().next().unwrap_or_default();
    ensure!(status.starts_with("HTTP/1.1 200"), "the answer is {status}");
    let fields = head.lines().filter_map(|line| line.split_once(':'));
    let length = fields.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    Ok(length.context("an answer without a length")?.1.trim().parse()?)
}
