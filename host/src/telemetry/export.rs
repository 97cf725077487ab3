//! Spans on their way to the collector: OTLP over HTTP.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{self, SpanData};
use tokio::runtime::Handle;

/// How long the collector has to take a batch.
const PATIENCE: Duration = Duration::from_secs(5);
/// Where traces go, at a collector that is named without a path.
const PATH: &str = "/v1/traces";

/// The exporter for a collector. `OTEL_EXPORTER_OTLP_HEADERS` may hold its credentials.
pub(super) fn exporter(endpoint: &str) -> Result<OnRuntime, ExporterBuildError> {
    let exporter =
        SpanExporter::builder().with_http().with_endpoint(address(endpoint)).with_timeout(PATIENCE).build()?;
    Ok(OnRuntime { exporter: Arc::new(exporter), runtime: Handle::current(), away: AtomicBool::new(false) })
}

fn address(endpoint: &str) -> String {
    let endpoint = endpoint.trim_end_matches('/');
    let authority = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    if authority.contains('/') { endpoint.to_owned() } else { format!("{endpoint}{PATH}") }
}

/// Sends from the runtime's threads, whichever thread asks: the SDK's own has no reactor, which the HTTP client needs.
#[derive(Debug)]
pub(super) struct OnRuntime {
    exporter: Arc<SpanExporter>,
    runtime: Handle,
    /// Whether the last batch was not taken.
    away: AtomicBool,
}

impl trace::SpanExporter for OnRuntime {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let exporter = self.exporter.clone();
        let sent = self.runtime.spawn(async move { trace::SpanExporter::export(&*exporter, batch).await }).await;
        let sent = sent.unwrap_or_else(|_| Err(OTelSdkError::InternalFailure("the runtime has ended".into())));
        let away = sent.is_err();
        if self.away.swap(away, Ordering::Relaxed) != away {
            // Once for each time that it goes and comes.
            if away {
                tracing::warn!("the collector does not take traces; requests do not wait for it");
            } else {
                tracing::info!("the collector takes traces again");
            }
        }
        sent
    }

    fn set_resource(&mut self, resource: &Resource) {
        // Nobody else has it yet.
        if let Some(exporter) = Arc::get_mut(&mut self.exporter) {
            exporter.set_resource(resource);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_without_a_path_gets_the_usual_one() {
        assert_eq!(address("http://collector:4318"), "http://collector:4318/v1/traces");
        assert_eq!(address("http://collector:4318/"), "http://collector:4318/v1/traces");
        assert_eq!(address("https://c/otlp/v1/traces"), "https://c/otlp/v1/traces");
    }
}
