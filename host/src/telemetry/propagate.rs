//! W3C trace context: taken from the client, passed on to plugins.

use http::{HeaderMap, HeaderName};
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator as _};
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// The header that names a trace and a span. `tracestate`, in which a client may write what it likes, is not taken.
pub const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The client's span, if it names a sound one.
pub(super) fn parent(headers: &HeaderMap) -> Option<opentelemetry::Context> {
    headers.get(TRACEPARENT)?;
    let context = TraceContextPropagator::new().extract(&Headers(headers));
    let sound = context.span().span_context().is_valid();
    sound.then_some(context)
}

/// Lets `headers` name the current span, so that who gets them belongs to the same trace. Without a collector they
/// stay as they are.
pub fn pass_on(headers: &mut Vec<(String, String)>) {
    let span = Span::current();
    if span.is_disabled() {
        return;
    }
    let context = span.context();
    if context.span().span_context().is_valid() {
        headers.retain(|(name, _)| name != TRACEPARENT.as_str());
        TraceContextPropagator::new().inject_context(&context, &mut Passed(headers));
    }
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        (key == TRACEPARENT.as_str()).then(|| self.0.get(TRACEPARENT)?.to_str().ok()).flatten()
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent"]
    }
}

struct Passed<'a>(&'a mut Vec<(String, String)>);

impl Injector for Passed<'_> {
    fn set(&mut self, key: &str, value: String) {
        if key == TRACEPARENT.as_str() {
            self.0.push((key.to_owned(), value));
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn trace_of(value: &str) -> Option<String> {
        let headers = HeaderMap::from_iter([(TRACEPARENT, HeaderValue::from_str(value).unwrap())]);
        parent(&headers).map(|context| context.span().span_context().trace_id().to_string())
    }

    #[test]
    fn only_a_sound_parent_is_taken() {
        let trace = "0af7651916cd43dd8448eb211c80319c";
        assert_eq!(trace_of(&format!("00-{trace}-b7ad6b7169203331-01")).as_deref(), Some(trace));
        for wrong in ["", "00", "张伟", "00-00000000000000000000000000000000-b7ad6b7169203331-01", "ff-a-b-c"] {
            assert_eq!(trace_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn without_a_collector_headers_stay_as_they_are() {
        let mut headers = vec![("traceparent".to_owned(), "x".to_owned())];
        pass_on(&mut headers);
        assert_eq!(headers, [("traceparent".to_owned(), "x".to_owned())]);
    }
}
