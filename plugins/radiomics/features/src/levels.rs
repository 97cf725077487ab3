//! Intensities as grey levels.

use crate::error::Error;
use crate::region::Region;
use crate::settings::Bins;

/// The grey levels of a region's voxels.
pub struct Levels {
    /// Of each voxel, from 1. Levels that no voxel has keep their number.
    pub of_voxel: Vec<u16>,
    /// Of each voxel: the place of its level among those that occur, from 0.
    pub rank: Vec<u16>,
    /// The levels that occur, by rank.
    pub present: Vec<u16>,
    /// How many voxels have each, by rank.
    pub counts: Vec<u32>,
}

impl Levels {
    /// Refuses a region with more than `limit` levels.
    pub fn new(region: &Region, bins: Bins, limit: u16) -> Result<Self, Error> {
        let of_voxel = match bins {
            Bins::Width(width) if width.is_finite() && width > 0.0 => by_width(region, width, limit)?,
            Bins::Count(count) if count > 0 => by_count(region, count, limit)?,
            _ => return Err(Error::Bins),
        };
        let mut count_of = vec![0; usize::from(limit) + 1];
        for level in &of_voxel {
            count_of[usize::from(*level)] += 1;
        }
        let mut rank_of = vec![0; count_of.len()];
        let (mut present, mut counts) = (Vec::new(), Vec::new());
        for (level, count) in count_of.into_iter().enumerate().filter(|(_, count)| *count > 0) {
            rank_of[level] = present.len() as u16;
            present.push(level as u16);
            counts.push(count);
        }
        let rank = of_voxel.iter().map(|level| rank_of[usize::from(*level)]).collect();
        Ok(Self { of_voxel, rank, present, counts })
    }

    /// The highest level: the definitions' Ng.
    pub fn highest(&self) -> u16 {
        self.present.last().copied().unwrap_or(0)
    }

    /// How many occur.
    pub fn number(&self) -> usize {
        self.present.len()
    }
}

/// Bins closed below and open above, with edges at the multiples of the width.
fn by_width(region: &Region, width: f64, limit: u16) -> Result<Vec<u16>, Error> {
    let lowest = (region.minimum() / width).floor();
    let highest = (region.maximum() / width).floor() - lowest + 1.0;
    // Not a number where the division overflowed.
    if highest.is_nan() || highest > f64::from(limit) {
        return Err(Error::TooManyLevels { limit });
    }
    Ok(region.values().iter().map(|value| ((value / width).floor() - lowest) as u16 + 1).collect())
}

/// The level is the number of lower edges that are not above the value; the maximum lies in the last bin.
fn by_count(region: &Region, count: u32, limit: u16) -> Result<Vec<u16>, Error> {
    if count > u32::from(limit) {
        return Err(Error::TooManyLevels { limit });
    }
    let (mut low, mut high) = (region.minimum(), region.maximum());
    if low == high {
        (low, high) = (low - 0.5, high + 0.5);
    }
    let step = (high - low) / f64::from(count);
    // NumPy gives edges the type of the image.
    let as_image = |edge: f64| if region.is_single() { f64::from(edge as f32) } else { edge };
    let edges: Vec<f64> = (0..count).map(|edge| as_image(f64::from(edge) * step + low)).collect();
    let level = |value: f64| {
        let mut level = (((value - low) / step) as usize).clamp(1, edges.len());
        while level < edges.len() && edges[level] <= value {
            level += 1;
        }
        while level > 1 && edges[level - 1] > value {
            level -= 1;
        }
        level as u16
    };
    Ok(region.values().iter().map(|value| level(*value)).collect())
}
