//! One change at a time, on all nodes.

use std::time::Duration;

use tokio::sync::OwnedMutexGuard;

use super::Inner;
use super::error::{Kind, LifeError, Step};
use crate::storage::{PluginLock, SqlError};

/// How long a change waits for the one before it. The database's own lock has the same patience.
const PATIENCE: Duration = Duration::from_mins(1);

/// Held while plugins change. Dropped without a word, the database frees its part with the connection.
pub(super) struct ChangeLock {
    _here: OwnedMutexGuard<()>,
    everywhere: PluginLock,
}

impl Inner {
    pub(super) async fn lock(&self) -> Result<ChangeLock, LifeError> {
        let here = tokio::time::timeout(PATIENCE, self.changing.clone().lock_owned()).await.map_err(|_| busy())?;
        let everywhere = self.database.lock_plugins().await.map_err(|error| match error {
            SqlError::Timeout => busy(),
            error => LifeError::from(error),
        })?;
        Ok(ChangeLock { _here: here, everywhere })
    }
}

impl ChangeLock {
    pub(super) async fn release(self) {
        self.everywhere.release().await;
    }
}

fn busy() -> LifeError {
    LifeError::new(Step::Record, Kind::Conflict, "another change of plugins is still running; try again later")
}
