//! Pages that the host serves itself: documents and their interfaces. Made once, kept in memory.

use std::sync::OnceLock;

use aide::{redoc::Redoc, swagger::Swagger};
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::response::not_modified;

/// Something that never changes while the host runs.
pub struct Page {
    bytes: Bytes,
    etag: HeaderValue,
    media_type: HeaderValue,
}

/// A page to read an OpenAPI document with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interface {
    /// `/docs`.
    Swagger,
    /// `/redoc`.
    Redoc,
}

impl Page {
    /// A JSON document.
    pub fn json(value: &Value) -> Self {
        Self::new(value.to_string(), "application/json")
    }

    fn html(text: String) -> Self {
        Self::new(text, "text/html; charset=utf-8")
    }

    fn new(text: String, media_type: &'static str) -> Self {
        let digest = hex::encode(&Sha256::digest(text.as_bytes())[..16]);
        // Weak, because it may be sent compressed.
        let etag = HeaderValue::from_str(&format!("W/\"{digest}\"")).unwrap_or(HeaderValue::from_static("W/\"\""));
        Self { bytes: text.into(), etag, media_type: HeaderValue::from_static(media_type) }
    }

    /// The answer to a `GET`.
    pub fn answer(&self, asked: &HeaderMap) -> Response<Body> {
        /// Everything is in the page; nothing is fetched from elsewhere.
        const POLICY: HeaderValue = HeaderValue::from_static(
            "default-src 'self' 'unsafe-inline' data: blob:; frame-ancestors 'self'; base-uri 'none'; form-action 'self'",
        );
        const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");
        let known = self.etag.to_str().is_ok_and(|etag| not_modified(asked, etag));
        let mut response = Response::new(if known { Body::empty() } else { Body::from(self.bytes.clone()) });
        let headers = response.headers_mut();
        headers.insert(header::ETAG, self.etag.clone());
        headers.insert(header::CACHE_CONTROL, REVALIDATE);
        headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
        if known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        } else {
            headers.insert(header::CONTENT_TYPE, self.media_type.clone());
        }
        response
    }
}

impl Interface {
    /// The interface at a path below a mount (or below the host), if there is one.
    pub fn at(path: &str) -> Option<Self> {
        match path {
            "/docs" => Some(Self::Swagger),
            "/redoc" => Some(Self::Redoc),
            _ => None,
        }
    }

    /// The page. It finds the document beside itself, wherever both are mounted; asked for with a
    /// trailing slash, that is one step up.
    pub fn page(self, trailing_slash: bool) -> &'static Page {
        static PAGES: [OnceLock<Page>; 4] = [const { OnceLock::new() }; 4];
        let document = if trailing_slash { "../openapi.json" } else { "openapi.json" };
        let number = usize::from(self == Self::Redoc) * 2 + usize::from(trailing_slash);
        PAGES[number].get_or_init(|| {
            Page::html(match self {
                Self::Swagger => Swagger::new(document).with_title("API").html(),
                Self::Redoc => Redoc::new(document).with_title("API").html(),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interfaces_find_the_document_beside_themselves() {
        let text =
            |interface: Interface, slash| String::from_utf8(interface.page(slash).bytes.to_vec()).expect("UTF-8");
        for interface in [Interface::Swagger, Interface::Redoc] {
            assert!(["'openapi.json'", "\"openapi.json\""].iter().any(|url| text(interface, false).contains(url)));
            assert!(["'../openapi.json'", "\"../openapi.json\""].iter().any(|url| text(interface, true).contains(url)));
        }
    }

    #[test]
    fn a_page_that_is_known_is_not_sent_again() {
        let page = Page::json(&serde_json::json!({ "a": 1 }));
        let first = page.answer(&HeaderMap::new());
        assert_eq!(first.status(), StatusCode::OK);
        let asked = HeaderMap::from_iter([(header::IF_NONE_MATCH, first.headers()[header::ETAG].clone())]);
        assert_eq!(page.answer(&asked).status(), StatusCode::NOT_MODIFIED);
    }
}
