//! Sums, means and logarithms.

/// What PyRadiomics adds to every argument of a logarithm: the distance from 1 to the next double.
pub const EPSILON: f64 = f64::EPSILON;

/// Σ f(x), in blocks and lanes: quick, and less rounding than one running sum.
pub fn sum(values: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    const LANES: usize = 8;
    let block = |block: &[f64]| {
        let mut lanes = [0.0; LANES];
        let (chunks, rest) = block.as_chunks::<LANES>();
        for chunk in chunks {
            for (lane, value) in lanes.iter_mut().zip(chunk) {
                *lane += f(*value);
            }
        }
        lanes.iter().sum::<f64>() + rest.iter().map(|value| f(*value)).sum::<f64>()
    };
    values.chunks(2048).map(block).sum()
}

/// −Σ p·log₂(p + ε) over counts that make up `total`.
pub fn entropy(counts: impl IntoIterator<Item = u64>, total: f64) -> f64 {
    -counts.into_iter().filter(|count| *count > 0).map(|count| p_log_p(count as f64 / total)).sum::<f64>()
}

/// p·log₂(p + ε).
pub fn p_log_p(p: f64) -> f64 {
    p * (p + EPSILON).log2()
}

/// The mean of each feature over directions. A direction whose value is not a number is left out.
pub fn means<const N: usize>(directions: &[[f64; N]]) -> [f64; N] {
    std::array::from_fn(|feature| {
        let values = directions.iter().map(|values| values[feature]).filter(|value| !value.is_nan());
        let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
        sum / count
    })
}
