//! Grey level co-occurrence: how often two levels are neighbours.

use std::f64::consts::LN_2;

use super::counts::Counts;
use super::mcc::maximal_correlation;
use super::neighbours::Neighbours;
use crate::feature::{Class, Feature, list};
use crate::levels::Levels;
use crate::numeric::{EPSILON, entropy, means, p_log_p};

/// The matrices in the making.
pub struct Glcm<'a> {
    levels: &'a Levels,
    merge: bool,
    /// Pairs of ranks, the lower first.
    counts: Counts,
    values: Vec<[f64; 24]>,
}

/// A cell on or above the diagonal of a symmetrical matrix.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    /// Ranks of levels, `row <= column`.
    pub row: usize,
    /// See `row`.
    pub column: usize,
    /// Its share of the whole matrix.
    pub p: f64,
}

impl Cell {
    /// 2 for a cell that stands for its mirror image too.
    fn weight(&self) -> f64 {
        if self.row == self.column { 1.0 } else { 2.0 }
    }
}

impl<'a> Glcm<'a> {
    pub fn new(levels: &'a Levels, merge: bool) -> Self {
        let counts = Counts::new(levels.number(), levels.number(), levels.rank.len());
        Self { levels, merge, counts, values: Vec::new() }
    }

    pub fn add(&mut self, neighbours: &Neighbours) {
        self.counts.extend(neighbours.stretches.iter().flat_map(|stretch| {
            let (own, other) = stretch.of(&self.levels.rank);
            own.iter().zip(other).map(|(a, b)| (u32::from(*a.min(b)), u32::from(*a.max(b))))
        }));
        if !self.merge {
            self.take();
        }
    }

    pub fn features(mut self) -> Vec<Feature> {
        self.take();
        list(Class::Glcm, NAMES, means(&self.values))
    }

    /// A direction without a pair has no matrix.
    fn take(&mut self) {
        let mut pairs = Vec::new();
        self.counts.take(|row, column, count| pairs.push((row as usize, column as usize, count)));
        if !pairs.is_empty() {
            self.values.push(Matrix::new(self.levels, &pairs).features());
        }
    }
}

/// A symmetrical matrix, normalised.
struct Matrix<'a> {
    levels: &'a Levels,
    cells: Vec<Cell>,
    /// px by rank; py is the same.
    margin: Vec<f64>,
    /// p(x + y = k), in pairs, by k.
    sums: Vec<u64>,
    /// p(|x − y| = k), in pairs, by k.
    differences: Vec<u64>,
    /// All pairs.
    total: f64,
}

impl<'a> Matrix<'a> {
    fn new(levels: &'a Levels, pairs: &[(usize, usize, u32)]) -> Self {
        let total = pairs.iter().map(|(_, _, count)| f64::from(*count)).sum::<f64>();
        let highest = usize::from(levels.highest());
        let mut margin = vec![0.0; levels.number()];
        let (mut sums, mut differences) = (vec![0; 2 * highest + 1], vec![0; highest]);
        let mut cells = Vec::with_capacity(pairs.len());
        for (row, column, count) in pairs.iter().copied() {
            // A pair counts in both orders: half of it at each side of the diagonal, all of it on the diagonal.
            let share = f64::from(count) / (2.0 * total);
            margin[row] += share;
            margin[column] += share;
            cells.push(Cell { row, column, p: if row == column { 2.0 * share } else { share } });
            let [low, high] = [row, column].map(|rank| usize::from(levels.present[rank]));
            sums[low + high] += u64::from(count);
            differences[high - low] += u64::from(count);
        }
        Self { levels, cells, margin, sums, differences, total }
    }

