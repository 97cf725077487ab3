//! Rate limits: so many requests in so many seconds, per address or per account.
//!
//! Counted with the generic cell rate algorithm: a burst of the whole allowance, then one request
//! each time its share of the span has passed. Memory is bounded: stale keys are dropped from time to
//! time, and when there are too many live ones, they share buckets.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::assembly::RateOverride;
use crate::runtime::{RateLimit, RateScope};

/// Live keys of one limit; more share [`BUCKETS`].
const MAX_KEYS: usize = 100_000;
/// Buckets that keys share when there are too many of them.
const BUCKETS: u64 = 4096;
/// Checks between two looks at the number of keys.
const CHECKS_PER_SWEEP: u32 = 8192;

/// All rate limits of one mount.
pub struct Rates<C: Clock = DefaultClock> {
    limits: Vec<Limit<C>>,
}

/// What is wrong with a rate limit.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RateError {
    /// Nothing is allowed, or no time is given.
    #[error("the rate limit `{0}` needs at least one request and one second")]
    Empty(String),
    /// An operation that is not in the document.
    #[error("the rate limit `{0}` counts the operation `{1}`, which does not exist")]
    UnknownOperation(String, String),
    /// A limit of the assembly that the plugin does not declare.
    #[error("the assembly changes the rate limit `{0}`, which the plugin does not have")]
    UnknownLimit(String),
}

struct Limit<C: Clock> {
    by_account: bool,
    /// Whether an operation counts, by its index; empty: all count.
    operations: Vec<bool>,
    limiter: RateLimiter<Key, DashMapStateStore<Key>, C, NoOpMiddleware<C::Instant>>,
    clock: C,
    checks: AtomicU32,
    crowded: AtomicBool,
    hasher: RandomState,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    One(u128),
    Bucket(u64),
}

impl Rates {
    /// The plugin's limits as the assembly changed them; none if they are switched off.
    pub fn new(
        declared: &[RateLimit],
        changed: &BTreeMap<String, RateOverride>,
        operations: &[String],
        on: bool,
    ) -> Result<Self, RateError> {
        let rates = Rates::with_clock(declared, changed, operations, &DefaultClock::default())?;
        Ok(if on { rates } else { Self { limits: Vec::new() } })
    }
}

impl<C: Clock + Clone> Rates<C> {
    fn with_clock(
        declared: &[RateLimit],
        changed: &BTreeMap<String, RateOverride>,
        operations: &[String],
        clock: &C,
    ) -> Result<Self, RateError> {
        if let Some(name) = changed.keys().find(|name| declared.iter().all(|limit| limit.name != **name)) {
            return Err(RateError::UnknownLimit(name.clone()));
        }
        let limit = |limit: &RateLimit| Limit::new(limit, changed.get(&limit.name), operations, clock);
        Ok(Self { limits: declared.iter().map(limit).collect::<Result<_, _>>()? })
    }

    /// Counts a request of an address; the seconds to wait if it is one too many.
    pub fn check_address(&self, operation: usize, address: IpAddr) -> Result<(), u32> {
        self.check(false, operation, address_key(address))
    }

    /// Counts a request of an account; the seconds to wait if it is one too many.
    pub fn check_account(&self, operation: usize, account: i64) -> Result<(), u32> {
        self.check(true, operation, u128::from(account.cast_unsigned()))
    }

    fn check(&self, by_account: bool, operation: usize, key: u128) -> Result<(), u32> {
        let counts = |limit: &&Limit<C>| limit.by_account == by_account && limit.counts(operation);
        self.limits.iter().filter(counts).try_for_each(|limit| limit.check(key))
    }

    /// Forgets the keys that have not been seen for a while.
    pub fn sweep(&self) {
        self.limits.iter().for_each(Limit::sweep);
    }
}

