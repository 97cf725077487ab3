//! Neighbours in one direction.

use crate::levels::Levels;
use crate::region::{Cursor, Region, Run};
use crate::settings::Axis;

/// One of the 13 directions in which half of a voxel's 26 neighbours lie; the others are opposite to them.
#[derive(Clone, Copy, Debug)]
pub struct Direction {
    /// Each −1, 0 or 1, and the last that is not 0 is 1: the neighbour comes later in the region's order.
    pub x: i32,
    /// See `x`.
    pub y: i32,
    /// See `x`.
    pub z: i32,
}

impl Direction {
    /// All 13, or the 4 that stay in slices across an axis.
    pub fn all(slices_across: Option<Axis>) -> impl Iterator<Item = Self> {
        let all = (-1..=1).flat_map(|z| (-1..=1).flat_map(move |y| (-1..=1).map(move |x| Self { x, y, z })));
        all.filter(move |direction| {
            let stays = match slices_across {
                None => true,
                Some(Axis::X) => direction.x == 0,
                Some(Axis::Y) => direction.y == 0,
                Some(Axis::Z) => direction.z == 0,
            };
            stays && (direction.z, direction.y, direction.x) > (0, 0, 0)
        })
    }
}

/// Consecutive voxels whose neighbours are consecutive too.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    /// The first voxel's number.
    pub from: u32,
    /// Its neighbour's.
    pub to: u32,
    /// How many there are of each.
    pub length: u32,
}

impl Stretch {
    /// The values of the voxels, and those of their neighbours.
    pub fn of<'a, T>(&self, values: &'a [T]) -> (&'a [T], &'a [T]) {
        let part = |first: u32| &values[first as usize..(first + self.length) as usize];
        (part(self.from), part(self.to))
    }
}

/// The pairs of neighbours in one direction. Made once and filled for each direction.
#[derive(Debug, Default)]
pub struct Neighbours {
    /// All pairs, in the order of the first.
    pub stretches: Vec<Stretch>,
    /// The pairs of one level, voxel and neighbour, in the order of the first.
    pub matches: Vec<[u32; 2]>,
}

impl Neighbours {
    /// Finds the pairs.
    pub fn find(&mut self, region: &Region, direction: Direction) {
        self.stretches.clear();
        let mut cursor = Cursor::new(region);
        for row in region.rows() {
            let others = cursor.runs_at(row.z + direction.z, row.y + direction.y);
            self.overlap(region.runs(row), others, direction.x);
        }
    }

    /// The voxels of a row whose neighbours, `shift` further, are in the other row.
    fn overlap(&mut self, runs: &[Run], others: &[Run], shift: i32) {
        let mut others = others.iter();
        let mut other = others.next();
        for run in runs {
            while let Some(neighbour) = other {
                let start = run.start.max(neighbour.start - shift);
                let end = run.end.min(neighbour.end - shift);
                if start < end {
                    let from = run.first + (start - run.start) as u32;
                    let to = neighbour.first + (start + shift - neighbour.start) as u32;
                    self.stretches.push(Stretch { from, to, length: (end - start) as u32 });
                }
                if neighbour.end - shift > run.end {
                    break;
                }
                other = others.next();
            }
        }
    }

    /// Finds those of one level among the pairs.
    pub fn find_matches(&mut self, levels: &Levels) {
        let pairs = self.stretches.iter().map(|stretch| stretch.length as usize).sum();
        self.matches.resize(pairs, [0; 2]);
        let mut found = 0;
        for stretch in &self.stretches {
            let (own, other) = stretch.of(&levels.rank);
            for ((a, b), place) in own.iter().zip(other).zip(0..) {
                // Written always and kept sometimes: a branch would be guessed wrong too often.
                self.matches[found] = [stretch.from + place, stretch.to + place];
                found += usize::from(a == b);
            }
        }
        self.matches.truncate(found);
    }
}