    fn features(&self) -> [f64; 24] {
        let level = |rank: usize| f64::from(self.levels.present[rank]);
        let over_margin =
            |f: &dyn Fn(f64) -> f64| self.margin.iter().enumerate().map(|(rank, p)| p * f(level(rank))).sum::<f64>();
        let mean = over_margin(&|i| i);
        let variance = over_margin(&|i| (i - mean).powi(2));
        let over_cells = |f: &dyn Fn(f64, f64) -> f64| {
            let part = |cell: &Cell| cell.weight() * cell.p * f(level(cell.row), level(cell.column));
            self.cells.iter().map(part).sum::<f64>()
        };
        let covariance = over_cells(&|i, j| (i - mean) * (j - mean));
        let cluster = |power: i32| over_cells(&|i, j| (i + j - 2.0 * mean).powi(power));
        let over_differences = |f: &dyn Fn(f64) -> f64| {
            let present = self.differences.iter().enumerate().filter(|(_, count)| **count > 0);
            present.map(|(k, count)| *count as f64 / self.total * f(k as f64)).sum::<f64>()
        };
        let difference = over_differences(&|k| k);
        let highest = f64::from(self.levels.highest());
        let [imc1, imc2, joint_entropy] = self.information();
        [
            over_cells(&|i, j| i * j),
            cluster(4),
            cluster(3),
            cluster(2),
            over_differences(&|k| k * k),
            if variance == 0.0 { 1.0 } else { covariance / (variance + EPSILON) },
            difference,
            entropy(self.differences.iter().copied(), self.total),
            over_differences(&|k| (k - difference).powi(2)),
            over_differences(&|k| 1.0 / (1.0 + k)),
            over_differences(&|k| 1.0 / (1.0 + k * k)),
            over_differences(&|k| 1.0 / (1.0 + (k / highest).powi(2))),
            over_differences(&|k| 1.0 / (1.0 + k / highest)),
            imc1,
            imc2,
            over_differences(&|k| if k > 0.0 { 1.0 / (k * k) } else { 0.0 }),
            mean,
            self.cells.iter().map(|cell| cell.weight() * cell.p * cell.p).sum(),
            joint_entropy,
            if self.levels.number() == 1 { 1.0 } else { maximal_correlation(&self.cells, &self.margin) },
            self.cells.iter().map(|cell| cell.p).fold(0.0, f64::max),
            2.0 * mean,
            entropy(self.sums.iter().copied(), self.total),
            variance,
        ]
    }

    /// The two informational measures of correlation, and the joint entropy.
    ///
    /// The entropies of the product of the margins run over all pairs of levels; with
    /// log₂(a·b + ε) = log₂ a + log₂ b + ε/(a·b·ln 2) + …, whose next term is far below rounding, they do not have to.
    fn information(&self) -> [f64; 3] {
        let joint = -self.cells.iter().map(|cell| cell.weight() * p_log_p(cell.p)).sum::<f64>();
        let present = || self.margin.iter().copied().filter(|p| *p > 0.0);
        let number = present().count();
        if number == 1 {
            return [0.0, 0.0, joint];
        }
        let own = -present().map(p_log_p).sum::<f64>();
        let twice = -2.0 * present().map(|p| p * p.log2()).sum::<f64>();
        let ratio = |cell: &Cell| cell.weight() * cell.p / (self.margin[cell.row] * self.margin[cell.column]);
        let expected = twice - self.cells.iter().map(ratio).sum::<f64>() * EPSILON / LN_2;
        let independent = twice - (number * number) as f64 * EPSILON / LN_2;
        let gain = independent - joint;
        // Of independent levels the difference is 0 and what remains is rounding, whose root would not be small.
        let imc2 = if gain < 1e-14 { 0.0 } else { (1.0 - (-2.0 * gain).exp()).sqrt() };
        [(joint - expected) / own, imc2, joint]
    }
}

const NAMES: [&str; 24] = [
    "Autocorrelation",
    "ClusterProminence",
    "ClusterShade",
    "ClusterTendency",
    "Contrast",
    "Correlation",
    "DifferenceAverage",
    "DifferenceEntropy",
    "DifferenceVariance",
    "Id",
    "Idm",
    "Idmn",
    "Idn",
    "Imc1",
    "Imc2",
    "InverseVariance",
    "JointAverage",
    "JointEnergy",
    "JointEntropy",
    "MCC",
    "MaximumProbability",
    "SumAverage",
    "SumEntropy",
    "SumSquares",
];
