//! Numbers of the operations of one mount. They outlive the versions of its plugin.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::StatusCode;

use super::{Count, Incident, Timing};

/// Operations of one mount that have numbers of their own; those of further versions share one row.
const MOST: usize = 2_000;
/// Where requests are counted that are for no operation.
pub(super) const NONE: &str = "none";
/// Where the operations beyond [`MOST`] are counted.
const OTHERS: &str = "others";

/// The numbers of one operation.
#[derive(Debug, Default)]
pub struct Measured {
    /// By the status' first digit.
    classes: [Count; 5],
    time: Timing,
    incidents: [Count; Incident::ALL.len()],
}

impl Measured {
    /// A request was answered.
    pub fn answered(&self, status: StatusCode, took: Duration) {
        let class = usize::from(status.as_u16() / 100).clamp(1, self.classes.len());
        self.classes[class - 1].one();
        self.time.record(took);
    }

    /// Something went wrong.
    pub fn happened(&self, incident: Incident) {
        self.incidents[incident as usize].one();
    }

    /// Answers by status class: `2xx` and their number.
    pub(super) fn classes(&self) -> impl Iterator<Item = (&'static str, u64)> {
        ["1xx", "2xx", "3xx", "4xx", "5xx"].into_iter().zip(self.classes.iter().map(Count::get))
    }

    pub(super) fn time(&self) -> &Timing {
        &self.time
    }

    pub(super) fn incidents(&self) -> impl Iterator<Item = (Incident, u64)> {
        Incident::ALL.into_iter().zip(self.incidents.iter().map(Count::get)).filter(|(_, count)| *count > 0)
    }
}

/// The operations of one mount.
#[derive(Debug)]
pub struct Operations {
    rows: Mutex<BTreeMap<String, Arc<Measured>>>,
    none: Arc<Measured>,
}

impl Default for Operations {
    fn default() -> Self {
        let none = Arc::<Measured>::default();
        Self { rows: Mutex::new(BTreeMap::from([(NONE.to_owned(), none.clone())])), none }
    }
}

impl Operations {
    /// The numbers of these operations, in the same order.
    pub fn of<N: AsRef<str>>(&self, names: &[N]) -> Vec<Arc<Measured>> {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let row = |name: &N| {
            let name = name.as_ref();
            let name = if rows.contains_key(name) || rows.len() < MOST { name } else { OTHERS };
            rows.entry(name.to_owned()).or_default().clone()
        };
        names.iter().map(row).collect()
    }

    /// The numbers of requests that are for no operation.
    pub fn none(&self) -> &Measured {
        &self.none
    }

    /// Every row, by name.
    pub fn rows(&self) -> Vec<(String, Arc<Measured>)> {
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        rows.iter().map(|(name, row)| (name.clone(), row.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_version_goes_on_counting() {
        let operations = Operations::default();
        operations.of(&["list"])[0].answered(StatusCode::OK, Duration::ZERO);
        let again = operations.of(&["new", "list"]);
        assert_eq!(again[1].classes().map(|(_, count)| count).collect::<Vec<_>>(), [0, 1, 0, 0, 0]);
    }

    #[test]
    fn the_rows_are_bounded() {
        let operations = Operations::default();
        let names: Vec<String> = (0..MOST * 2).map(|number| number.to_string()).collect();
        assert_eq!(operations.of(&names).len(), MOST * 2);
        assert_eq!(operations.rows().len(), MOST + 1);
    }
}
