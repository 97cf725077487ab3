//! Events as Server-Sent Events.

use std::convert::Infallible;

use axum::body::Body;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::{HeaderMap, HeaderName, HeaderValue, Response, header};

use super::{Next, Stream};
use crate::gateway::failure::Failure;
use crate::gateway::response;

/// Where a client that comes back names the last event that it has heard.
const LAST_EVENT: HeaderName = HeaderName::from_static("last-event-id");
/// Asks proxies to pass every piece on.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// The number of the last event that the client has heard.
pub(super) fn last_event(headers: &HeaderMap) -> Result<Option<i64>, Failure> {
    let Some(value) = headers.get(LAST_EVENT).filter(|value| !value.is_empty()) else { return Ok(None) };
    match value.to_str().ok().and_then(|text| text.parse::<i64>().ok()).filter(|number| *number >= 0) {
        Some(number) => Ok(Some(number)),
        None => Err(Failure::malformed("Last-Event-ID is not the id of an event")),
    }
}

/// The answer; its body ends with the stream.
pub(super) fn answer(mut headers: HeaderMap, stream: Stream) -> Response<Body> {
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(BUFFERING, HeaderValue::from_static("no"));
    response::defaults(&mut headers);
    let pieces = stream::unfold(Some((stream, true)), |state| async {
        let (mut stream, fresh) = state?;
        if fresh {
            // So that the head goes out at once.
            return Some((Bytes::from_static(b":\n\n"), Some((stream, false))));
        }
        let text = match stream.next().await {
            Next::First(data) => message(&data),
            Next::Event(event) => format!("id: {}\n{}", event.seq, message(&event.data)),
            Next::Gap => "event: gap\ndata: {}\n\n".into(),
            // A client that comes back need not be told what was not for it.
            Next::Beat => format!(":\nid: {}\n\n", stream.follower.cursor()),
            Next::End(_) => return None,
        };
        Some((Bytes::from(text), Some((stream, false))))
    });
    let mut response = Response::new(Body::from_stream(pieces.map(Ok::<_, Infallible>)));
    *response.headers_mut() = headers;
    response
}

/// A line break in JSON is white space: one in a text is escaped.
fn message(json: &str) -> String {
    format!("data: {}\n\n", json.replace(['\n', '\r'], " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line() {
        assert_eq!(message("{\n\"a\":\r\"b\\n\"}"), "data: { \"a\": \"b\\n\"}\n\n");
    }

    #[test]
    fn the_last_event_is_a_number() {
        let last = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(LAST_EVENT, value.parse().expect("a value"));
            last_event(&headers).map_err(|failure| failure.status.as_u16())
        };
        assert_eq!((last("7"), last("")), (Ok(Some(7)), Ok(None)));
        for value in ["-1", "x", "9223372036854775808", "1; DROP"] {
            assert_eq!(last(value), Err(400), "{value}");
        }
        assert!(matches!(last_event(&HeaderMap::new()), Ok(None)));
    }
}