impl<C: Clock + Clone> Limit<C> {
    fn new(
        declared: &RateLimit,
        changed: Option<&RateOverride>,
        operations: &[String],
        clock: &C,
    ) -> Result<Self, RateError> {
        let (requests, seconds) = changed.map_or((declared.requests, declared.seconds), |to| (to.requests, to.seconds));
        let burst = NonZeroU32::new(requests).ok_or_else(|| RateError::Empty(declared.name.clone()))?;
        let quota = Quota::with_period(Duration::from_secs(seconds.into()) / requests)
            .ok_or_else(|| RateError::Empty(declared.name.clone()))?
            .allow_burst(burst);
        if let Some(unknown) = declared.operations.iter().find(|name| !operations.contains(name)) {
            return Err(RateError::UnknownOperation(declared.name.clone(), unknown.clone()));
        }
        let counted = |name: &String| declared.operations.contains(name);
        Ok(Self {
            by_account: matches!(declared.scope, RateScope::Account),
            operations: if declared.operations.is_empty() {
                Vec::new()
            } else {
                operations.iter().map(counted).collect()
            },
            limiter: RateLimiter::new(quota, DashMapStateStore::default(), clock.clone()),
            clock: clock.clone(),
            checks: AtomicU32::new(0),
            crowded: AtomicBool::new(false),
            hasher: RandomState::new(),
        })
    }

    fn counts(&self, operation: usize) -> bool {
        self.operations.is_empty() || self.operations.get(operation).is_some_and(|counts| *counts)
    }

    fn check(&self, key: u128) -> Result<(), u32> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % CHECKS_PER_SWEEP == CHECKS_PER_SWEEP - 1 {
            self.sweep();
        }
        let key = if self.crowded.load(Ordering::Relaxed) {
            Key::Bucket(self.hasher.hash_one(key) % BUCKETS)
        } else {
            Key::One(key)
        };
        self.limiter.check_key(&key).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now()).as_millis().div_ceil(1000).max(1);
            u32::try_from(wait).unwrap_or(u32::MAX)
        })
    }

    fn sweep(&self) {
        self.limiter.retain_recent();
        self.crowded.store(self.limiter.len() > MAX_KEYS, Ordering::Relaxed);
    }
}

