//! The host's own routes, at host names that are no mount's.

use std::sync::Arc;

use axum::body::Body;
use http::{HeaderMap, HeaderValue, Method, Response, header};
use serde_json::{Value, json};

use super::failure::Failure;
use super::health::Health;
use super::openapi::{self, Chapter};
use super::pages::{Interface, Page};
use super::response;
use crate::app::App;

/// What the host serves itself.
pub struct Host {
    app: Arc<App>,
    health: Health,
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
    /// `/openapi.json`.
    Document,
    /// `/docs` and `/redoc`.
    Interface(Interface),
    /// `/.well-known/jwks.json`.
    Keys,
}

impl Route {
    /// The route of a canonical path.
    pub fn at(path: &str) -> Option<Self> {
        match path {
            "/" => Some(Self::Index),
            "/health" => Some(Self::Health),
            "/openapi.json" => Some(Self::Document),
            "/.well-known/jwks.json" => Some(Self::Keys),
            path => Interface::at(path).map(Self::Interface),
        }
    }

    /// The name in the access log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Health => "health",
            Self::Document => "openapi",
            Self::Interface(_) => "docs",
            Self::Keys => "jwks",
        }
    }
}

impl Host {
    /// Makes the pages for the mounts of `app`.
    pub fn new(app: Arc<App>) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        let chapters: Vec<Chapter<'_>> = app
            .mounts
            .iter()
            .map(|mounted| Chapter {
                prefix: mounted.prefix.trim_end_matches('/'),
                name: &mounted.name,
                document: &mounted.document,
            })
            .collect();
        let document = Page::json(&openapi::assemble("Ward", version, &chapters));
        let index = Page::json(&index(&app));
        Self { health: Health::new(), document, index, app }
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
            Route::Index => self.index.answer(asked),
            Route::Document => self.document.answer(asked),
            Route::Interface(interface) => interface.page(trailing_slash).answer(asked),
            Route::Keys => Page::json(&self.app.identity.jwks()).answer(asked),
            Route::Health => {
                let report = self.health.report(&self.app).await;
                let mut response = Response::new(Body::from(report.body.to_string()));
                *response.status_mut() = report.status;
                response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
                response::defaults(response.headers_mut());
                response
            }
        })
    }
}

fn index(app: &App) -> Value {
    let mounts: Vec<Value> = app
        .mounts
        .iter()
        .map(|mounted| {
            let base = mounted.prefix.trim_end_matches('/');
            let (docs, document) = (format!("{base}/docs"), format!("{base}/openapi.json"));
            json!({ "plugin": mounted.name, "version": mounted.version, "base": base, "hosts": mounted.hosts, "docs": docs, "openapi": document })
        })
        .collect();
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
        assert_eq!((Route::at("/healthz"), Route::at("/docs/x")), (None, None));
    }
}
