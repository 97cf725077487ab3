//! Counters and histograms of times, in atomics.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds of a histogram's buckets, microseconds. What is above the last has a bucket of its own.
const BOUNDS_US: [u64; 15] = [
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000,
    30_000_000,
];

/// Counts up.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    /// One more.
    pub fn one(&self) {
        self.add(1);
    }

    /// So many more.
    pub fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    /// How many there were.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A histogram of times.
#[derive(Debug, Default)]
pub struct Timing {
    buckets: [Count; BOUNDS_US.len() + 1],
    sum_us: Count,
}

impl Timing {
    /// Adds one that took so long.
    pub fn record(&self, took: Duration) {
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX >> 8);
        self.buckets[BOUNDS_US.partition_point(|bound| *bound < us)].one();
        self.sum_us.add(us);
    }

    /// How many were recorded.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.buckets.iter().map(Count::get).sum()
    }

    /// Their times together, in seconds.
    #[must_use]
    pub fn sum(&self) -> f64 {
        Duration::from_micros(self.sum_us.get()).as_secs_f64()
    }

    /// Bound in seconds and count of each bucket.
    pub(super) fn buckets(&self) -> Vec<(f64, u64)> {
        let bounds = BOUNDS_US.iter().map(|us| Duration::from_micros(*us).as_secs_f64());
        bounds.chain([f64::INFINITY]).zip(self.buckets.iter().map(Count::get)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_in_the_first_bucket_that_holds_it() {
        let timing = Timing::default();
        for us in [0, 100, 101, 30_000_000, 30_000_001] {
            timing.record(Duration::from_micros(us));
        }
        let counts: Vec<u64> = timing.buckets().iter().map(|(_, count)| *count).collect();
        assert_eq!((counts[0], counts[1], counts[14], counts[15]), (2, 1, 1, 1));
        assert_eq!(timing.count(), 5);
        assert!((timing.sum() - 60.000_202).abs() < 1e-9);
    }
}
