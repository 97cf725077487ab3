//! The radiomics features of a region of an image: what a number of published definitions say about its
//! intensities, its shape and its texture.
//!
//! Seven classes, 107 features, named and computed as PyRadiomics 3 does; most follow the Image Biomarker
//! Standardisation Initiative (IBSI). An image and a mask of the same size go in, a list of values comes out:
//!
//! ```
//! use ward_radiomics_features::{Settings, Volume, extract};
//!
//! // Three slices of 4 × 4 voxels; the region is the cube of 2 × 2 × 2 in the middle of the first two.
//! let image: Vec<i16> = (0..48).map(|voxel| voxel * 7 % 100).collect();
//! let mask: Vec<u8> = (0..48).map(|v| u8::from(v < 32 && [5, 6, 9, 10].contains(&(v % 16)))).collect();
//! let (size, spacing) = ([4, 4, 3], [0.5, 0.5, 2.0]);
//! let features = extract(
//!     &Volume::new(image.as_slice().into(), size, spacing)?,
//!     &Volume::new(mask.as_slice().into(), size, spacing)?,
//!     1,
//!     &Settings::default(),
//! )?;
//! assert_eq!(features.len(), 107);
//! let volume = features.iter().find(|feature| feature.to_string() == "shape_VoxelVolume");
//! assert_eq!(volume.and_then(|feature| feature.value), Some(8.0 * 0.5));
//! # Ok::<(), ward_radiomics_features::Error>(())
//! ```
//!
//! A volume that is too large to be held can be given slice by slice, with a [`RegionBuilder`]: what is kept
//! is proportional to the region, not to the volume.

#![expect(clippy::cast_possible_wrap, reason = "sizes have fewer than 2^20 voxels along each axis")]
#![expect(clippy::float_cmp, reason = "what is compared is exact: labels, and values with themselves")]
#![expect(clippy::cast_precision_loss, reason = "counts and coordinates stay far below 2^53")]
#![expect(clippy::cast_possible_truncation, reason = "a region has fewer than 2^32 voxels: the builder sees to it")]
#![expect(clippy::cast_sign_loss, reason = "levels, lengths and distances are not negative")]
#![expect(clippy::similar_names, reason = "the definitions' own names: px, py, hx, hxy")]

mod error;
mod feature;
mod firstorder;
mod levels;
mod numeric;
pub mod phantom;
mod region;
mod settings;
mod shape;
mod texture;
mod volume;

pub use error::Error;
pub use feature::{Class, Feature};
pub use region::{Region, RegionBuilder};
pub use settings::{Axis, Bins, Settings};
pub use volume::{Volume, Voxels};

use levels::Levels;

/// The features of the voxels whose mask is `label`.
pub fn extract(image: &Volume<'_>, mask: &Volume<'_>, label: u32, settings: &Settings) -> Result<Vec<Feature>, Error> {
    Region::new(image, mask, label)?.features(settings)
}

impl Region {
    /// The features of the classes that the settings name, sorted by class and name.
    pub fn features(&self, settings: &Settings) -> Result<Vec<Feature>, Error> {
        self.check_dimensions(settings.minimum_dimensions)?;
        let mut features = Vec::new();
        if settings.has(Class::Shape) {
            features.extend(shape::features(self));
        }
        if settings.classes.iter().any(|class| *class != Class::Shape) {
            let levels = Levels::new(self, settings.bins, settings.maximum_levels)?;
            if settings.has(Class::FirstOrder) {
                features.extend(firstorder::features(self, &levels));
            }
            features.extend(texture::features(self, &levels, settings));
        }
        features.sort_unstable_by_key(|feature| (feature.class, feature.name));
        Ok(features)
    }
}
