//! How changes are made: again after a conflict, and to their end whatever becomes of the caller.

use std::time::Duration;

use tracing::Instrument as _;

use super::IdentityError;
use crate::storage::SqlError;

/// Milliseconds to wait, at most, before each further attempt.
const WAITS: [u64; 8] = [1, 4, 10, 20, 40, 80, 150, 300];

/// Runs `attempt` again while another transaction was faster.
pub(super) async fn retry<T, A, W>(mut attempt: A) -> Result<T, IdentityError>
where
    A: FnMut() -> W,
    W: Future<Output = Result<T, IdentityError>>,
{
    for wait in WAITS {
        match attempt().await {
            Err(IdentityError::Sql(SqlError::Conflict)) => {
                tokio::time::sleep(Duration::from_micros(rand::random_range(0..wait * 1000))).await;
            }
            done => return done,
        }
    }
    attempt().await
}

/// Runs `work` to its end even if the caller is gone: a commit is always followed by forgetting what
/// was remembered.
pub(super) async fn detached<T, W>(work: W) -> Result<T, IdentityError>
where
    T: Send + 'static,
    W: Future<Output = Result<T, IdentityError>> + Send + 'static,
{
    let done = tokio::spawn(work.in_current_span()).await;
    done.unwrap_or(Err(IdentityError::Internal("a change of an account panicked")))
}
