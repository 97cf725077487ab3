//! One plugin's queue, as operators look at it.

use super::job::{Info, JobError, State};
use super::queue::{Queue, bounds, text};
use crate::storage::row::Row;
use crate::storage::{SqlError, Value};

/// Jobs of one page.
pub const PAGE: usize = 500;

/// A job in a list: nothing that the plugin said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its number.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// Where it stands.
    pub state: State,
    /// How often it was started.
    pub attempt: i64,
    /// How often it failed.
    pub failures: i64,
    /// How often it may fail.
    pub attempts: i64,
    /// When it was enqueued.
    pub created: i64,
    /// When it was started, the latest time.
    pub started: Option<i64>,
    /// When it was done, dead or cancelled.
    pub ended: Option<i64>,
}

/// Why an operator cannot do this to a job.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OperatorError {
    /// There is none.
    #[error("there is no such job")]
    NotFound,
    /// It is in another state.
    #[error("the job is {}: only one that is dead can be retried or discarded", .0.name())]
    NotDead(State),
    /// The database.
    #[error(transparent)]
    Sql(#[from] SqlError),
}

impl Queue {
    /// Up to `most` jobs in this state, in the order of their numbers, which is that of their creation,
    /// beginning behind `after`.
    pub async fn list(&self, state: State, after: &str, most: usize) -> Result<Vec<Listed>, SqlError> {
        const SELECT: &str = "SELECT id, kind, state, attempt, failures, attempts, created, started, ended \
             FROM ward_job WHERE state = $1 AND id > $2 ORDER BY id LIMIT $3";
        let most = most.min(PAGE);
        let values = [text(state.name()), text(after), Value::Int(i64::try_from(most).unwrap_or(i64::MAX))];
        let rows = self.0.pool.query(SELECT, &values, bounds(most)).await?.rows;
        rows.into_iter().map(|row| listed(&mut Row::new(row))).collect()
    }

    /// Lets a dead job be tried again, at once and as often as at first.
    pub async fn retry(&self, id: &str) -> Result<(), OperatorError> {
        const RETRY: &str = "UPDATE ward_job SET state = 'waiting', due = $2, failures = 0, ended = NULL, stop = FALSE, \
             percent = NULL, note = NULL WHERE id = $1 AND state = 'dead'";
        let changed = self.0.pool.execute(RETRY, &[text(id), Value::Int(self.now())]).await?;
        if changed == 0 {
            return Err(self.why_not(id).await?);
        }
        self.0.bell.notify_one();
        Ok(())
    }

    /// Forgets a dead job, and what it carried.
    pub async fn discard(&self, id: &str) -> Result<(), OperatorError> {
        let changed = self.0.pool.execute("DELETE FROM ward_job WHERE id = $1 AND state = 'dead'", &[text(id)]).await?;
        if changed == 0 { Err(self.why_not(id).await?) } else { Ok(()) }
    }

    async fn why_not(&self, id: &str) -> Result<OperatorError, SqlError> {
        match self.look_up(id).await {
            Ok(Info { state, .. }) => Ok(OperatorError::NotDead(state)),
            Err(JobError::Sql(error)) => Err(error),
            Err(_) => Ok(OperatorError::NotFound),
        }
    }
}

fn listed(row: &mut Row) -> Result<Listed, SqlError> {
    Ok(Listed {
        id: row.text()?,
        kind: row.text()?,
        state: State::from_name(&row.text()?)?,
        attempt: row.int()?,
        failures: row.int()?,
        attempts: row.int()?,
        created: row.int()?,
        started: row.optional_int()?,
        ended: row.optional_int()?,
    })
}
