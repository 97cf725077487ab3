//! Events over WebSocket.

use std::time::Duration;

use axum::body::Body;
use axum::extract::FromRequestParts as _;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use http::request::Parts;
use http::{HeaderMap, Response, header};
use tokio::time::Instant;

use super::{End, Next, Stream};
use crate::gateway::failure::Failure;

/// Bytes of a client's message. Nobody reads what it says; that it says something is a sign of life.
const MESSAGE_BYTES: usize = 4 << 10;
/// Time that a client has to take a message.
const PATIENCE: Duration = Duration::from_secs(30);
/// Time, and heartbeats, without a word from the client after which it counts as gone.
const SILENCE: Duration = Duration::from_mins(1);
const BEATS: u32 = 3;

/// Answers the handshake, and goes on with the stream when the connection is the host's.
pub(super) async fn answer(parts: &Parts, headers: HeaderMap, stream: Stream) -> Result<Response<Body>, Failure> {
    let mut parts = parts.clone();
    let handshake = WebSocketUpgrade::from_request_parts(&mut parts, &()).await;
    let handshake = handshake.map_err(|_| Failure::malformed("this is no WebSocket handshake"))?;
    let handshake = handshake.max_message_size(MESSAGE_BYTES).max_frame_size(MESSAGE_BYTES);
    let mut response = handshake.on_upgrade(|socket| carry(socket, stream));
    for (name, value) in &headers {
        if *name != header::CONTENT_TYPE {
            response.headers_mut().append(name, value.clone());
        }
    }
    Ok(response)
}

/// Carries the stream until it ends, or the client leaves or is not heard of any more.
async fn carry(mut socket: WebSocket, mut stream: Stream) {
    let mut heard = Instant::now();
    loop {
        let message = tokio::select! {
            next = stream.next() => match next {
                Next::First(data) => Message::text(data),
                Next::Event(event) => Message::text(event.data.as_str()),
                // Only who comes back can have one, and a socket does not.
                Next::Gap => continue,
                Next::Beat if heard.elapsed() > SILENCE.max(stream.beat * BEATS) => return,
                Next::Beat => Message::Ping(bytes::Bytes::new()),
                Next::End(end) => return close(socket, end).await,
            },
            received = socket.recv() => match received {
                Some(Ok(Message::Text(_) | Message::Binary(_))) => {
                    stream.touch();
                    heard = Instant::now();
                    continue;
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {
                    heard = Instant::now();
                    continue;
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
            },
        };
        if !matches!(tokio::time::timeout(PATIENCE, socket.send(message)).await, Ok(Ok(()))) {
            return;
        }
    }
}

/// Says why, and waits a moment for the client to agree.
async fn close(mut socket: WebSocket, end: End) {
    let (code, reason) = match end {
        End::Shutdown => (close_code::AWAY, "the server stops"),
        End::Idle => (close_code::NORMAL, "nothing happened"),
        End::Revoked => (close_code::POLICY, "the token has ended"),
        End::Unavailable => (close_code::AGAIN, "events cannot be read now"),
    };
    let closing = async {
        let frame = CloseFrame { code, reason: reason.into() };
        if socket.send(Message::Close(Some(frame))).await.is_ok() {
            while let Some(Ok(_)) = socket.recv().await {}
        }
    };
    // A client that does not answer is left.
    let _ = tokio::time::timeout(Duration::from_secs(2), closing).await;
}