/// One key per IPv4 address and per IPv6 network of 64 bits, which is what one customer gets.
fn address_key(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits() >> 64 << 64,
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn limit(scope: RateScope, operations: &[&str], requests: u32, seconds: u32) -> RateLimit {
        let operations = operations.iter().map(ToString::to_string).collect();
        RateLimit { name: "limit".into(), scope, operations, requests, seconds }
    }

    fn rates(limit: RateLimit, clock: &FakeRelativeClock) -> Rates<FakeRelativeClock> {
        Rates::with_clock(&[limit], &BTreeMap::new(), &operations(), clock).expect("rates")
    }

    fn operations() -> Vec<String> {
        vec!["login".into(), "list".into()]
    }

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn one_request_too_many_waits_for_its_share() {
        let clock = FakeRelativeClock::default();
        let rates = rates(limit(RateScope::Address, &[], 2, 60), &clock);
        let check = || rates.check_address(0, address("1.1.1.1"));
        assert_eq!((check(), check(), check()), (Ok(()), Ok(()), Err(30)));
        clock.advance(Duration::from_secs(30));
        assert_eq!((check(), check()), (Ok(()), Err(30)));
    }

    #[test]
    fn addresses_are_counted_apart() {
        let rates = rates(limit(RateScope::Address, &[], 1, 60), &FakeRelativeClock::default());
        assert_eq!(rates.check_address(0, address("1.1.1.1")), Ok(()));
        assert_eq!(rates.check_address(0, address("1.1.1.2")), Ok(()));
        assert_eq!(rates.check_address(0, address("::ffff:1.1.1.1")), Err(60));
    }

    #[test]
    fn one_ipv6_network_is_one_address() {
        let rates = rates(limit(RateScope::Address, &[], 1, 60), &FakeRelativeClock::default());
        assert_eq!(rates.check_address(0, address("2001:db8::1")), Ok(()));
        assert_eq!(rates.check_address(0, address("2001:db8::2")), Err(60));
        assert_eq!(rates.check_address(0, address("2001:db8:0:1::1")), Ok(()));
    }

    #[test]
    fn accounts_and_addresses_do_not_mix() {
        let rates = rates(limit(RateScope::Account, &[], 1, 60), &FakeRelativeClock::default());
        assert_eq!(rates.check_address(0, address("1.1.1.1")), Ok(()));
        assert_eq!((rates.check_account(0, 7), rates.check_account(0, 7)), (Ok(()), Err(60)));
        assert_eq!(rates.check_account(0, 8), Ok(()));
    }

    #[test]
    fn operations_of_one_limit_are_counted_together_and_others_not() {
        let rates = rates(limit(RateScope::Address, &["login"], 1, 60), &FakeRelativeClock::default());
        let one = address("1.1.1.1");
        assert_eq!((rates.check_address(1, one), rates.check_address(1, one)), (Ok(()), Ok(())));
        assert_eq!((rates.check_address(0, one), rates.check_address(0, one)), (Ok(()), Err(60)));
    }

    #[test]
    fn the_assembly_changes_a_limit_by_its_name() {
        let changed = BTreeMap::from([("limit".to_string(), RateOverride { requests: 1, seconds: 10 })]);
        let declared = [limit(RateScope::Address, &[], 100, 60)];
        let rates =
            Rates::with_clock(&declared, &changed, &operations(), &FakeRelativeClock::default()).expect("rates");
        let check = || rates.check_address(0, address("1.1.1.1"));
        assert_eq!((check(), check()), (Ok(()), Err(10)));
    }

    #[test]
    fn switched_off_nothing_is_counted() {
        let declared = [limit(RateScope::Address, &[], 1, 60)];
        let rates = Rates::new(&declared, &BTreeMap::new(), &operations(), false).expect("rates");
        assert!((0..10).all(|_| rates.check_address(0, address("1.1.1.1")).is_ok()));
    }

    #[test]
    fn errors_name_the_limit() {
        let error = |declared: RateLimit, changed| {
            Rates::with_clock(&[declared], &changed, &operations(), &FakeRelativeClock::default()).err()
        };
        let none = BTreeMap::new();
        let other = BTreeMap::from([("other".to_string(), RateOverride { requests: 1, seconds: 1 })]);
        assert_eq!(error(limit(RateScope::Address, &[], 0, 1), none.clone()), Some(RateError::Empty("limit".into())));
        assert_eq!(error(limit(RateScope::Address, &[], 1, 0), none.clone()), Some(RateError::Empty("limit".into())));
        assert_eq!(
            error(limit(RateScope::Address, &["x"], 1, 1), none),
            Some(RateError::UnknownOperation("limit".into(), "x".into()))
        );
        assert_eq!(error(limit(RateScope::Address, &[], 1, 1), other), Some(RateError::UnknownLimit("other".into())));
    }

    #[test]
    fn stale_keys_are_forgotten() {
        let clock = FakeRelativeClock::default();
        let rates = rates(limit(RateScope::Address, &[], 1, 60), &clock);
        assert_eq!(rates.check_address(0, address("1.1.1.1")), Ok(()));
        clock.advance(Duration::from_secs(121));
        rates.sweep();
        assert!(rates.limits[0].limiter.is_empty());
    }

    #[test]
    fn too_many_keys_share_buckets() {
        let clock = FakeRelativeClock::default();
        let rates = rates(limit(RateScope::Account, &[], 1, 3600), &clock);
        for account in 0..=i64::try_from(MAX_KEYS).expect("a number") + i64::from(CHECKS_PER_SWEEP) {
            let _ = rates.check_account(0, account);
        }
        let live = rates.limits[0].limiter.len();
        for account in 1_000_000..1_200_000 {
            let _ = rates.check_account(0, account);
        }
        let more = rates.limits[0].limiter.len() - live;
        assert!(more <= usize::try_from(BUCKETS).expect("a number"), "{more} more keys");
    }
}
