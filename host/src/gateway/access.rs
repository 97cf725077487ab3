//! The access log: who called what and how it went. Never a path or a query: they carry names.

use std::time::Instant;

use axum::body::Body;
use http::{Method, Response, header};
use http_body::Body as _;

use super::failure::Failure;
use crate::metrics::Measured;

/// What is known of a request when it has been answered.
pub struct Trail<'a> {
    /// When it came.
    pub started: Instant,
    /// Its identifier.
    pub request_id: &'a str,
    /// The mount's prefix.
    pub mount: Option<&'a str>,
    /// The operation's id.
    pub operation: Option<&'a str>,
    /// The caller's account.
    pub account: Option<i64>,
    /// Where the answer is counted.
    pub measured: Option<&'a Measured>,
}

impl<'a> Trail<'a> {
    /// The trail of a request that comes now.
    pub fn new(request_id: &'a str) -> Self {
        Self { started: Instant::now(), request_id, mount: None, operation: None, account: None, measured: None }
    }

    /// It is for this operation.
    pub fn of(&mut self, operation: &'a str, measured: &'a Measured) {
        self.operation = Some(operation);
        self.measured = Some(measured);
    }

    /// It is not done, for a reason that may be counted.
    pub fn happened(&self, failure: &Failure) {
        if let (Some(measured), Some(incident)) = (self.measured, failure.incident) {
            measured.happened(incident);
        }
    }

    /// Counts the answer and writes the line.
    pub fn log(&self, method: &str, response: &Response<Body>) {
        if let Some(measured) = self.measured {
            measured.answered(response.status(), self.started.elapsed());
        }
        if !tracing::enabled!(target: "ward::access", tracing::Level::INFO) {
            return;
        }
        let bytes = response.body().size_hint().exact().or_else(|| {
            response.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok())
        });
        tracing::info!(
            target: "ward::access",
            request_id = self.request_id,
            method,
            mount = self.mount,
            operation = self.operation,
            account = self.account,
            status = response.status().as_u16(),
            bytes,
            duration_us = self.started.elapsed().as_micros(),
        );
    }
}

/// The method's name, unless the client made it up.
pub fn standard(method: &Method) -> &str {
    const KNOWN: [Method; 8] = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
        Method::TRACE,
    ];
    if KNOWN.contains(method) { method.as_str() } else { "other" }
}
