//! Grey level dependence: with how many of its neighbours a voxel shares its level.

use super::counts::Counts;
use super::emphasis::{Emphasis, Entry};
use super::neighbours::Neighbours;
use crate::feature::{Class, Feature, list};
use crate::levels::Levels;

/// The matrix in the making.
pub struct Gldm<'a> {
    levels: &'a Levels,
    /// Of each voxel; itself is one.
    dependence: Vec<u8>,
}

/// Itself and all 26 neighbours.
const LARGEST: usize = 27;

impl<'a> Gldm<'a> {
    pub fn new(levels: &'a Levels) -> Self {
        Self { levels, dependence: vec![1; levels.rank.len()] }
    }

    pub fn add(&mut self, neighbours: &Neighbours) {
        for pair in &neighbours.matches {
            for voxel in pair {
                self.dependence[*voxel as usize] += 1;
            }
        }
    }

    pub fn features(self) -> Vec<Feature> {
        let mut counts = Counts::new(self.levels.number(), LARGEST + 1, self.dependence.len());
        counts
            .extend(self.levels.rank.iter().zip(&self.dependence).map(|(rank, size)| ((*rank).into(), (*size).into())));
        let mut entries = Vec::new();
        counts.take(|rank, size, count| {
            entries.push(Entry { level: self.levels.present[rank as usize], size, count });
        });
        let of = Emphasis::new(&entries);
        list(
            Class::Gldm,
            NAMES,
            [
                of.entropy,
                of.size_non_uniformity,
                of.size_non_uniformity / of.total,
                of.size_variance,
                of.level_non_uniformity,
                of.level_variance,
                of.high_level,
                of.large,
                of.large_high_level,
                of.large_low_level,
                of.low_level,
                of.small,
                of.small_high_level,
                of.small_low_level,
            ],
        )
    }
}

const NAMES: [&str; 14] = [
    "DependenceEntropy",
    "DependenceNonUniformity",
    "DependenceNonUniformityNormalized",
    "DependenceVariance",
    "GrayLevelNonUniformity",
    "GrayLevelVariance",
    "HighGrayLevelEmphasis",
    "LargeDependenceEmphasis",
    "LargeDependenceHighGrayLevelEmphasis",
    "LargeDependenceLowGrayLevelEmphasis",
    "LowGrayLevelEmphasis",
    "SmallDependenceEmphasis",
    "SmallDependenceHighGrayLevelEmphasis",
    "SmallDependenceLowGrayLevelEmphasis",
];
