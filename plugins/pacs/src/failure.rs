//! What can go wrong: [`ward_sdk::detail`] with what only this API knows.

pub use ward_sdk::detail::{ErrorBody, Failure, ValidationBody, envelope};

use crate::domain::IllegalStep;

impl From<IllegalStep> for Failure {
    fn from(step: IllegalStep) -> Self {
        Self::refused(step.to_string())
    }
}
