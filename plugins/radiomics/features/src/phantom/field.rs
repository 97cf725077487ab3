//! Smooth noise and ellipsoids, in whole numbers.

use super::random::Pcg64;

/// Whole numbers on a grid, x fastest.
pub struct Field {
    pub values: Vec<i64>,
    pub size: [usize; 3],
}

impl Field {
    pub fn add(&mut self, other: &Self) {
        for (value, more) in self.values.iter_mut().zip(&other.values) {
            *value += more;
        }
    }
}

/// Random fields, one after the other from one seed.
pub struct Random(Pcg64);

impl Random {
    pub fn new(seed: u32) -> Self {
        Self(Pcg64::new(seed))
    }

    /// Each number from `low` up to but without `high`.
    pub fn field(&mut self, size: [usize; 3], low: i64, high: i64) -> Field {
        let range = (high - low) as u32;
        let voxels = size.iter().product();
        let values = (0..voxels).map(|_| low + i64::from(self.0.below(range))).collect();
        Field { values, size }
    }
}

/// Noise that three moving averages along each axis have smoothed, stretched to go from `low` to `high`.
pub fn smooth(random: &mut Random, size: [usize; 3], radii: [usize; 3], low: i64, high: i64) -> Field {
    let mut field = random.field(size, 0, 1 << 20);
    for _ in 0..3 {
        for axis in [2, 1, 0] {
            average(&mut field, axis, radii[axis]);
        }
    }
    let minimum = field.values.iter().copied().min().unwrap_or(0);
    let range = field.values.iter().copied().max().map_or(1, |maximum| (maximum - minimum).max(1));
    for value in &mut field.values {
        *value = low + ((*value - minimum) * (high - low)).div_euclid(range);
    }
    field
}

/// The mean of 2 · `radius` + 1 values along an axis, rounded down. Beyond an end lies what is at the end.
fn average(field: &mut Field, axis: usize, radius: usize) {
    let stride: usize = field.size[..axis].iter().product();
    let length = field.size[axis];
    let width = 2 * radius + 1;
    let mut line = vec![0; length];
    let starts = (0..field.values.len()).filter(|place| (place / stride).is_multiple_of(length));
    for start in starts {
        for (place, value) in line.iter_mut().enumerate() {
            *value = field.values[start + place * stride];
        }
        let at = |place: usize| line[place.saturating_sub(radius).min(length - 1)];
        let mut sum: i64 = (0..width).map(at).sum();
        for place in 0..length {
            field.values[start + place * stride] = sum.div_euclid(width as i64);
            sum += at(place + width) - at(place);
        }
    }
}

/// 1 inside, 0 outside; centre and radii in half voxels; the field moves the edge, in thousandths.
pub fn ellipsoid(wobble: &Field, centre: [i64; 3], radii: [i64; 3]) -> Vec<u8> {
    let distance =
        |axis: usize, place: usize| (2 * place as i64 - centre[axis]).pow(2) * 1000 / (radii[axis] * radii[axis]);
    let [width, height, _] = wobble.size;
    let is_inside = |(place, edge): (usize, &i64)| {
        let [x, y, z] = [place % width, place / width % height, place / width / height];
        distance(0, x) + distance(1, y) + distance(2, z) + edge <= 1000
    };
    wobble.values.iter().enumerate().map(is_inside).map(u8::from).collect()
}
