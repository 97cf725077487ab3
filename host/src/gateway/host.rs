//! The host's own routes, at host names that are no mount's.

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use http::{HeaderMap, HeaderValue, Method, Response, header};
use serde_json::{Value, json};

use super::admin;
use super::failure::Failure;
use super::health::{Health, Report};
use super::mount_point::MountPoint;
use super::mounted::Mounted;
use super::openapi::{self, Chapter};
use super::pages::{Interface, Page};
use super::response;
use crate::app::App;
use crate::metrics::{self, Measured};

/// The operation that reads the numbers, in the administrators' document too.
const METRICS: &str = "read_metrics";

/// What the host serves itself.
pub struct Host {
    app: Arc<App>,
    health: Health,
    pages: Mutex<Arc<Pages>>,
    /// The numbers of [`Route::OWN`].
    measured: Vec<Arc<Measured>>,
}

/// What is made of all mounts together, for as long as the same versions are active.
struct Pages {
    generations: Vec<Option<u64>>,
    document: Page,
    index: Page,
}

/// One of the host's routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// `/`.
    Index,
    /// `/health`.
    Health,
    /// `/health/live`.
    Live,
    /// `/health/ready`.
    Ready,
    /// `/metrics`.
    Metrics,
    /// `/openapi.json`.
    Document,
    /// `/docs` and `/redoc`.
    Interface(Interface),
    /// `/.well-known/jwks.json`.
    Keys,
    /// `/_ward/…`.
    Admin,
}

impl Route {
    /// The route of a canonical path.
    pub fn at(path: &str) -> Option<Self> {
        match path {
            "/" => Some(Self::Index),
            "/health" => Some(Self::Health),
            "/health/live" => Some(Self::Live),
            "/health/ready" => Some(Self::Ready),
            "/metrics" => Some(Self::Metrics),
            "/openapi.json" => Some(Self::Document),
            "/.well-known/jwks.json" => Some(Self::Keys),
            path if admin::below(path).is_some() => Some(Self::Admin),
            path => Interface::at(path).map(Self::Interface),
        }
    }

    /// All of them but those that are the administrators'.
    const OWN: [Self; 9] = [
        Self::Index,
        Self::Health,
        Self::Live,
        Self::Ready,
        Self::Metrics,
        Self::Document,
        Self::Interface(Interface::Swagger),
        Self::Interface(Interface::Redoc),
        Self::Keys,
    ];

    /// The name in the access log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Health => "health",
            Self::Live => "live",
            Self::Ready => "ready",
            Self::Metrics => METRICS,
            Self::Document => "openapi",
            Self::Interface(_) => "docs",
            Self::Keys => "jwks",
            Self::Admin => "admin",
        }
    }
}

impl Host {
    /// Makes the pages for the mounts of `app`.
    pub fn new(app: Arc<App>) -> Self {
        let pages = Mutex::new(Arc::new(Pages::new(&app, &app.active())));
        let measured = app.admin.measured.of(&Route::OWN.map(Route::name));
        Self { health: Health::new(), pages, measured, app }
    }

    /// The pages, made anew if another version was activated since.
    fn pages(&self) -> Arc<Pages> {
        let active = self.app.active();
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if pages.generations != generations(&active) {
            *pages = Arc::new(Pages::new(&self.app, &active));
        }
        pages.clone()
    }

    /// Answers a request for one of the routes.
    pub async fn answer(
        &self,
        route: Route,
        method: &Method,
        asked: &HeaderMap,
        trailing_slash: bool,
    ) -> Result<Response<Body>, Failure> {
        const ALLOW: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");
        if !matches!(*method, Method::GET | Method::HEAD) {
            return Err(Failure::method_not_allowed(&ALLOW));
        }
        Ok(match route {
            Route::Index => self.pages().index.answer(asked),
            Route::Document => self.pages().document.answer(asked),
            Route::Interface(interface) => interface.page(trailing_slash).answer(asked),
            Route::Admin => return Err(Failure::not_found()),
            Route::Metrics => metrics(&self.app).await,
            Route::Keys => Page::json(&self.app.identity.jwks()).answer(asked),
            Route::Health => reported(&self.health.report(&self.app).await),
            Route::Ready => reported(&self.health.ready(&self.app).await),
            Route::Live => reported(&Health::live()),
        })
    }

    /// The numbers of a route.
    pub fn measured(&self, route: Route) -> &Measured {
        let place = Route::OWN.iter().position(|own| *own == route);
        place.map_or(self.app.admin.measured.none(), |place| &self.measured[place])
    }

    /// From now on requests should go elsewhere.
    pub fn drain(&self) {
        self.health.drain();
    }
}

fn reported(report: &Report) -> Response<Body> {
    let mut response = Response::new(Body::from(report.body.to_string()));
    *response.status_mut() = report.status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response::defaults(response.headers_mut());
    response
}

/// The page for Prometheus. Whoever asks has been let in.
pub async fn metrics(app: &App) -> Response<Body> {
    let mut response = Response::new(Body::from(metrics::page(app).await));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(metrics::MEDIA_TYPE));
    response::defaults(response.headers_mut());
    response
}

impl Pages {
    fn new(app: &App, active: &[Active]) -> Self {
        let chapter = |(point, active): (&Arc<MountPoint>, &Active)| {
            let mounted = active.clone()?;
            Some((point.prefix.trim_end_matches('/').to_owned(), mounted))
        };
        let served: Vec<_> = app.mounts.iter().zip(active).filter_map(chapter).collect();
        let own = Chapter { prefix: admin::PREFIX, name: "ward", document: &app.admin.document };
        let chapters: Vec<Chapter<'_>> = served
            .iter()
            .map(|(prefix, mounted)| Chapter { prefix, name: &mounted.name, document: &mounted.document })
            .chain([own])
            .collect();
        Self {
            generations: generations(active),
            document: Page::json(&openapi::assemble("Ward", env!("CARGO_PKG_VERSION"), &chapters)),
            index: Page::json(&index(app, active)),
        }
    }
}

/// The version that is active at a mount, if one is.
type Active = Option<Arc<Mounted>>;

fn generations(active: &[Active]) -> Vec<Option<u64>> {
    active.iter().map(|mounted| mounted.as_ref().map(|mounted| mounted.generation)).collect()
}

fn index(app: &App, active: &[Active]) -> Value {
    let mount = |(point, active): (&Arc<MountPoint>, &Active)| {
        let base = point.prefix.trim_end_matches('/');
        let (docs, document) = (format!("{base}/docs"), format!("{base}/openapi.json"));
        let version = active.as_ref().map(|mounted| &mounted.version);
        json!({ "plugin": point.mount.plugin, "version": version, "base": base, "hosts": point.hosts, "docs": docs, "openapi": document })
    };
    let mounts: Vec<Value> = app.mounts.iter().zip(active).map(mount).collect();
    json!({
        "name": "Ward",
        "version": env!("CARGO_PKG_VERSION"),
        "health": "/health",
        "docs": "/docs",
        "openapi": "/openapi.json",
        "jwks": "/.well-known/jwks.json",
        "mounts": mounts,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_has_few_routes() {
        assert_eq!(Route::at("/health"), Some(Route::Health));
        assert_eq!(Route::at("/redoc"), Some(Route::Interface(Interface::Redoc)));
        assert_eq!((Route::at("/_ward/plugins"), Route::at("/_wardx")), (Some(Route::Admin), None));
        assert_eq!(Route::at("/health/ready"), Some(Route::Ready));
        assert_eq!((Route::at("/healthz"), Route::at("/docs/x")), (None, None));
    }
}
