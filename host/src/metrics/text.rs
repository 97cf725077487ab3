//! Families of samples, as the OpenMetrics text that Prometheus reads.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, text::encode};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Registry;

use super::Timing;

/// Names and values.
pub(super) type Labels = Vec<(&'static str, String)>;

/// What is said of one thing.
#[derive(Debug)]
pub(super) struct Family {
    name: &'static str,
    help: &'static str,
    kind: MetricType,
    samples: Vec<(Labels, Sample)>,
}

#[derive(Debug)]
enum Sample {
    Count(u64),
    Seconds(f64),
    Gauge(f64),
    Times { sum: f64, count: u64, buckets: Vec<(f64, u64)> },
}

impl Family {
    /// Of what only grows. Its name is written with `_total` behind it.
    pub(super) fn counter(name: &'static str, help: &'static str) -> Self {
        Self { name, help, kind: MetricType::Counter, samples: Vec::new() }
    }

    /// Of what goes up and down.
    pub(super) fn gauge(name: &'static str, help: &'static str) -> Self {
        Self { name, help, kind: MetricType::Gauge, samples: Vec::new() }
    }

    /// Of times.
    pub(super) fn histogram(name: &'static str, help: &'static str) -> Self {
        Self { name, help, kind: MetricType::Histogram, samples: Vec::new() }
    }

    pub(super) fn count(&mut self, labels: Labels, count: u64) {
        self.samples.push((labels, Sample::Count(count)));
    }

    /// A counter of seconds.
    pub(super) fn seconds(&mut self, labels: Labels, seconds: f64) {
        self.samples.push((labels, Sample::Seconds(seconds)));
    }

    #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
    pub(super) fn number(&mut self, labels: Labels, number: usize) {
        self.samples.push((labels, Sample::Gauge(number as f64)));
    }

    pub(super) fn value(&mut self, labels: Labels, value: f64) {
        self.samples.push((labels, Sample::Gauge(value)));
    }

    /// Times; nothing where there are none yet.
    pub(super) fn times(&mut self, labels: Labels, timing: &Timing) {
        let (count, sum, buckets) = (timing.count(), timing.sum(), timing.buckets());
        if count > 0 {
            self.samples.push((labels, Sample::Times { sum, count, buckets }));
        }
    }
}

/// All families of one scrape.
#[derive(Debug)]
struct Page(Vec<Family>);

impl Collector for Page {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        for family in self.0.iter().filter(|family| !family.samples.is_empty()) {
            let mut metric = encoder.encode_descriptor(family.name, family.help, None, family.kind)?;
            for (labels, sample) in &family.samples {
                let mut metric = metric.encode_family(labels)?;
                match sample {
                    Sample::Count(count) => metric.encode_counter::<Labels, _, f64>(count, None)?,
                    Sample::Seconds(seconds) => metric.encode_counter::<Labels, _, f64>(seconds, None)?,
                    Sample::Gauge(value) => metric.encode_gauge(value)?,
                    Sample::Times { sum, count, buckets } => {
                        metric.encode_histogram::<Labels>(*sum, *count, buckets, None)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// The text of these families.
pub(super) fn render(families: Vec<Family>) -> String {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Page(families)));
    let mut text = String::new();
    // Writing into a string cannot fail.
    let _ = encode(&mut text, &registry);
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn labels_are_escaped_and_buckets_add_up() {
        let timing = Timing::default();
        timing.record(Duration::from_micros(50));
        timing.record(Duration::from_mins(1));
        let mut times = Family::histogram("ward_x_seconds", "Times.");
        times.times(vec![("domain", "a\"b\\c\n".to_owned())], &timing);
        let mut counter = Family::counter("ward_y", "Count.");
        counter.count(Vec::new(), 3);
        let text = render(vec![times, counter, Family::gauge("ward_z", "Empty.")]);
        assert!(text.contains(r#"ward_x_seconds_bucket{le="+Inf",domain="a\"b\\c\n"} 2"#), "{text}");
        assert!(text.contains(r#"ward_x_seconds_bucket{le="0.0001",domain="a\"b\\c\n"} 1"#), "{text}");
        assert!(text.contains("ward_y_total{} 3\n") && text.ends_with("# EOF\n"), "{text}");
        assert!(!text.contains("ward_z"), "{text}");
    }
}
