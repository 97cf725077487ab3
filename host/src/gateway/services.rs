//! Requests of plugins to other mounts, in process: the way of every other request from the operation on, in the
//! name of the client whose request the calling plugin is answering.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use axum::body::Body;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Request, Response, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument;

use super::access::{self, Trail};
use super::body::Reader;
use super::call::Call;
use super::{path, response};
use crate::app::App;

/// Mounts that a request may lead over, the first included.
const MOST_MOUNTS: usize = 4;

/// Headers that a plugin may send. Others say who asks and why, which is for the client alone to say.
const HEADERS: [HeaderName; 6] = [
    header::ACCEPT,
    header::ACCEPT_LANGUAGE,
    header::CONTENT_TYPE,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    header::RANGE,
];

tokio::task_local! {
    /// The request that this task is answering, where the plugin that does may call others. A job has none.
    static ORIGIN: Origin;
}

/// What a call takes over from the request that causes it.
#[derive(Clone)]
pub struct Origin {
    /// The client's account; none for an anonymous one.
    pub account: Option<i64>,
    /// Its address.
    pub address: IpAddr,
    /// The request's identifier.
    pub request_id: String,
    /// Domains of the mounts on the way here, this one's last.
    pub way: Vec<String>,
}

impl Origin {
    /// Lets what `answer` does call others from here.
    pub async fn scope<R>(self, answer: impl Future<Output = R>) -> R {
        ORIGIN.scope(self, answer).await
    }

    /// Refuses calls that would come back, or lead too far.
    fn check(&self, mount: &str) -> Result<(), CallError> {
        if self.way.iter().any(|domain| domain == mount) {
            return Err(CallError::Cycle);
        }
        if self.way.len() >= MOST_MOUNTS { Err(CallError::TooDeep) } else { Ok(()) }
    }
}

/// A request, as a plugin gives it.
pub struct Outgoing {
    /// `GET`, `POST`, …
    pub method: String,
    /// Path and query below the mount.
    pub path: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// A job.
    #[error("a job has no client in whose name it could call")]
    NoClient,
    /// No request that a client could send.
    #[error("{0}")]
    Invalid(String),
    /// The call would come back.
    #[error("the mount is on the way here")]
    Cycle,
    /// Too many mounts.
    #[error("{MOST_MOUNTS} mounts are on the way here")]
    TooDeep,
    /// The answer has more bytes.
    #[error("the answer has more than {0} bytes")]
    TooLarge(usize),
    /// Nothing is active, or the answer broke off.
    #[error("the mount does not answer")]
    Unavailable,
}

/// Leads to the mounts, once they are there.
#[derive(Clone, Default)]
pub struct Services(Arc<OnceLock<Weak<App>>>);

impl Services {
    /// Leads to the mounts of `app` from now on.
    pub fn connect(&self, app: &Arc<App>) {
        // There is one application; a second would be another process's.
        let _ = self.0.set(Arc::downgrade(app));
    }

    /// Calls the mount of a domain for the request that this task is answering. The callee runs in a task of its
    /// own, so that neither its processor time nor its stack is the caller's; it ends when the caller does.
    pub async fn call(&self, mount: &str, outgoing: Outgoing, most: usize) -> Result<Response<Vec<u8>>, CallError> {
        let origin = ORIGIN.try_with(Origin::clone).map_err(|_| CallError::NoClient)?;
        origin.check(mount)?;
        let (parts, body) = outgoing.into_request()?.into_parts();
        let app = self.0.get().and_then(Weak::upgrade).ok_or(CallError::Unavailable)?;
        let incoming = Incoming { origin, mount: mount.to_owned(), parts, body };
        let answering = tokio::spawn(incoming.answer(app, most).in_current_span());
        AbortOnDropHandle::new(answering).await.unwrap_or_else(|_| {
            tracing::error!(mount, "the host panicked in a call of a plugin");
            Err(CallError::Unavailable)
        })
    }
}

impl Outgoing {
    fn into_request(self) -> Result<Request<Vec<u8>>, CallError> {
        let invalid = |what: &str| CallError::Invalid(what.to_owned());
        let (path, query) = self.path.split_once('?').unwrap_or((&self.path, ""));
        path::normalise(path)
            .and_then(|_| path::check_query(query))
            .map_err(|error| CallError::Invalid(error.to_string()))?;
        let method = Method::from_bytes(self.method.as_bytes()).map_err(|_| invalid("the method is none"))?;
        let mut request = Request::builder().method(method).uri(&self.path);
        for (name, value) in &self.headers {
            let name = HEADERS.iter().find(|known| known.as_str() == name);
            let name = name.ok_or_else(|| invalid("a header that a plugin may not send"))?;
            let value = HeaderValue::from_str(value).map_err(|_| invalid("a header's value is none"))?;
            request = request.header(name, value);
        }
        let request = request.body(self.body).map_err(|_| invalid("the path is none"))?;
        // What stands behind a `#` would be lost.
        if request.uri().path() == path { Ok(request) } else { Err(invalid("the path is none")) }
    }
}

