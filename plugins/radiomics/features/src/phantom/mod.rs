//! Synthetic volumes: the same bytes on every machine, for tests and measurements.
//!
//! They are smooth noise in a wobbly ellipsoid, as the published reference values have been computed on: NumPy's
//! random numbers and whole numbers only.

mod field;
mod random;

use crate::{Error, Feature, Settings, Volume, Voxels, extract};
use field::{Field, Random, ellipsoid, smooth};

/// An image, its mask with the label 1, and their geometry.
#[derive(Clone, Debug)]
pub struct Phantom<T> {
    /// x fastest, then y, then z.
    pub image: Vec<T>,
    /// As `image`.
    pub mask: Vec<u8>,
    /// In x, y and z.
    pub size: [usize; 3],
    /// In x, y and z, in mm.
    pub spacing: [f64; 3],
}

/// 32 × 32 × 32 at 1 mm, a compact body of 5,213 voxels.
pub fn small32() -> Phantom<f32> {
    let mut random = Random::new(32_001);
    let size = [32; 3];
    let mut image = smooth(&mut random, size, [2; 3], 480, 7600);
    image.add(&random.field(size, -480, 481));
    let wobble = smooth(&mut random, size, [3; 3], -250, 250);
    let mask = ellipsoid(&wobble, [30, 33, 31], [24, 22, 20]);
    let image = image.values.iter().map(|value| i16_of(*value)).map(|value| f32::from(value) / 8.0).collect();
    Phantom { image, mask, size, spacing: [1.0; 3] }
}

/// 96 × 96 × 48 at 0.7 × 0.7 × 3 mm, a compact body of 19,755 voxels.
pub fn aniso96() -> Phantom<i16> {
    let mut random = Random::new(96_048);
    let size = [96, 96, 48];
    let mut image = smooth(&mut random, size, [7, 7, 3], 0, 1600);
    image.add(&smooth(&mut random, size, [2, 2, 1], 0, 900));
    image.add(&random.field(size, -90, 91));
    let wobble = smooth(&mut random, size, [4, 4, 2], -200, 200);
    let mask = ellipsoid(&wobble, [93, 98, 46], [45, 48, 18]);
    phantom(&image, mask, [0.7, 0.7, 3.0])
}

/// 24 × 20 × 16 at 1.5 × 1 × 2 mm, a body of 884 voxels that are all 100.
pub fn constant24() -> Phantom<i16> {
    let mut random = Random::new(24_016);
    let size = [24, 20, 16];
    let image = random.field(size, -50, 400);
    let wobble = smooth(&mut random, size, [1; 3], -200, 200);
    let mask = ellipsoid(&wobble, [24, 19, 15], [15, 12, 9]);
    let mut phantom = phantom(&image, mask, [1.5, 1.0, 2.0]);
    for (value, _) in phantom.image.iter_mut().zip(&phantom.mask).filter(|(_, label)| **label == 1) {
        *value = 100;
    }
    phantom
}

/// 256 × 256 × 120 at 0.8 × 0.8 × 2 mm, a body of about 200,000 voxels in its middle; around it is nothing.
pub fn large256() -> Phantom<i16> {
    let mut random = Random::new(256_120);
    let inner = [90, 84, 64];
    let mut image = smooth(&mut random, inner, [6, 6, 4], 0, 1500);
    image.add(&random.field(inner, -120, 121));
    let wobble = smooth(&mut random, inner, [3, 3, 2], -200, 200);
    let mask = ellipsoid(&wobble, [90, 83, 63], [84, 79, 59]);
    phantom(&image, mask, [0.8, 0.8, 2.0]).inside([256, 256, 120])
}

fn phantom(image: &Field, mask: Vec<u8>, spacing: [f64; 3]) -> Phantom<i16> {
    let values = image.values.iter().map(|value| i16_of(*value)).collect();
    Phantom { image: values, mask, size: image.size, spacing }
}

fn i16_of(value: i64) -> i16 {
    i16::try_from(value).expect("every phantom has values of 16 bits")
}

impl<T> Phantom<T>
where
    for<'a> Voxels<'a>: From<&'a [T]>,
{
    /// The features of its body.
    pub fn features(&self, settings: &Settings) -> Result<Vec<Feature>, Error> {
        let image = Volume::new(self.image.as_slice().into(), self.size, self.spacing)?;
        let mask = Volume::new(self.mask.as_slice().into(), self.size, self.spacing)?;
        extract(&image, &mask, 1, settings)
    }
}

impl<T: Copy + Default> Phantom<T> {
    /// In the middle of a larger volume of nothing.
    fn inside(self, size: [usize; 3]) -> Self {
        let voxels = size.iter().product();
        let (mut image, mut mask) = (vec![T::default(); voxels], vec![0; voxels]);
        let margin: [usize; 3] = std::array::from_fn(|axis| (size[axis] - self.size[axis]) / 2);
        for (row, from) in (0..self.image.len()).step_by(self.size[0]).enumerate() {
            let (y, z) = (row % self.size[1] + margin[1], row / self.size[1] + margin[2]);
            let to = (z * size[1] + y) * size[0] + margin[0];
            image[to..to + self.size[0]].copy_from_slice(&self.image[from..from + self.size[0]]);
            mask[to..to + self.size[0]].copy_from_slice(&self.mask[from..from + self.size[0]]);
        }
        Self { image, mask, size, spacing: self.spacing }
    }
}
