//! First order statistics: the intensities, wherever they lie.

use crate::feature::{Class, Feature, list};
use crate::levels::Levels;
use crate::numeric::{entropy, sum};
use crate::region::Region;

/// The 18 features.
pub fn features(region: &Region, levels: &Levels) -> Vec<Feature> {
    let values = region.values();
    let n = values.len() as f64;
    let (minimum, maximum) = (region.minimum(), region.maximum());
    // From the minimum: a flat region then has exactly its value as mean.
    let mean = minimum + sum(values, |x| x - minimum) / n;
    let moment = |power: i32| sum(values, |x| (x - mean).powi(power)) / n;
    let (variance, third, fourth) = (moment(2), moment(3), moment(4));
    let standardised = |moment: f64, power: f64| if variance == 0.0 { 0.0 } else { moment / variance.powf(power) };
    let energy = sum(values, |x| x * x);
    let [p10, p25, median, p75, p90] = percentiles(values, [10.0, 25.0, 50.0, 75.0, 90.0]);

    list(
        Class::FirstOrder,
        NAMES,
        [
            p10,
            p90,
            energy,
            entropy(levels.counts.iter().copied().map(u64::from), n),
            p75 - p25,
            standardised(fourth, 2.0),
            maximum,
            sum(values, |x| (x - mean).abs()) / n,
            mean,
            median,
            minimum,
            maximum - minimum,
            robust_deviation(values, p10, p90),
            (energy / n).sqrt(),
            standardised(third, 1.5),
            energy * region.voxel_volume(),
            levels.counts.iter().map(|count| (f64::from(*count) / n).powi(2)).sum(),
            variance,
        ],
    )
}

const NAMES: [&str; 18] = [
    "10Percentile",
    "90Percentile",
    "Energy",
    "Entropy",
    "InterquartileRange",
    "Kurtosis",
    "Maximum",
    "MeanAbsoluteDeviation",
    "Mean",
    "Median",
    "Minimum",
    "Range",
    "RobustMeanAbsoluteDeviation",
    "RootMeanSquared",
    "Skewness",
    "TotalEnergy",
    "Uniformity",
    "Variance",
];

/// The mean distance from the mean of the values between the percentiles, not a number if there are none.
fn robust_deviation(values: &[f64], low: f64, high: f64) -> f64 {
    let is_inside = |x: f64| f64::from(u8::from(x >= low && x <= high));
    let count = sum(values, is_inside);
    let mean = low + sum(values, |x| is_inside(x) * (x - low)) / count;
    sum(values, |x| is_inside(x) * (x - mean).abs()) / count
}

/// Percentiles in ascending order, interpolated linearly between the two nearest values.
fn percentiles<const N: usize>(values: &[f64], wanted: [f64; N]) -> [f64; N] {
    let mut values = values.to_vec();
    let last = (values.len() - 1) as f64;
    // Everything before `settled` is in its place, and not above what follows.
    let mut settled = 0;
    wanted.map(|percent| {
        let position = last * percent / 100.0;
        let place = position as usize;
        let (_, below, above) = values[settled..].select_nth_unstable_by(place - settled, f64::total_cmp);
        let below = *below;
        let next = above.iter().copied().fold(f64::INFINITY, f64::min);
        settled = place;
        let fraction = position - position.floor();
        if fraction == 0.0 { below } else { below + (next - below) * fraction }
    })
}
