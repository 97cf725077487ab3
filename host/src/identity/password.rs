//! Argon2id, off the request threads and in bounded numbers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use super::IdentityError;

/// OWASP's first choice of small memory: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Sign-ins that wait, for each core that hashes; more are refused.
const QUEUE_PER_CORE: usize = 32;

/// Hashes and checks passwords.
#[derive(Clone)]
pub(super) struct Hasher(Arc<Inner>);

struct Inner {
    argon2: Argon2<'static>,
    /// One permit for each hash that runs.
    running: Arc<Semaphore>,
    /// One permit for each hash that runs or waits.
    admitted: Arc<Semaphore>,
    /// What an unknown account is checked against, so that it costs as much as a known one.
    decoy: String,
    done: AtomicU64,
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Checked {
    Wrong,
    Right,
    /// Right, but the hash was made with other parameters than today's.
    Outdated,
}

impl Hasher {
    /// With as many hashes at once as there are cores.
    pub(super) fn new() -> Result<Self, IdentityError> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self::with(cores, cores * QUEUE_PER_CORE, MEMORY_KIB, PASSES)
    }

    /// With so many hashes at once, so many waiting, and these costs.
    pub(super) fn with(cores: usize, queue: usize, memory_kib: u32, passes: u32) -> Result<Self, IdentityError> {
        let params = Params::new(memory_kib, passes, LANES, None).map_err(|_| IdentityError::Internal("Argon2"))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let decoy = hash(&argon2, "a password that nobody has")?;
        let running = Arc::new(Semaphore::new(cores));
        let admitted = Arc::new(Semaphore::new(cores + queue));
        Ok(Self(Arc::new(Inner { argon2, running, admitted, decoy, done: AtomicU64::new(0) })))
    }

    /// A new hash of `password`, as a PHC string.
    pub(super) async fn hash(&self, password: String) -> Result<String, IdentityError> {
        self.run(move |inner| hash(&inner.argon2, &password)).await
    }

    /// Whether `password` is the one of `hash`; without a hash it is wrong, at the same cost.
    pub(super) async fn check(&self, stored: Option<String>, password: String) -> Result<Checked, IdentityError> {
        self.run(move |inner| {
            let text = stored.as_deref().unwrap_or(&inner.decoy);
            let parsed = PasswordHash::new(text).map_err(|_| IdentityError::Internal("a stored hash is none"))?;
            let right = inner.argon2.verify_password(password.as_bytes(), &parsed).is_ok() && stored.is_some();
            Ok(match right {
                false => Checked::Wrong,
                true if inner.is_current(&parsed) => Checked::Right,
                true => Checked::Outdated,
            })
        })
        .await
    }

    /// Hashes computed so far.
    #[cfg(test)]
    pub(super) fn done(&self) -> u64 {
        self.0.done.load(Ordering::SeqCst)
    }

    async fn run<T, W>(&self, work: W) -> Result<T, IdentityError>
    where
        T: Send + 'static,
        W: FnOnce(&Inner) -> Result<T, IdentityError> + Send + 'static,
    {
        let inner = self.0.clone();
        let admitted = inner.admitted.clone().try_acquire_owned().map_err(|_| IdentityError::Overloaded)?;
        let running = inner.running.clone().acquire_owned().await.map_err(|_| IdentityError::Overloaded)?;
        // The permits go with the work: a caller that gives up does not free the core it still uses.
        let done = tokio::task::spawn_blocking(move || {
            let _permits = (admitted, running);
            inner.done.fetch_add(1, Ordering::SeqCst);
            work(&inner)
        });
        done.await.unwrap_or(Err(IdentityError::Internal("hashing panicked")))
    }
}

impl Inner {
    fn is_current(&self, hash: &PasswordHash) -> bool {
        let params = self.argon2.params();
        hash.algorithm == Algorithm::Argon2id.ident()
            && hash.version == Some(Version::V0x13.into())
            && Params::try_from(hash).is_ok_and(|used| {
                (used.m_cost(), used.t_cost(), used.p_cost()) == (params.m_cost(), params.t_cost(), params.p_cost())
            })
    }
}

fn hash(argon2: &Argon2<'_>, password: &str) -> Result<String, IdentityError> {
    let hash = argon2.hash_password(password.as_bytes()).map_err(|_| IdentityError::Internal("Argon2"))?;
    Ok(hash.to_string())
}
