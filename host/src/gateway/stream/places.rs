//! How many streams there may be.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::assembly::StreamLimits;
use crate::gateway::failure::Failure;

/// Seconds after which a client that found no place may try again.
const RETRY: u32 = 5;

/// Who a stream is counted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// An account.
    Account(i64),
    /// A client without one.
    Address(IpAddr),
}

/// The streams of this node.
pub struct Streams {
    most: usize,
    each: usize,
    taken: Mutex<HashMap<Who, usize>>,
    ending: CancellationToken,
}

/// A stream's place, until it is dropped.
pub struct Place {
    streams: Arc<Streams>,
    who: Who,
}

impl Streams {
    /// None yet.
    pub fn new(limits: &StreamLimits) -> Arc<Self> {
        let (most, each) = (limits.streams, limits.per_account);
        Arc::new(Self { most, each, taken: Mutex::default(), ending: CancellationToken::new() })
    }

    /// Takes a place at once, or not at all.
    pub fn enter(self: &Arc<Self>, who: Who) -> Result<Place, Failure> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.get(&who).is_some_and(|count| *count >= self.each) {
            return Err(Failure::too_many_requests(RETRY));
        }
        if taken.values().sum::<usize>() >= self.most || self.ending.is_cancelled() {
            return Err(Failure::unavailable("too many streams at once", RETRY));
        }
        *taken.entry(who).or_default() += 1;
        Ok(Place { streams: self.clone(), who })
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }

    /// Ends them all, and begins none any more.
    pub fn end(&self) {
        self.ending.cancel();
    }
}

impl Place {
    /// Waits until all streams are to end.
    pub(super) async fn ended(&self) {
        self.streams.ending.cancelled().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.streams.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.who) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.who);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_for_each_and_for_all() {
        let limits = StreamLimits { streams: 3, per_account: 2, ..StreamLimits::default() };
        let streams = Streams::new(&limits);
        let status = |who| streams.enter(who).map_err(|failure| failure.status.as_u16());
        let first = status(Who::Account(1)).ok();
        let second = status(Who::Account(1)).ok();
        assert!(first.is_some() && second.is_some());
        assert_eq!(status(Who::Account(1)).err(), Some(429));
        let third = status(Who::Address(IpAddr::from([127, 0, 0, 1]))).ok();
        assert!(third.is_some());
        assert_eq!(status(Who::Account(2)).err(), Some(503));
        drop((first, second));
        assert!(status(Who::Account(1)).is_ok());
        streams.end();
        assert_eq!(status(Who::Account(3)).err(), Some(503));
    }
}
