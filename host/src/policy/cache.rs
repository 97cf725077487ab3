//! Decisions that a session remembers.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use super::principal::Known;

/// Decisions held in one word; two bits each.
const PER_WORD: usize = 16;
/// Operations that every cache has room for, so that a larger successor of a plugin mostly fits.
const LEAST_OPERATIONS: usize = 128;

const ALLOWED: u64 = 0b01;
const DENIED: u64 = 0b10;

static GENERATION: AtomicU32 = AtomicU32::new(1);

/// A number that no other policy set of this process has.
pub(super) fn next_generation() -> u32 {
    GENERATION.fetch_add(1, Ordering::Relaxed)
}

/// What one session may do, as far as it was asked.
///
/// Every word carries, in its upper half, the generation of the policy set that its decisions are of.
/// A reader compares the two in one load, so a decision of a replaced set is never seen, and nobody
/// takes a lock. An operation beyond the cache's room is decided anew each time.
#[derive(Default)]
pub struct DecisionCache {
    words: OnceLock<Box<[AtomicU64]>>,
    /// The caller as Cedar sees it, and the generation whose schema it fits.
    known: OnceLock<(u32, Known)>,
}

impl std::fmt::Debug for DecisionCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DecisionCache")
    }
}

impl DecisionCache {
    /// Whether the operation is allowed, if this generation has decided that.
    pub(super) fn get(&self, generation: u32, operation: usize) -> Option<bool> {
        let word = self.words.get()?.get(operation / PER_WORD)?.load(Ordering::Relaxed);
        if generation_of(word) != generation {
            return None;
        }
        match (word >> shift(operation)) & 0b11 {
            ALLOWED => Some(true),
            DENIED => Some(false),
            _ => None,
        }
    }

    /// Remembers a decision. `operations` sizes the cache at its first use.
    pub(super) fn put(&self, generation: u32, operation: usize, allowed: bool, operations: usize) {
        let words = self.words.get_or_init(|| {
            let count = operations.max(LEAST_OPERATIONS).div_ceil(PER_WORD);
            (0..count).map(|_| AtomicU64::new(0)).collect()
        });
        let Some(word) = words.get(operation / PER_WORD) else { return };
        let bits = if allowed { ALLOWED } else { DENIED } << shift(operation);
        // Whatever another generation left in the word goes; a retry sees who came in between.
        let replace = |old| {
            let kept = if generation_of(old) == generation { old } else { u64::from(generation) << 32 };
            Some(kept | bits)
        };
        let _ = word.fetch_update(Ordering::Relaxed, Ordering::Relaxed, replace);
    }

    /// The caller as this generation's schema has it, if that was remembered.
    pub(super) fn known(&self, generation: u32) -> Option<&Known> {
        self.known.get().filter(|(of, _)| *of == generation).map(|(_, known)| known)
    }

    /// Remembers the caller; the first generation that asks keeps the place.
    pub(super) fn remember(&self, generation: u32, known: &Known) {
        let _ = self.known.set((generation, known.clone()));
    }
}

fn generation_of(word: u64) -> u32 {
    u32::try_from(word >> 32).unwrap_or_default()
}

fn shift(operation: usize) -> usize {
    operation % PER_WORD * 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_both_answers_and_nothing_else() {
        let cache = DecisionCache::default();
        cache.put(7, 0, true, 40);
        cache.put(7, 1, false, 40);
        cache.put(7, 39, true, 40);
        assert_eq!(cache.get(7, 0), Some(true));
        assert_eq!(cache.get(7, 1), Some(false));
        assert_eq!(cache.get(7, 2), None);
        assert_eq!(cache.get(7, 39), Some(true));
    }

    #[test]
    fn another_generation_sees_nothing_and_takes_the_word_over() {
        let cache = DecisionCache::default();
        cache.put(1, 3, true, 8);
        assert_eq!(cache.get(2, 3), None);
        cache.put(2, 4, false, 8);
        assert_eq!(cache.get(2, 3), None);
        assert_eq!(cache.get(2, 4), Some(false));
        assert_eq!(cache.get(1, 3), None);
    }

    #[test]
    fn an_operation_beyond_the_room_is_not_remembered() {
        let cache = DecisionCache::default();
        cache.put(1, 0, true, 1);
        cache.put(1, 100_000, true, 1);
        assert_eq!(cache.get(1, 100_000), None);
    }

    #[test]
    fn writers_of_one_word_do_not_lose_each_other() {
        let cache = DecisionCache::default();
        std::thread::scope(|scope| {
            for operation in 0..PER_WORD {
                let cache = &cache;
                scope.spawn(move || cache.put(5, operation, operation % 2 == 0, PER_WORD));
            }
        });
        for operation in 0..PER_WORD {
            assert_eq!(cache.get(5, operation), Some(operation % 2 == 0));
        }
    }
}
