//! Events as an answer that does not end: the plugin has named the topics, the host holds the connection.

mod places;
mod sse;
mod websocket;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::request::Parts;
use http::{Method, Response, StatusCode, header};
use tokio::time::{Instant, Interval, MissedTickBehavior};

use super::call::Call;
use super::failure::Failure;
use super::operations::Operation;
use super::response::{self, Unanswerable};
use crate::events::{Event, Follower, Hub, Told, is_topic};
use crate::identity::{AuthError, Identity};
use crate::runtime::{self, EventStream, ResponseBody};

use places::Place;
pub use places::{Streams, Who};

/// Topics of one stream, and messages that it begins with.
const MOST: usize = 100;
/// Bytes of the messages that a stream begins with.
const FIRST_BYTES: usize = 1 << 20;

/// What is asked: the request, and who asks.
pub struct Asked<'a> {
    /// The request.
    pub call: &'a Call<'a>,
    /// Its operation.
    pub operation: &'a Operation,
    /// Who is counted.
    pub who: Who,
    /// The caller's token.
    pub token: Option<&'a str>,
    /// The last event that is no news.
    pub after: i64,
}

/// Whether the client wants a stream: over WebSocket, or as Server-Sent Events.
pub fn is_wanted(parts: &Parts) -> bool {
    parts.method == Method::GET && (is_websocket(parts) || accepts_events(parts))
}

fn is_websocket(parts: &Parts) -> bool {
    parts.headers.get(header::UPGRADE).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

fn accepts_events(parts: &Parts) -> bool {
    let accepted = parts.headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|value| value.trim().starts_with("text/event-stream"))
}

/// Answers with the events that the plugin's answer names.
pub async fn answer(asked: &Asked<'_>, answer: runtime::Response) -> Result<Response<Body>, Failure> {
    let call = asked.call;
    let invalid = |what: &str| call.unanswerable(asked.operation, &Unanswerable::Invalid(what.into()));
    let ResponseBody::Events(wanted) = answer.body else { return Err(invalid("no stream")) };
    let hub = call.mounted.events.as_ref().ok_or_else(|| invalid("it may not use events"))?;
    if answer.status != StatusCode::OK.as_u16() || !is_sound(&wanted) {
        return Err(invalid("a stream has the status 200, at most 100 topics, and at most 1 MiB to begin with"));
    }
    let headers = response::from_plugin(&answer.headers).map_err(|error| invalid(&error.to_string()))?;
    let place = call.streams.enter(asked.who)?;
    if is_websocket(call.parts) {
        return websocket::answer(call.parts, headers, asked.stream(hub, wanted, place, None)).await;
    }
    let last = sse::last_event(&call.parts.headers)?;
    Ok(sse::answer(headers, asked.stream(hub, wanted, place, last)))
}

fn is_sound(wanted: &EventStream) -> bool {
    let first: usize = wanted.first.iter().map(String::len).sum();
    let json = |text: &String| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    wanted.topics.len() <= MOST
        && wanted.topics.iter().all(|topic| is_topic(topic))
        && wanted.first.len() <= MOST
        && first <= FIRST_BYTES
        && wanted.first.iter().all(json)
}

impl Asked<'_> {
    fn stream(&self, hub: &Arc<Hub>, wanted: EventStream, place: Place, last: Option<i64>) -> Stream {
        let limits = &self.call.app.assembly.streams;
        let follower = hub.follow(wanted.topics, last.unwrap_or(self.after));
        let follower = if last.is_some() { follower.resuming() } else { follower };
        let beat = Duration::from_millis(limits.heartbeat_ms);
        let mut heartbeat = tokio::time::interval_at(Instant::now() + beat, beat);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Stream {
            follower,
            first: wanted.first.into(),
            guard: Guard {
                identity: self.call.app.identity.clone(),
                token: self.token.map(str::to_owned),
                domain: self.call.mounted.accounts.clone(),
            },
            place,
            heartbeat,
            beat,
            idle: Duration::from_millis(limits.idle_ms),
            active: Instant::now(),
        }
    }
}

/// One client's stream, whatever carries it.
struct Stream {
    follower: Follower,
    first: VecDeque<String>,
    guard: Guard,
    place: Place,
    heartbeat: Interval,
    beat: Duration,
    idle: Duration,
    active: Instant,
}

/// What comes next on a stream.
enum Next {
    /// A message that it begins with.
    First(String),
    /// An event.
    Event(Arc<Event>),
    /// Some events are not kept any more.
    Gap,
    /// A sign of life.
    Beat,
    /// Nothing comes any more.
    End(End),
}

/// Why a stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The host stops.
    Shutdown,
    /// Nothing happened for too long.
    Idle,
    /// The caller's token has ended.
    Revoked,
    /// Events or accounts cannot be read.
    Unavailable,
}

impl Stream {
    async fn next(&mut self) -> Next {
        if let Some(first) = self.first.pop_front() {
            return Next::First(first);
        }
        tokio::select! {
            () = self.place.ended() => Next::End(End::Shutdown),
            told = self.follower.next() => match told {
                Ok(Told::Event(event)) => {
                    self.touch();
                    Next::Event(event)
                }
                Ok(Told::Gap) => Next::Gap,
                Err(error) => {
                    tracing::warn!(%error, "a stream ends: events cannot be read");
                    Next::End(End::Unavailable)
                }
            },
            _ = self.heartbeat.tick() => match self.guard.holds().await {
                Ok(()) if self.active.elapsed() >= self.idle => Next::End(End::Idle),
                Ok(()) => Next::Beat,
                Err(end) => Next::End(end),
            },
        }
    }

    /// Something happened.
    fn touch(&mut self) {
        self.active = Instant::now();
    }
}

/// Looks whether the caller may still hear.
struct Guard {
    identity: Identity,
    token: Option<String>,
    domain: String,
}

impl Guard {
    async fn holds(&self) -> Result<(), End> {
        let Some(token) = &self.token else { return Ok(()) };
        match self.identity.authenticate(token, &self.domain).await {
            Ok(_) => Ok(()),
            Err(AuthError::Unavailable) => Err(End::Unavailable),
            Err(_) => Err(End::Revoked),
        }
    }
}
