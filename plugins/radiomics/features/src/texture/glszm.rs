//! Grey level size zones: voxels of one level that touch, be it at a corner.

use super::emphasis::{Emphasis, Entry};
use super::neighbours::Neighbours;
use crate::feature::{Class, Feature, list};
use crate::levels::Levels;

/// The zones in the making: a forest in which each voxel points to another of its zone, the first to itself.
pub struct Glszm<'a> {
    levels: &'a Levels,
    parents: Vec<u32>,
}

impl<'a> Glszm<'a> {
    pub fn new(levels: &'a Levels) -> Self {
        Self { levels, parents: (0..levels.rank.len() as u32).collect() }
    }

    pub fn add(&mut self, neighbours: &Neighbours) {
        for [a, b] in &neighbours.matches {
            let (a, b) = (self.root(*a), self.root(*b));
            self.parents[a.max(b) as usize] = a.min(b);
        }
    }

    /// The first voxel of the zone so far. The path to it is shortened by half.
    fn root(&mut self, mut voxel: u32) -> u32 {
        loop {
            let parent = self.parents[voxel as usize];
            if parent == voxel {
                return voxel;
            }
            let next = self.parents[parent as usize];
            self.parents[voxel as usize] = next;
            voxel = next;
        }
    }

    pub fn features(mut self) -> Vec<Feature> {
        let entries = self.entries();
        let of = Emphasis::new(&entries);
        list(
            Class::Glszm,
            NAMES,
            [
                of.level_non_uniformity,
                of.level_non_uniformity / of.total,
                of.level_variance,
                of.high_level,
                of.large,
                of.large_high_level,
                of.large_low_level,
                of.low_level,
                of.size_non_uniformity,
                of.size_non_uniformity / of.total,
                of.small,
                of.small_high_level,
                of.small_low_level,
                of.entropy,
                of.total / self.parents.len() as f64,
                of.size_variance,
            ],
        )
    }

    fn entries(&mut self) -> Vec<Entry> {
        let mut sizes = vec![0_u32; self.parents.len()];
        for voxel in 0..self.parents.len() {
            // A parent comes before its children and already points to the first of the zone.
            let root = self.parents[self.parents[voxel] as usize];
            self.parents[voxel] = root;
            sizes[root as usize] += 1;
        }
        let mut zones: Vec<(u16, u32)> =
            self.levels.of_voxel.iter().copied().zip(sizes).filter(|(_, size)| *size > 0).collect();
        zones.sort_unstable();
        let entry = |same: &[(u16, u32)]| Entry { level: same[0].0, size: same[0].1, count: same.len() as u32 };
        zones.chunk_by(|a, b| a == b).map(entry).collect()
    }
}

const NAMES: [&str; 16] = [
    "GrayLevelNonUniformity",
    "GrayLevelNonUniformityNormalized",
    "GrayLevelVariance",
    "HighGrayLevelZoneEmphasis",
    "LargeAreaEmphasis",
    "LargeAreaHighGrayLevelEmphasis",
    "LargeAreaLowGrayLevelEmphasis",
    "LowGrayLevelZoneEmphasis",
    "SizeZoneNonUniformity",
    "SizeZoneNonUniformityNormalized",
    "SmallAreaEmphasis",
    "SmallAreaHighGrayLevelEmphasis",
    "SmallAreaLowGrayLevelEmphasis",
    "ZoneEntropy",
    "ZonePercentage",
    "ZoneVariance",
];
