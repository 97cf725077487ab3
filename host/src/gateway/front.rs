//! Where every request comes in: its name, its mount, its line in the access log.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::constant_time;
use axum::body::Body;
use futures_util::FutureExt;
use http::request::Parts;
use http::{HeaderMap, Method, Request, Response, Version, header};
use tracing::Instrument;

use super::access::{self, Trail};
use super::admin::{self, AdminCall};
use super::bearer::{self, Presented};
use super::body::Reader;
use super::call::Call;
use super::failure::Failure;
use super::host::{Host, Route};
use super::mount_point::MountPoint;
use super::mounted::Mounted;
use super::stream::Streams;
use super::table::{Place, Table, TableError};
use super::{envelope, path, request_id, response};
use crate::app::App;
use crate::telemetry;

/// Seconds after which a client may ask again for a mount where nothing is active.
const RETRY: u32 = 5;

/// Everything that requests are answered from.
pub struct Front {
    app: Arc<App>,
    table: Table,
    host: Host,
    idle: Duration,
}

/// What a request is for.
enum Target<'t> {
    /// One of the host's own routes.
    Host(Route),
    /// A mount: how it was reached, the path below it, and the version that answers, from the
    /// beginning of the request to its end.
    Mount { point: &'t MountPoint, base: &'t str, below: &'t str, mounted: Option<Arc<Mounted>> },
    /// Nothing that there is.
    Nothing,
}

impl Front {
    /// Prepares the tables and pages.
    pub fn new(app: Arc<App>) -> Result<Self, TableError> {
        let places: Vec<Place<'_>> =
            app.mounts.iter().map(|point| Place { prefix: &point.prefix, hosts: &point.hosts }).collect();
        let table = Table::new(&places)?;
        let idle = Duration::from_millis(app.assembly.http.body_idle_ms);
        let host = Host::new(app.clone());
        Ok(Self { app, table, host, idle })
    }

    /// The event streams of all mounts.
    pub fn streams(&self) -> &Arc<Streams> {
        &self.app.streams
    }

    /// Drops what the rate limits need not remember any more.
    pub fn sweep(&self) {
        self.app.active().iter().flatten().for_each(|mounted| mounted.rates.sweep());
        self.app.admin.sweep();
    }

    /// Answers a request, whatever it is and whatever happens.
    pub async fn answer(&self, request: Request<Body>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let (request_id, request_id_header) = request_id::of(&parts.headers);
        let written = parts.uri.path();
        let path = check_head(&parts, self.app.assembly.http.header_bytes)
            .and_then(|()| path::normalise(written).map_err(|error| Failure::malformed(error.to_string())));
        let asked = Asked {
            parts: &parts,
            host: host_of(&parts).unwrap_or_default(),
            path: path.as_deref().unwrap_or(written),
            refused: path.as_ref().err(),
            trailing_slash: written.len() > 1 && written.ends_with('/'),
        };
        let target = self.target(&asked);
        let mut trail = Trail::new(&request_id);
        let span = tracing::info_span!("request", request_id);
        let traced = telemetry::request(&parts.headers);
        let reader = Reader::new(body, self.idle);
        let answer = self.route(&asked, &target, reader, &mut trail).instrument(traced.clone()).instrument(span);
        let answer = AssertUnwindSafe(answer);
        let mut response = answer.catch_unwind().await.unwrap_or_else(|_| {
            tracing::error!(request_id, "the host panicked");
            envelope::of_host(&request_id, &Failure::host_failed())
        });
        if parts.method == Method::HEAD {
            response::without_body(&mut response);
        }
        let method = access::standard(&parts.method);
        telemetry::answered(&traced, method, trail.mount, trail.operation, response.status());
        trail.log(method, &response);
        response.headers_mut().insert(request_id::HEADER, request_id_header);
        response
    }

    fn target<'t>(&'t self, asked: &Asked<'t>) -> Target<'t> {
        if let Some(route) = self.hosts_own(asked) {
            return Target::Host(route);
        }
        let Some((entry, below)) = self.table.find(asked.host, asked.path) else { return Target::Nothing };
        let point = &self.app.mounts[entry.mount];
        Target::Mount { point, base: &entry.base, below, mounted: point.active() }
    }

