//! Clients of streams.

use std::time::Duration;

use futures_util::StreamExt as _;
use http::Method;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use ward_tests::Api;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(10);

/// A stream of Server-Sent Events.
pub struct Events {
    response: reqwest::Response,
    buffer: String,
}

/// One of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub id: Option<String>,
    pub name: Option<String>,
    pub data: Value,
}

impl Events {
    /// Listens to these topics, after the event `last`.
    pub async fn listen(api: &Api, topics: &str, last: Option<&str>) -> Self {
        let response = Self::try_listen(api, topics, last).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, buffer: String::new() }
    }

    /// The answer, whatever it is.
    pub async fn try_listen(api: &Api, topics: &str, last: Option<&str>) -> reqwest::Response {
        let request = api.request(Method::GET, &format!("/listen?topics={topics}"));
        let request = request.header("accept", "text/event-stream");
        let request = last.into_iter().fold(request, |request, last| request.header("last-event-id", last));
        request.send().await.expect("an answer")
    }

    /// The next event; fails if none comes, or the stream ends.
    pub async fn next(&mut self) -> Event {
        self.until_end().await.expect("the stream goes on")
    }

    /// The next event, or nothing at the end.
    pub async fn until_end(&mut self) -> Option<Event> {
        loop {
            while let Some(end) = self.buffer.find("\n\n") {
                let block: String = self.buffer.drain(..end + 2).collect();
                let event = parse(&block);
                if event.is_some() {
                    return event;
                }
            }
            if !self.more().await {
                return None;
            }
        }
    }

    /// Waits for the next piece; whether there was one.
    pub async fn more(&mut self) -> bool {
        let piece = tokio::time::timeout(PATIENCE, self.response.chunk()).await.expect("something comes in time");
        match piece {
            Ok(Some(piece)) => {
                self.buffer.push_str(std::str::from_utf8(&piece).expect("whole characters"));
                true
            }
            Ok(None) | Err(_) => false,
        }
    }

    /// What has come and was not an event yet.
    pub fn rest(&self) -> &str {
        &self.buffer
    }
}

fn parse(block: &str) -> Option<Event> {
    let field = |name: &str| {
        let lines = block.lines().filter_map(|line| line.split_once(':'));
        lines.filter(|(key, _)| *key == name).map(|(_, value)| value.trim_start().to_owned()).next_back()
    };
    let data = serde_json::from_str(&field("data")?).expect("JSON");
    Some(Event { id: field("id"), name: field("event"), data })
}

/// A WebSocket.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Listens to these topics; `query` is added to the address.
    pub async fn listen(api: &Api, topics: &str, query: &str) -> Self {
        Self::try_listen(api, topics, query).await.unwrap_or_else(|status| panic!("refused: {status}"))
    }

    /// The same, or the status of the refusal.
    pub async fn try_listen(api: &Api, topics: &str, query: &str) -> Result<Self, u16> {
        let address = format!("{}/listen?topics={topics}{query}", api.base().replacen("http", "ws", 1));
        let request = address.into_client_request().expect("a request");
        match tokio_tungstenite::connect_async(request).await {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(other) => panic!("{other}"),
        }
    }

    /// The next message's text; `Err` with the code of its end.
    pub async fn next(&mut self) -> Result<Value, Option<u16>> {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.0.next()).await.expect("something comes in time");
            match message {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).expect("JSON")),
                Some(Ok(Message::Close(frame))) => return Err(frame.map(|frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(None),
            }
        }
    }

    /// Says something.
    pub async fn say(&mut self, text: &str) {
        use futures_util::SinkExt as _;
        self.0.send(Message::text(text)).await.expect("it is taken");
    }
}
