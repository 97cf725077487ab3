//! What a request names while it runs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The kind of record whom the data are about.
pub const PATIENT: &str = "patient";

/// Ids that one record holds.
const MOST_IDS: usize = 10_000;
/// Denials that one request breaks.
const MOST_OVERRIDDEN: usize = 100;
/// Characters of an id.
const ID_BYTES: usize = 64;
/// Characters of a kind.
const KIND_BYTES: usize = 32;

/// Records, by their kinds.
pub type Ids = BTreeMap<String, BTreeSet<String>>;

/// Why something cannot be named. Quotes nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TouchError {
    /// Not a kind.
    #[error("a kind has lower-case letters, digits and `-`, a letter first, {KIND_BYTES} characters at most")]
    Kind,
    /// Not an id.
    #[error("an id has letters, digits, `-`, `_`, `.` and `:`, {ID_BYTES} characters at most")]
    Id,
    /// Too many.
    #[error("more than {MOST_IDS} ids in one request")]
    TooMany,
}

/// What one request has named, shared between the gateway and the instance that answers.
#[derive(Clone, Debug, Default)]
pub struct Touched(Arc<Mutex<Named>>);

#[derive(Debug, Default)]
struct Named {
    ids: Ids,
    count: usize,
    /// Whether denials that may be broken are.
    breaks: bool,
    overridden: Vec<Overridden>,
}

/// A denial that was broken: action, kind and id of the record.
pub type Overridden = (String, String, String);

impl Touched {
    /// Names records of a kind: all of them, or none.
    ///
    /// # Errors
    /// What is no kind or id, or too much.
    pub fn add(&self, kind: &str, ids: &[String]) -> Result<(), TouchError> {
        if !is_kind(kind) {
            return Err(TouchError::Kind);
        }
        if !ids.iter().all(|id| is_id(id)) {
            return Err(TouchError::Id);
        }
        let mut named = self.lock();
        let known = named.ids.get(kind);
        let new: BTreeSet<&String> = ids.iter().filter(|id| !known.is_some_and(|known| known.contains(*id))).collect();
        if named.count + new.len() > MOST_IDS {
            return Err(TouchError::TooMany);
        }
        if !new.is_empty() {
            named.count += new.len();
            named.ids.entry(kind.to_owned()).or_default().extend(new.into_iter().cloned());
        }
        Ok(())
    }

    /// Lets denials be broken that may be.
    pub fn let_break(&self) {
        self.lock().breaks = true;
    }

    /// Whether they are.
    #[must_use]
    pub fn breaks(&self) -> bool {
        self.lock().breaks
    }

    /// Notes that a denial is broken; not if there is no room to, and then it stands.
    pub fn override_denial(&self, action: &str, kind: &str, id: &str) -> bool {
        let id = if is_id(id) { id } else { "?" };
        let denial = (action.to_owned(), kind.to_owned(), id.to_owned());
        let mut named = self.lock();
        if named.overridden.contains(&denial) {
            return true;
        }
        let room = named.overridden.len() < MOST_OVERRIDDEN;
        if room {
            named.overridden.push(denial);
        }
        room
    }

    /// Takes all that was named, and what was broken.
    #[must_use]
    pub fn take(&self) -> (Ids, Vec<Overridden>) {
        let mut named = self.lock();
        (std::mem::take(&mut named.ids), std::mem::take(&mut named.overridden))
    }

    fn lock(&self) -> MutexGuard<'_, Named> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_kind(kind: &str) -> bool {
    let letters = kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    letters && kind.len() <= KIND_BYTES && kind.starts_with(|first: char| first.is_ascii_lowercase())
}

/// Whether it can be an id: a name of a person mostly cannot.
pub(super) fn is_id(id: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
    !id.is_empty() && id.len() <= ID_BYTES && id.bytes().all(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(range: std::ops::Range<usize>) -> Vec<String> {
        range.map(|id| id.to_string()).collect()
    }

    #[test]
    fn what_is_named_twice_is_there_once() {
        let touched = Touched::default();
        touched.add(PATIENT, &ids(0..3)).unwrap();
        touched.add(PATIENT, &ids(1..4)).unwrap();
        touched.add("visit", &ids(1..2)).unwrap();
        let (taken, _) = touched.take();
        assert_eq!(taken[PATIENT].len(), 4);
        assert_eq!(taken["visit"].len(), 1);
    }

    #[test]
    fn kinds_and_ids_are_words() {
        let touched = Touched::default();
        for kind in ["", "Patient", "1", "pat ient", "病人", &"a".repeat(33)] {
            assert_eq!(touched.add(kind, &[]), Err(TouchError::Kind), "{kind}");
        }
        for id in ["", "张伟", "a b", "a/b", "a\0", &"1".repeat(65)] {
            assert_eq!(touched.add(PATIENT, &["1".to_owned(), id.to_owned()]), Err(TouchError::Id), "{id}");
        }
        assert_eq!(touched.take().0, Ids::new());
    }

    #[test]
    fn more_than_a_record_holds_is_refused_as_a_whole() {
        let touched = Touched::default();
        touched.add(PATIENT, &ids(0..9_999)).unwrap();
        assert_eq!(touched.add("visit", &ids(0..2)), Err(TouchError::TooMany));
        touched.add("visit", &ids(0..1)).unwrap();
        touched.add(PATIENT, &ids(0..9_999)).unwrap();
        assert_eq!(touched.take().0.keys().collect::<Vec<_>>(), [PATIENT, "visit"]);
    }

    #[test]
    fn denials_are_broken_as_far_as_they_are_recorded() {
        let touched = Touched::default();
        assert!(!touched.breaks());
        touched.let_break();
        assert!(touched.breaks());
        for id in 0..MOST_OVERRIDDEN {
            assert!(touched.override_denial("view", "Study", &id.to_string()));
        }
        assert!(touched.override_denial("view", "Study", "1"));
        assert!(!touched.override_denial("view", "Study", "one more"));
        assert_eq!(touched.take().1.len(), MOST_OVERRIDDEN);
    }
}
