//! What is said about plugins, as JSON.

use axum::body::Body;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::gateway::response;
use crate::life::{Activated, Inspected, Kind, LifeError, MountReport, Package};

/// Seconds after which a client may try again when the database or the object store is away.
const RETRY: u32 = 5;

/// An answer with a JSON body.
pub(super) fn answer(status: StatusCode, body: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response::defaults(response.headers_mut());
    response
}

/// Which step failed, and why.
pub(super) fn failed(request_id: &str, error: &LifeError) -> Response<Body> {
    let (status, kind) = match error.kind {
        Kind::Refused => (StatusCode::UNPROCESSABLE_ENTITY, "refused"),
        Kind::Conflict => (StatusCode::CONFLICT, "conflict"),
        Kind::NotFound => (StatusCode::NOT_FOUND, "not-found"),
        Kind::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large"),
        Kind::Busy | Kind::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    };
    tracing::warn!(request_id, step = error.step.name(), reason = error.reason, "a change of plugins failed");
    let mut body = json!({ "kind": kind, "detail": error.reason, "request_id": request_id, "step": error.step.name() });
    if !error.differences.is_empty() {
        body["differences"] = json!(error.differences);
    }
    let mut response = answer(status, &json!({ "error": body }));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, RETRY.into());
    }
    response
}

/// Something is in another state than it must be.
pub(super) fn conflict(request_id: &str, detail: &str) -> Response<Body> {
    let error = json!({ "kind": "conflict", "detail": detail, "request_id": request_id });
    answer(StatusCode::CONFLICT, &json!({ "error": error }))
}

pub(super) fn package(package: &Package) -> Value {
    json!({
        "name": package.name,
        "version": package.version,
        "sha256": package.digest,
        "bytes": package.bytes,
        "signed_by": package.signer,
        "installed": time(package.installed),
    })
}

pub(super) fn inspected(of: &Package, inspected: Inspected) -> Value {
    let mut json = inspected.json;
    json["package"] = package(of);
    json
}

pub(super) fn mount(report: &MountReport) -> Value {
    let point = &report.point;
    json!({
        "domain": point.domain,
        "plugin": point.mount.plugin,
        "path": point.prefix,
        "hosts": point.hosts,
        "active": report.active,
        "previous": report.previous,
        "serving": point.active().map(|mounted| mounted.package.clone()),
        "changed": report.changed.map(time),
    })
}

pub(super) fn activated(activated: &Activated) -> Value {
    json!({
        "domain": activated.domain,
        "plugin": activated.name,
        "version": activated.version,
        "previous": activated.previous,
    })
}

/// Milliseconds since 1970 as RFC 3339.
pub(super) fn time(millis: i64) -> Option<String> {
    let time = chrono::DateTime::<chrono::Utc>::from_timestamp_millis(millis)?;
    Some(time.to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
}
