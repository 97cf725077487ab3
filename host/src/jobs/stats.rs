//! How a plugin's jobs fare: for the operators.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::job::State;
use super::queue::{Queue, bounds};
use crate::metrics::{Count, Incident, Timing};
use crate::storage::SqlError;
use crate::storage::row::Row;

/// Kinds of one plugin that have numbers of their own; further ones share one row.
const MOST: usize = 64;
/// The name of that row.
const OTHERS: &str = "others";

/// The jobs of one plugin, by kind.
#[derive(Debug, Default)]
pub struct JobStats(Mutex<BTreeMap<String, Arc<KindStats>>>);

/// The jobs of one kind, on this node since its start.
#[derive(Debug, Default)]
pub struct KindStats {
    /// Attempts, whatever came of them.
    pub time: Timing,
    /// Jobs done.
    pub done: Count,
    /// Attempts that failed, with another to come.
    pub failed: Count,
    /// Jobs that failed for the last time.
    pub dead: Count,
    /// Jobs cancelled while they ran.
    pub cancelled: Count,
    incidents: [Count; Incident::ALL.len()],
}

impl JobStats {
    /// The numbers of a kind.
    pub(super) fn of(&self, kind: &str) -> Arc<KindStats> {
        let mut kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kind = if kinds.contains_key(kind) || kinds.len() < MOST { kind } else { OTHERS };
        kinds.entry(kind.to_owned()).or_default().clone()
    }

    /// All of them, by kind.
    #[must_use]
    pub fn kinds(&self) -> Vec<(String, Arc<KindStats>)> {
        let kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kinds.iter().map(|(kind, stats)| (kind.clone(), stats.clone())).collect()
    }
}

impl KindStats {
    /// An attempt ended like this.
    pub(super) fn ended(&self, state: Option<State>, took: Duration) {
        self.time.record(took);
        match state {
            Some(State::Done) => self.done.one(),
            Some(State::Waiting) => self.failed.one(),
            Some(State::Dead) => self.dead.one(),
            Some(State::Cancelled) => self.cancelled.one(),
            Some(State::Running) | None => {}
        }
    }

    pub(super) fn happened(&self, incident: Incident) {
        self.incidents[incident as usize].one();
    }

    /// What went wrong with the plugin, and how often.
    pub fn incidents(&self) -> impl Iterator<Item = (Incident, u64)> {
        Incident::ALL.into_iter().zip(self.incidents.iter().map(Count::get)).filter(|(_, count)| *count > 0)
    }
}

impl Queue {
    /// How many jobs there are, on all nodes, by kind and state: those that wait, run or are dead.
    pub async fn census(&self) -> Result<Vec<(String, String, usize)>, SqlError> {
        const OPEN: &str = "SELECT kind, state, count(*) FROM ward_job WHERE ended IS NULL GROUP BY kind, state \
             ORDER BY kind, state LIMIT 128";
        const DEAD: &str = "SELECT kind, state, count(*) FROM ward_job WHERE state = 'dead' GROUP BY kind, state \
             ORDER BY kind LIMIT 64";
        let mut counts = Vec::new();
        for select in [OPEN, DEAD] {
            for row in self.0.pool.query(select, &[], bounds(128)).await?.rows {
                let mut row = Row::new(row);
                counts.push((row.text()?, row.text()?, usize::try_from(row.int()?).unwrap_or(0)));
            }
        }
        Ok(counts)
    }

    /// How its jobs fare on this node.
    #[must_use]
    pub fn stats(&self) -> &JobStats {
        &self.0.stats
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_bounded() {
        let stats = JobStats::default();
        for number in 0..MOST * 3 {
            stats.of(&format!("kind-{number}")).ended(Some(State::Done), Duration::ZERO);
        }
        let kinds = stats.kinds();
        assert_eq!(kinds.len(), MOST + 1);
        let others = kinds.iter().find(|(kind, _)| kind == OTHERS).map(|(_, stats)| stats.done.get());
        assert_eq!(others, Some(2 * MOST as u64));
    }
}