/// A call on its way to a mount.
struct Incoming {
    origin: Origin,
    mount: String,
    parts: Parts,
    body: Vec<u8>,
}

impl Incoming {
    async fn answer(self, app: Arc<App>, most: usize) -> Result<Response<Vec<u8>>, CallError> {
        let Self { origin, mount, parts, body } = self;
        let point = app.mounts.iter().find(|point| point.domain == mount).ok_or(CallError::Unavailable)?;
        let mounted = point.active().ok_or(CallError::Unavailable)?;
        let written = parts.uri.path();
        let below = path::normalise(written).map_err(|error| CallError::Invalid(error.to_string()))?;
        let mut trail = Trail::new(&origin.request_id);
        trail.mount = Some(&point.prefix);
        trail.measured = Some(point.measured.none());
        let call = Call {
            app: &app,
            mounted: &mounted,
            base: if point.prefix == "/" { "" } else { &point.prefix },
            path: &below,
            trailing_slash: written.len() > 1 && written.ends_with('/'),
            parts: &parts,
            request_id: &origin.request_id,
            streams: &app.streams,
            origin: Some(&origin),
        };
        let reader = Reader::new(Body::from(body), Duration::from_millis(app.assembly.http.body_idle_ms));
        let mut answer = call.answer(reader, &mut trail).await;
        if parts.method == Method::HEAD {
            response::without_body(&mut answer);
        }
        trail.log(access::standard(&parts.method), &answer);
        collect(answer, most).await
    }
}

async fn collect(answer: Response<Body>, most: usize) -> Result<Response<Vec<u8>>, CallError> {
    let (parts, body) = answer.into_parts();
    match Limited::new(body, most).collect().await {
        Ok(collected) => Ok(Response::from_parts(parts, collected.to_bytes().into())),
        Err(error) if error.is::<LengthLimitError>() => Err(CallError::TooLarge(most)),
        Err(_) => Err(CallError::Unavailable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outgoing(path: &str, headers: &[(&str, &str)]) -> Result<Request<Vec<u8>>, CallError> {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Outgoing { method: "GET".into(), path: path.into(), headers, body: Vec::new() }.into_request()
    }

    #[test]
    fn a_plugin_sends_what_a_client_could() {
        let request = outgoing("/studies/%E5%BC%A0?limit=1", &[("accept", "application/json")]).expect("a request");
        assert_eq!((request.uri().path(), request.uri().query()), ("/studies/%E5%BC%A0", Some("limit=1")));
        for path in ["", "studies", "//x", "/a/../b", "/a%2fb", "/a b", "http://host/x", "/x#y"] {
            assert!(matches!(outgoing(path, &[]), Err(CallError::Invalid(_))), "{path}");
        }
    }

    #[test]
    fn a_plugin_does_not_say_who_asks_or_why() {
        for name in ["authorization", "cookie", "x-forwarded-for", "x-ward-purpose", "host", "Accept", ""] {
            assert!(matches!(outgoing("/", &[(name, "x")]), Err(CallError::Invalid(_))), "{name}");
        }
        assert!(outgoing("/", &[("accept", "a\nb")]).is_err());
    }

    #[test]
    fn a_call_neither_comes_back_nor_goes_on_for_ever() {
        let way = |domains: &[&str]| Origin {
            account: None,
            address: IpAddr::from([127, 0, 0, 1]),
            request_id: String::new(),
            way: domains.iter().map(|domain| (*domain).to_owned()).collect(),
        };
        assert_eq!(way(&["a", "b", "c"]).check("d"), Ok(()));
        assert_eq!(way(&["a", "b"]).check("a"), Err(CallError::Cycle));
        assert_eq!(way(&["a", "b", "c", "d"]).check("e"), Err(CallError::TooDeep));
    }

    #[tokio::test]
    async fn what_answers_no_client_calls_nobody() {
        let call = Outgoing { method: "GET".into(), path: "/".into(), headers: Vec::new(), body: Vec::new() };
        assert_eq!(Services::default().call("pacs", call, 1).await.err(), Some(CallError::NoClient));
    }
}
