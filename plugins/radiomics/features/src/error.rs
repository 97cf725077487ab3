//! What is wrong with an input.

use thiserror::Error;

/// Why no features can be computed.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// The data do not fill the size.
    #[error("{found} voxels were given where the size {size:?} asks for {expected}")]
    Length {
        /// In x, y and z.
        size: [usize; 3],
        /// Their product.
        expected: usize,
        /// Voxels given.
        found: usize,
    },
    /// A size of zero, or of a million voxels along an axis.
    #[error("the size {0:?} is not that of an image")]
    Size([usize; 3]),
    /// A spacing that is not a positive number.
    #[error("the spacing {0:?} is not positive in every direction")]
    Spacing([f64; 3]),
    /// Image and mask differ in size.
    #[error("the mask has the size {mask:?}, the image {image:?}")]
    SizeMismatch {
        /// In x, y and z.
        image: [usize; 3],
        /// In x, y and z.
        mask: [usize; 3],
    },
    /// Image and mask differ in spacing.
    #[error("the mask has the spacing {mask:?} mm, the image {image:?} mm")]
    SpacingMismatch {
        /// In x, y and z.
        image: [f64; 3],
        /// In x, y and z.
        mask: [f64; 3],
    },
    /// Fewer or more slices than the size says.
    #[error("slice {found} was given or is missing: the volume has {expected}")]
    Slices {
        /// Slices in the size.
        expected: usize,
        /// Slices given.
        found: usize,
    },
    /// A mask of one value: it is empty, or covers the whole image.
    #[error("nothing is segmented: every voxel of the mask has the same value")]
    NothingSegmented,
    /// The mask has other labels only.
    #[error("the mask has no voxel with the label {0}")]
    LabelAbsent(u32),
    /// More voxels than can be numbered.
    #[error("the region has too many voxels")]
    TooManyVoxels,
    /// One voxel has no shape and no texture.
    #[error("the region is a single voxel")]
    SingleVoxel,
    /// A line where a plane is asked for, or a plane where a body is.
    #[error("the region extends in {found} dimensions, and {required} are required")]
    TooFewDimensions {
        /// Axes along which the region is longer than one voxel.
        found: usize,
        /// What the settings ask for.
        required: usize,
    },
    /// An infinite value or none at all, inside the region.
    #[error("the voxel at x {}, y {}, z {} of the region is not a finite number", .0[0], .0[1], .0[2])]
    NotFinite([usize; 3]),
    /// A bin width that is not a positive number, or a bin count of zero.
    #[error("the bins have no positive width or number")]
    Bins,
    /// Matrices of so many levels have no bound.
    #[error("the region has more than {limit} grey levels: wider or fewer bins are needed")]
    TooManyLevels {
        /// What the settings allow.
        limit: u16,
    },
}
