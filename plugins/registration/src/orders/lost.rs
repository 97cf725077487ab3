//! Races that are lost, and run again.

use ward_sdk::sql;

use crate::domain::booking::Refusal;
use crate::failure::Failure;

/// How often everything is read and tried again; each time the SDK tries the transaction many times, with
/// pauses that grow.
const ROUNDS: usize = 12;

/// Why a step did not happen.
pub(crate) enum Lost {
    /// Someone was faster: what was read is no longer true.
    Again,
    /// It may not happen, or cannot.
    Failed(Failure),
}

impl From<sql::Error> for Lost {
    fn from(error: sql::Error) -> Self {
        match error {
            sql::Error::Conflict | sql::Error::Unique(_) => Self::Again,
            other => Self::Failed(other.into()),
        }
    }
}

impl From<Failure> for Lost {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Refusal> for Lost {
    fn from(refusal: Refusal) -> Self {
        Self::Failed(refusal.into())
    }
}

/// Runs a step, reading anew each time that someone was faster.
pub(crate) fn settle<T>(mut step: impl FnMut() -> Result<T, Lost>) -> Result<T, Failure> {
    for _ in 0..ROUNDS {
        match step() {
            Ok(value) => return Ok(value),
            Err(Lost::Failed(failure)) => return Err(failure),
            Err(Lost::Again) => {}
        }
    }
    Err(Failure::unavailable())
}

#[cfg(test)]
mod tests {
    use super::{Lost, ROUNDS, settle};
    use crate::failure::Failure;

    #[test]
    fn a_lost_race_is_run_again_and_not_for_ever() {
        let mut left = 3;
        let won = settle(|| {
            left -= 1;
            if left == 0 { Ok(7) } else { Err(Lost::Again) }
        });
        assert_eq!(won, Ok(7));
        let mut rounds = 0;
        let never: Result<(), _> = settle(|| {
            rounds += 1;
            Err(Lost::Again)
        });
        assert_eq!((never, rounds), (Err(Failure::unavailable()), ROUNDS));
    }

    #[test]
    fn a_refusal_is_final() {
        let mut rounds = 0;
        let refused: Result<(), _> = settle(|| {
            rounds += 1;
            Err(Lost::Failed(Failure::refused("不")))
        });
        assert_eq!((refused.map_err(|failure| failure.code), rounds), (Err(99), 1));
    }
}
