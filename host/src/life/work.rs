//! How changes are made: again after a conflict, and to their end whatever becomes of the caller.

use std::time::{Duration, Instant};

use tracing::Instrument as _;

use super::error::{Kind, LifeError, Step};

/// Milliseconds to wait, at most, before each further attempt.
const WAITS: [u64; 6] = [2, 8, 20, 50, 120, 300];
/// No attempt begins later than this: each may itself have waited long for a lock.
const PATIENCE: Duration = Duration::from_secs(5);

/// Runs `attempt` again while another transaction was faster.
pub(super) async fn retry<T, W>(mut attempt: impl FnMut() -> W) -> Result<T, LifeError>
where
    W: Future<Output = Result<T, LifeError>>,
{
    let started = Instant::now();
    for wait in WAITS {
        match attempt().await {
            Err(error) if error.kind == Kind::Busy && started.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_micros(rand::random_range(0..wait * 1000))).await;
            }
            done => return done,
        }
    }
    attempt().await
}

/// Runs `work` to its end even if the caller is gone: what is written down is always followed by the
/// swap in memory.
pub(super) async fn detached<T, W>(work: W) -> Result<T, LifeError>
where
    T: Send + 'static,
    W: Future<Output = Result<T, LifeError>> + Send + 'static,
{
    let done = tokio::spawn(work.in_current_span()).await;
    done.unwrap_or_else(|_| Err(LifeError::new(Step::Record, Kind::Unavailable, "the host failed half-way")))
}
