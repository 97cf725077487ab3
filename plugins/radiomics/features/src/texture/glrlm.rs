//! Grey level run lengths: lines of consecutive voxels of one level.

use super::counts::Counts;
use super::emphasis::{Emphasis, Entry};
use super::neighbours::{Direction, Neighbours};
use crate::feature::{Class, Feature, list};
use crate::levels::Levels;
use crate::numeric::means;
use crate::region::Region;

/// The matrices in the making.
pub struct Glrlm<'a> {
    levels: &'a Levels,
    merge: bool,
    /// For each voxel, how many of its run end with it.
    so_far: Vec<u32>,
    /// Voxels by level and by how many of their run end with them, where those are more than one.
    counts: Counts,
    /// Directions with a line of two voxels, since the counts were last taken.
    directions: u32,
    values: Vec<[f64; 16]>,
}

impl<'a> Glrlm<'a> {
    pub fn new(region: &Region, levels: &'a Levels, merge: bool) -> Self {
        let longest = region.extents().into_iter().max().unwrap_or(0);
        let counts = Counts::new(levels.number(), longest + 1, region.voxels());
        Self { levels, merge, so_far: vec![1; region.voxels()], counts, directions: 0, values: Vec::new() }
    }

    pub fn add(&mut self, region: &Region, direction: Direction, neighbours: &Neighbours) {
        if neighbours.stretches.is_empty() && !has_line(region, direction) {
            return;
        }
        self.so_far.fill(1);
        let so_far = &mut self.so_far;
        self.counts.extend(neighbours.matches.iter().map(|[voxel, next]| {
            let length = so_far[*voxel as usize] + 1;
            so_far[*next as usize] = length;
            (self.levels.rank[*voxel as usize].into(), length)
        }));
        self.directions += 1;
        if !self.merge {
            self.take();
        }
    }

    pub fn features(mut self) -> Vec<Feature> {
        if self.directions > 0 {
            self.take();
        }
        list(Class::Glrlm, NAMES, means(&self.values))
    }

    fn take(&mut self) {
        let entries = self.entries();
        let voxels = self.so_far.len() as f64 * f64::from(self.directions);
        self.values.push(values(&Emphasis::new(&entries), voxels));
        self.directions = 0;
    }

    /// A run of length n has one voxel at each place from 1 to n: runs of a length are the voxels at that place
    /// that none follows.
    fn entries(&mut self) -> Vec<Entry> {
        let Self { levels, counts, directions, .. } = self;
        let mut at_place: Vec<Vec<u32>> = levels.counts.iter().map(|count| vec![count * *directions]).collect();
        counts.take(|rank, _, count| {
            let places = &mut at_place[rank as usize];
            // Places of one level come in order, without a gap.
            places[0] -= count;
            places.push(count);
        });
        let mut entries = Vec::new();
        for (level, places) in levels.present.iter().zip(at_place) {
            let followed = places.iter().skip(1).chain([&0]);
            for (size, (at, followed)) in (1..).zip(places.iter().zip(followed)) {
                if at > followed {
                    entries.push(Entry { level: *level, size, count: at - followed });
                }
            }
        }
        entries
    }
}

/// Whether two voxels lie on a line in this direction, however far apart.
fn has_line(region: &Region, direction: Direction) -> bool {
    let line = |x: i32, y: i32, z: i32| {
        // Back to where the first coordinate in which the direction advances is 0.
        let steps = match direction {
            Direction { z: 1, .. } => z,
            Direction { y: 1, .. } => y,
            _ => x,
        };
        (x - steps * direction.x, y - steps * direction.y, z - steps * direction.z)
    };
    let mut lines: Vec<_> =
        region.all_runs().flat_map(|(row, run)| (run.start..run.end).map(|x| line(x, row.y, row.z))).collect();
    lines.sort_unstable();
    lines.windows(2).any(|pair| pair[0] == pair[1])
}

fn values(of: &Emphasis, voxels: f64) -> [f64; 16] {
    [
        of.level_non_uniformity,
        of.level_non_uniformity / of.total,
        of.level_variance,
        of.high_level,
        of.large,
        of.large_high_level,
        of.large_low_level,
        of.low_level,
        of.entropy,
        of.size_non_uniformity,
        of.size_non_uniformity / of.total,
        of.total / voxels,
        of.size_variance,
        of.small,
        of.small_high_level,
        of.small_low_level,
    ]
}

const NAMES: [&str; 16] = [
    "GrayLevelNonUniformity",
    "GrayLevelNonUniformityNormalized",
    "GrayLevelVariance",
    "HighGrayLevelRunEmphasis",
    "LongRunEmphasis",
    "LongRunHighGrayLevelEmphasis",
    "LongRunLowGrayLevelEmphasis",
    "LowGrayLevelRunEmphasis",
    "RunEntropy",
    "RunLengthNonUniformity",
    "RunLengthNonUniformityNormalized",
    "RunPercentage",
    "RunVariance",
    "ShortRunEmphasis",
    "ShortRunHighGrayLevelEmphasis",
    "ShortRunLowGrayLevelEmphasis",
];
