//! Neighbouring grey tone differences: how far the level of a voxel is from the mean of those around it.

use super::neighbours::Neighbours;
use crate::feature::{Class, Feature, list};
use crate::levels::Levels;

/// The matrix in the making.
pub struct Ngtdm<'a> {
    levels: &'a Levels,
    /// Of each voxel, the sum of its neighbours' levels.
    sums: Vec<u32>,
    /// Of each voxel, how many neighbours it has.
    neighbours: Vec<u8>,
}

/// A grey level that occurs.
struct Tone {
    level: f64,
    /// Its share of the voxels.
    p: f64,
    /// The sum of its voxels' differences.
    s: f64,
}

impl<'a> Ngtdm<'a> {
    pub fn new(levels: &'a Levels) -> Self {
        let voxels = levels.of_voxel.len();
        Self { levels, sums: vec![0; voxels], neighbours: vec![0; voxels] }
    }

    pub fn add(&mut self, neighbours: &Neighbours) {
        for stretch in &neighbours.stretches {
            let (own, other) = stretch.of(&self.levels.of_voxel);
            for (first, levels) in [(stretch.from as usize, other), (stretch.to as usize, own)] {
                // 26 levels of 16 bits do not overflow; a check would keep the loop from using SIMD.
                for (sum, level) in self.sums[first..].iter_mut().zip(levels) {
                    *sum = sum.wrapping_add(u32::from(*level));
                }
                for number in &mut self.neighbours[first..first + levels.len()] {
                    *number = number.wrapping_add(1);
                }
            }
        }
    }

    pub fn features(&self) -> Vec<Feature> {
        let tones = self.tones();
        let voxels = self.sums.len() as f64;
        let tones_present = tones.len() as f64;
        let differences: f64 = tones.iter().map(|tone| tone.s).sum();
        let weighted: f64 = tones.iter().map(|tone| tone.p * tone.s).sum();

        let [mut contrast, mut busyness, mut complexity, mut strength] = [0.0; 4];
        // Every pair once; it counts twice, and a tone with itself adds nothing.
        for (place, a) in tones.iter().enumerate() {
            for b in &tones[..place] {
                let distance = a.level - b.level;
                contrast += a.p * b.p * distance * distance;
                busyness += (a.level * a.p - b.level * b.p).abs();
                complexity += distance * (a.p * a.s + b.p * b.s) / (a.p + b.p);
                strength += (a.p + b.p) * distance * distance;
            }
        }
        let or_zero = |value: f64, divisor: f64| if divisor == 0.0 { 0.0 } else { value / divisor };
        list(
            Class::Ngtdm,
            ["Busyness", "Coarseness", "Complexity", "Contrast", "Strength"],
            [
                or_zero(weighted, 2.0 * busyness),
                if weighted == 0.0 { 1e6 } else { 1.0 / weighted },
                2.0 * complexity / voxels,
                or_zero(2.0 * contrast * differences / voxels, tones_present * (tones_present - 1.0)),
                or_zero(2.0 * strength, differences),
            ],
        )
    }

    fn tones(&self) -> Vec<Tone> {
        let mut differences = vec![0.0; self.levels.number()];
        let voxels = self.levels.of_voxel.iter().zip(&self.levels.rank).zip(self.sums.iter().zip(&self.neighbours));
        for ((level, rank), (sum, neighbours)) in voxels {
            if *neighbours > 0 {
                differences[usize::from(*rank)] += (f64::from(*level) - f64::from(*sum) / f64::from(*neighbours)).abs();
            }
        }
        let voxels = self.sums.len() as f64;
        let counted = self.levels.present.iter().zip(&self.levels.counts).zip(differences);
        counted.map(|((level, count), s)| Tone { level: f64::from(*level), p: f64::from(*count) / voxels, s }).collect()
    }
}
