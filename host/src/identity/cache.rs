//! What the request path remembers: tokens whose signature was checked, and how accounts stand.
//!
//! Invariant: how an account stood before [`Cache::forget`] is never told after it returned. A state
//! that was read before and arrives after is recognised by its generation and not kept.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use aws_lc_rs::digest;

use super::standing::Standing;

/// Tokens remembered.
const TOKENS: usize = 32 << 10;
/// Accounts remembered.
const ACCOUNTS: usize = 16 << 10;
/// Accounts are spread over so many generations.
const SHARDS: u8 = 64;
/// Milliseconds without a word from the database after which nothing remembered about accounts is believed.
const STALE: u64 = 5_000;

/// A token whose signature was checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Verified {
    pub(super) account: i64,
    pub(super) version: i64,
    /// Milliseconds since 1970.
    pub(super) expires: i64,
}

/// Digest of a token, so that no token lies about in memory.
pub(super) type TokenKey = [u8; 32];

pub(super) fn token_key(token: &str) -> TokenKey {
    let mut key = [0; 32];
    key.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
    key
}

/// Taken before an account is read, given back with what was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ticket {
    account: i64,
    generation: u64,
}

pub(super) struct Cache {
    tokens: quick_cache::sync::Cache<TokenKey, Verified>,
    standings: quick_cache::sync::Cache<i64, Arc<Standing>>,
    generations: [Mutex<u64>; SHARDS as usize],
    watch: Option<Watch>,
}

/// When the database was last heard.
struct Watch {
    start: Instant,
    /// Milliseconds from `start`, plus one; zero while nothing may be believed.
    heard: AtomicU64,
}

impl Cache {
    /// `shared`: other nodes write too, and what is remembered holds only while they are [`Cache::heard`].
    pub(super) fn new(shared: bool) -> Self {
        Self {
            tokens: quick_cache::sync::Cache::new(TOKENS),
            standings: quick_cache::sync::Cache::new(ACCOUNTS),
            generations: std::array::from_fn(|_| Mutex::new(0)),
            watch: shared.then(|| Watch { start: Instant::now(), heard: AtomicU64::new(0) }),
        }
    }

    pub(super) fn token(&self, key: &TokenKey) -> Option<Verified> {
        self.tokens.get(key)
    }

    pub(super) fn keep_token(&self, key: TokenKey, verified: Verified) {
        self.tokens.insert(key, verified);
    }

    pub(super) fn forget_token(&self, key: &TokenKey) {
        self.tokens.remove(key);
    }

    pub(super) fn standing(&self, account: i64) -> Option<Arc<Standing>> {
        if self.watch.as_ref().is_some_and(Watch::is_stale) { None } else { self.standings.get(&account) }
    }

    pub(super) fn ticket(&self, account: i64) -> Ticket {
        Ticket { account, generation: *self.shard(account) }
    }

    /// Remembers what was read, unless the account was forgotten since the ticket was taken.
    pub(super) fn keep(&self, ticket: Ticket, standing: Arc<Standing>) {
        let generation = self.shard(ticket.account);
        if *generation == ticket.generation {
            self.standings.insert(ticket.account, standing);
        }
    }

    /// From its return on, the account is read again.
    pub(super) fn forget(&self, account: i64) {
        let mut generation = self.shard(account);
        *generation += 1;
        self.standings.remove(&account);
    }

    /// From its return on, every account is read again.
    pub(super) fn forget_all(&self) {
        let mut held: Vec<_> = self.generations.iter().map(lock).collect();
        for generation in &mut held {
            **generation += 1;
        }
        self.standings.clear();
    }

    /// Everything that others changed until `at` has arrived.
    pub(super) fn heard(&self, at: Instant) {
        if let Some(watch) = &self.watch {
            watch.heard.store(watch.millis(at) + 1, Ordering::Release);
        }
    }

    /// What others change may not arrive from now on.
    pub(super) fn deaf(&self) {
        if let Some(watch) = &self.watch {
            watch.heard.store(0, Ordering::Release);
        }
    }

    fn shard(&self, account: i64) -> MutexGuard<'_, u64> {
        let index = usize::try_from(account.rem_euclid(SHARDS.into())).unwrap_or(0);
        lock(&self.generations[index])
    }
}

/// A count stays a count whatever its last holder was doing.
fn lock(generation: &Mutex<u64>) -> MutexGuard<'_, u64> {
    generation.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Watch {
    fn millis(&self, at: Instant) -> u64 {
        u64::try_from(at.saturating_duration_since(self.start).as_millis()).unwrap_or(u64::MAX - 1)
    }

    fn is_stale(&self) -> bool {
        let heard = self.heard.load(Ordering::Acquire);
        heard == 0 || self.millis(Instant::now()).saturating_sub(heard) > STALE
    }
}
