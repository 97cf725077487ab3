//! Traces, sent to an OpenTelemetry collector where the assembly names one.
//!
//! Spans that are meant for it have the target [`TARGET`] and the level `TRACE`: the log does not have them, and
//! without a collector they are never made. They carry names from route tables and numbers, and nothing that a client
//! or a plugin wrote: no path, no query, no body, no text of a log line.

mod export;
mod propagate;

use http::StatusCode;
use opentelemetry::trace::{Status, TraceContextExt as _, TracerProvider as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::assembly::Assembly;

pub use propagate::{TRACEPARENT, pass_on};

/// The target of spans that the collector gets, and of nothing else.
pub const TARGET: &str = "ward::trace";

/// How long the last spans have to be sent when the process ends.
const LAST: std::time::Duration = std::time::Duration::from_secs(2);

/// The way to the collector. Spans that it does not take wait in a queue of bounded length; those beyond it are
/// dropped.
#[derive(Debug)]
pub struct Telemetry(SdkTracerProvider);

/// Why traces cannot be sent.
#[derive(Debug, thiserror::Error)]
#[error("traces cannot be sent to `otlp_endpoint`")]
pub struct TelemetryError(#[from] opentelemetry_otlp::ExporterBuildError);

impl Telemetry {
    /// What the assembly asks for. Must be called within the runtime that will send.
    pub fn start(assembly: &Assembly) -> Result<Option<Self>, TelemetryError> {
        if assembly.otlp_endpoint.is_empty() {
            return Ok(None);
        }
        let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(assembly.otlp_ratio)));
        let version = opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let resource = Resource::builder().with_service_name("ward").with_attribute(version).build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(export::exporter(&assembly.otlp_endpoint)?)
            .with_sampler(sampler)
            .with_resource(resource);
        Ok(Some(Self(provider.build())))
    }

    /// Where spans become the collector's.
    #[must_use]
    pub fn tracer(&self) -> SdkTracer {
        self.0.tracer("ward")
    }

    /// Sends what is left, and waits for that no longer than two seconds.
    pub async fn stop(self) {
        let stopped = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(LAST)).await;
        if !matches!(stopped, Ok(Ok(()))) {
            tracing::debug!("the last traces were not sent");
        }
    }
}

/// The span of a request, a child of the client's if it says one.
#[must_use]
pub fn request(headers: &http::HeaderMap) -> Span {
    let span = tracing::trace_span!(
        target: TARGET,
        "request",
        otel.kind = "server",
        http.request.method = tracing::field::Empty,
        http.response.status_code = tracing::field::Empty,
        ward.mount = tracing::field::Empty,
        ward.operation = tracing::field::Empty,
    );
    if !span.is_disabled()
        && let Some(parent) = propagate::parent(headers)
    {
        // Not started yet: it can be given a parent.
        let _ = span.set_parent(parent);
    }
    span
}

/// A request has been answered. `method` is one of HTTP's own, and not what a client made up.
pub fn answered(span: &Span, method: &str, mount: Option<&str>, operation: Option<&str>, status: StatusCode) {
    if span.is_disabled() {
        return;
    }
    let operation = operation.unwrap_or("none");
    // The layer takes a name only while the span has not begun.
    span.context().span().update_name(operation.to_owned());
    span.record("ward.operation", operation);
    span.record("ward.mount", mount.unwrap_or("host"));
    span.record("http.request.method", method);
    span.record("http.response.status_code", i64::from(status.as_u16()));
    if status.is_server_error() {
        span.set_status(Status::error(""));
    }
}

/// The span of a call of a plugin to the host: `name` is of the host's making.
#[must_use]
pub fn host_call(name: &'static str) -> Span {
    tracing::trace_span!(target: TARGET, "host call", otel.name = name, otel.kind = "internal")
}

/// The span of an attempt at a job.
#[must_use]
pub fn job(plugin: &str, kind: &str, attempt: i64) -> Span {
    tracing::trace_span!(
        target: TARGET,
        parent: None,
        "job",
        otel.name = kind,
        otel.kind = "consumer",
        ward.plugin = plugin,
        ward.attempt = attempt,
    )
}
