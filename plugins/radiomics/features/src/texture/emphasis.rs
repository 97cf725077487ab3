//! What run lengths, zones and dependences have in common: a matrix of grey levels by sizes, and how far it
//! emphasises small and large ones.

use crate::numeric::entropy;

/// So many things of one level and one size.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// From 1.
    pub level: u16,
    /// From 1.
    pub size: u32,
    /// How many, at least one.
    pub count: u32,
}

/// The features of such a matrix.
#[derive(Clone, Copy, Debug)]
pub struct Emphasis {
    /// Σ count.
    pub total: f64,
    pub small: f64,
    pub large: f64,
    pub level_non_uniformity: f64,
    pub size_non_uniformity: f64,
    pub level_variance: f64,
    pub size_variance: f64,
    pub entropy: f64,
    pub low_level: f64,
    pub high_level: f64,
    pub small_low_level: f64,
    pub small_high_level: f64,
    pub large_low_level: f64,
    pub large_high_level: f64,
}

impl Emphasis {
    /// Of entries sorted by level and size, at least one.
    pub fn new(entries: &[Entry]) -> Self {
        let total: f64 = entries.iter().map(|entry| f64::from(entry.count)).sum();
        // Σ p·f(level, size).
        let mean = |f: &dyn Fn(f64, f64) -> f64| {
            let part = |entry: &Entry| f64::from(entry.count) * f(f64::from(entry.level), f64::from(entry.size));
            entries.iter().map(part).sum::<f64>() / total
        };
        let mean_level = mean(&|level, _| level);
        let mean_size = mean(&|_, size| size);
        Self {
            total,
            small: mean(&|_, size| 1.0 / (size * size)),
            large: mean(&|_, size| size * size),
            level_non_uniformity: squares(entries.chunk_by(|a, b| a.level == b.level)) / total,
            size_non_uniformity: squares(by_size(entries).chunk_by(|a, b| a.size == b.size)) / total,
            level_variance: mean(&|level, _| (level - mean_level).powi(2)),
            size_variance: mean(&|_, size| (size - mean_size).powi(2)),
            entropy: entropy(entries.iter().map(|entry| u64::from(entry.count)), total),
            low_level: mean(&|level, _| 1.0 / (level * level)),
            high_level: mean(&|level, _| level * level),
            small_low_level: mean(&|level, size| 1.0 / (level * level * size * size)),
            small_high_level: mean(&|level, size| level * level / (size * size)),
            large_low_level: mean(&|level, size| size * size / (level * level)),
            large_high_level: mean(&|level, size| level * level * size * size),
        }
    }
}

fn by_size(entries: &[Entry]) -> Vec<Entry> {
    let mut entries = entries.to_vec();
    entries.sort_unstable_by_key(|entry| entry.size);
    entries
}

/// Σ (Σ count)² over groups.
fn squares<'a>(groups: impl Iterator<Item = &'a [Entry]>) -> f64 {
    groups.map(|group| group.iter().map(|entry| f64::from(entry.count)).sum::<f64>().powi(2)).sum()
}