    async fn route<'a>(
        &'a self,
        asked: &Asked<'a>,
        target: &'a Target<'a>,
        reader: Reader,
        trail: &mut Trail<'a>,
    ) -> Response<Body> {
        let (point, base, below, mounted) = match target {
            Target::Host(Route::Admin) => {
                let path = admin::below(asked.path).unwrap_or("/");
                let call = AdminCall { app: &self.app, path, parts: asked.parts };
                return self.app.admin.answer(&call, reader, trail).await;
            }
            Target::Host(Route::Metrics) if !self.reads_metrics(asked) => {
                let call = AdminCall { app: &self.app, path: "/metrics", parts: asked.parts };
                return self.app.admin.answer(&call, reader, trail).await;
            }
            Target::Host(route) => {
                trail.of(route.name(), self.host.measured(*route));
                let (method, headers) = (&asked.parts.method, &asked.parts.headers);
                let answer = self.host.answer(*route, method, headers, asked.trailing_slash).await;
                return answer.unwrap_or_else(|failure| envelope::of_host(trail.request_id, &failure));
            }
            Target::Nothing => {
                trail.measured = Some(self.app.admin.measured.none());
                reader.linger();
                let nothing = Failure::not_found();
                return envelope::of_host(trail.request_id, asked.refused.unwrap_or(&nothing));
            }
            Target::Mount { point, base, below, mounted } => (point, base, below, mounted),
        };
        trail.mount = Some(&point.prefix);
        trail.measured = Some(point.measured.none());
        let Some(mounted) = mounted else {
            reader.linger();
            return envelope::of_host(
                trail.request_id,
                &Failure::unavailable("no version of this plugin is active", RETRY),
            );
        };
        if let Some(failure) = asked.refused {
            reader.linger();
            return envelope::of_plugin(mounted, None, trail.request_id, failure).await;
        }
        let call = Call {
            app: &self.app,
            mounted,
            base,
            path: below,
            trailing_slash: asked.trailing_slash,
            parts: asked.parts,
            request_id: trail.request_id,
            streams: &self.app.streams,
            origin: None,
        };
        call.answer(reader, trail).await
    }

    /// Answers what operators ask on an address of their own, where nobody else can.
    pub async fn answer_operators(&self, request: Request<Body>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        drop(body);
        let route = Route::at(parts.uri.path())
            .filter(|route| matches!(route, Route::Metrics | Route::Health | Route::Live | Route::Ready));
        let answer = match route {
            Some(route) => self.host.answer(route, &parts.method, &parts.headers, false).await,
            None => Err(Failure::not_found()),
        };
        let (request_id, request_id_header) = request_id::of(&parts.headers);
        let mut response = answer.unwrap_or_else(|failure| envelope::of_host(&request_id, &failure));
        if parts.method == Method::HEAD {
            response::without_body(&mut response);
        }
        response.headers_mut().insert(request_id::HEADER, request_id_header);
        response
    }

    /// From now on requests should go elsewhere.
    pub fn drain(&self) {
        self.host.drain();
    }

    /// Whether the token is the one that the assembly has for Prometheus.
    fn reads_metrics(&self, asked: &Asked<'_>) -> bool {
        let expected = self.app.assembly.metrics_token.0.as_bytes();
        let Presented::Token(token) = bearer::presented(&asked.parts.headers) else { return false };
        !expected.is_empty() && constant_time::verify_slices_are_equal(token.as_bytes(), expected).is_ok()
    }

    /// The host's own route, unless the host name is a mount's. The index gives way to a mount at the
    /// root.
    fn hosts_own(&self, asked: &Asked<'_>) -> Option<Route> {
        if asked.refused.is_some() || self.table.knows(asked.host) {
            return None;
        }
        Route::at(asked.path)
            .filter(|route| *route != Route::Index || self.table.find(asked.host, asked.path).is_none())
    }
}

/// A request as far as it has been read.
struct Asked<'a> {
    parts: &'a Parts,
    host: &'a str,
    /// Canonical; as it was written if it is refused.
    path: &'a str,
    /// Why it is refused: still in the envelope of the mount that it was for.
    refused: Option<&'a Failure>,
    trailing_slash: bool,
}

/// The host name that is asked for, from the address (HTTP/2, proxies) or from the header.
fn host_of(parts: &Parts) -> Option<&str> {
    match parts.uri.host() {
        Some(host) => Some(host),
        None => parts.headers.get(header::HOST)?.to_str().ok(),
    }
}

/// Refuses heads that are too large or contradict themselves.
fn check_head(parts: &Parts, most: usize) -> Result<(), Failure> {
    if header_bytes(&parts.headers) > most {
        return Err(Failure::headers_too_large());
    }
    if parts.headers.get_all(header::HOST).iter().nth(1).is_some() {
        return Err(Failure::malformed("the request names several hosts"));
    }
    if parts.version == Version::HTTP_11 && host_of(parts).is_none() {
        return Err(Failure::malformed("the request names no host"));
    }
    path::check_query(parts.uri.query().unwrap_or_default()).map_err(|error| Failure::malformed(error.to_string()))
}

/// Bytes of all names and values, with what separates them.
fn header_bytes(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(uri: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).expect("a request").into_parts().0
    }

    #[test]
    fn the_address_names_the_host_before_the_header() {
        assert_eq!(host_of(&parts("/", &[("host", "a:80")])), Some("a:80"));
        assert_eq!(host_of(&parts("http://b/", &[("host", "a")])), Some("b"));
        assert_eq!(host_of(&parts("/", &[])), None);
    }

    #[test]
    fn large_and_ambiguous_heads_are_refused() {
        let status = |parts: &Parts| check_head(parts, 100).err().map(|failure| failure.status.as_u16());
        assert_eq!(status(&parts("/", &[("host", "a")])), None);
        assert_eq!(status(&parts("/", &[("x", &"y".repeat(100))])), Some(431));
        assert_eq!(status(&parts("/", &[("host", "a"), ("host", "b")])), Some(400));
        assert_eq!(status(&parts("/", &[])), Some(400));
        assert_eq!(status(&parts(&format!("/?{}", "q".repeat(20_000)), &[])), Some(400));
    }
}
