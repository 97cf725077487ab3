//! How many requests of one plugin are here at once.
//!
//! A request takes a place before its body is read, and a running permit when it is complete: those
//! who send slowly hold places in the queue, never the permits of those who are ready.

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

/// The gate of one plugin.
#[derive(Debug)]
pub struct Gate {
    places: Semaphore,
    running: Semaphore,
    concurrency: usize,
    queue: usize,
    patience: Duration,
}

/// There is no place, or none became free in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// A place; kept until the answer is there.
#[derive(Debug)]
pub struct Place<'a> {
    gate: &'a Gate,
    _permit: SemaphorePermit<'a>,
}

impl Gate {
    /// `concurrency` requests run, `queue` more wait, none longer than `patience`.
    pub fn new(concurrency: usize, queue: usize, patience: Duration) -> Self {
        let concurrency = concurrency.clamp(1, Semaphore::MAX_PERMITS / 2);
        let queue = queue.min(Semaphore::MAX_PERMITS / 2);
        let (places, running) = (Semaphore::new(concurrency + queue), Semaphore::new(concurrency));
        Self { places, running, concurrency, queue, patience }
    }

    /// How many run, and how many more hold a place.
    pub fn here(&self) -> (usize, usize) {
        let running = self.concurrency.saturating_sub(self.running.available_permits());
        let places = (self.concurrency + self.queue).saturating_sub(self.places.available_permits());
        (running, places.saturating_sub(running))
    }

    /// Takes a place at once, or not at all.
    pub fn enter(&self) -> Result<Place<'_>, Full> {
        let permit = self.places.try_acquire().map_err(|_| Full)?;
        Ok(Place { gate: self, _permit: permit })
    }
}

impl<'a> Place<'a> {
    /// Waits for a permit to run, in the order of asking.
    pub async fn run(&self) -> Result<SemaphorePermit<'a>, Full> {
        if let Ok(permit) = self.gate.running.try_acquire() {
            return Ok(permit);
        }
        match tokio::time::timeout(self.gate.patience, self.gate.running.acquire()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(Full),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(concurrency: usize, queue: usize) -> Gate {
        Gate::new(concurrency, queue, Duration::from_millis(20))
    }

    #[test]
    fn places_are_what_runs_and_what_waits() {
        let gate = gate(1, 1);
        let (first, second) = (gate.enter().expect("a place"), gate.enter().expect("a place"));
        assert_eq!((gate.enter().err(), gate.here()), (Some(Full), (0, 2)));
        drop(first);
        assert!(gate.enter().is_ok());
        drop(second);
    }

    #[tokio::test]
    async fn waiting_ends_when_a_permit_comes_back() {
        let gate = gate(1, 1);
        let (first, second) = (gate.enter().expect("a place"), gate.enter().expect("a place"));
        let running = first.run().await.expect("a permit");
        let waiting = async { second.run().await.is_ok() };
        let leaving = async { drop(running) };
        assert!(tokio::join!(waiting, leaving).0);
    }

    #[tokio::test]
    async fn waiting_ends_when_patience_does() {
        let gate = gate(1, 1);
        let (first, second) = (gate.enter().expect("a place"), gate.enter().expect("a place"));
        let _running = first.run().await.expect("a permit");
        assert_eq!(second.run().await.err(), Some(Full));
    }
}
