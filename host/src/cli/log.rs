//! Where the host's log goes: standard error.

use std::io::IsTerminal as _;

use anyhow::Context as _;
use opentelemetry_sdk::trace::SdkTracer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

use crate::assembly::LogFormat;
use crate::telemetry;

/// Starts the log and, where there is a collector, its traces beside it. `filter` is a `tracing` filter.
pub(super) fn start_traced(filter: &str, format: LogFormat, tracer: SdkTracer) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(filter).context("the log's filter")?;
    let log = fmt::layer().with_writer(std::io::stderr);
    let log = match format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).boxed(),
        LogFormat::Json => log.json().flatten_event(true).boxed(),
    };
    let spans = tracing_opentelemetry::layer().with_tracer(tracer).with_location(false).with_threads(false);
    let spans = spans.with_level(false).with_target(false).with_tracked_inactivity(false);
    let meant = filter_fn(|metadata| metadata.is_span() && metadata.target() == telemetry::TARGET);
    let layers = tracing_subscriber::registry().with(log.with_filter(filter)).with(spans.with_filter(meant));
    layers.try_init().map_err(|error| anyhow::anyhow!("cannot start the log: {error}"))
}

/// Starts the log. `filter` is a `tracing` filter.
pub(super) fn start(filter: &str, format: LogFormat) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(filter).context("the log's filter")?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("cannot start the log: {error}"))
}

/// The log of a command that is done in a moment: only what goes wrong.
pub(super) fn start_quiet(format: LogFormat) -> anyhow::Result<()> {
    start("warn", format)
}
