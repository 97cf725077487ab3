//! The region: its voxels as runs along x, and their intensities. Nothing is kept of what lies around it.

mod builder;
mod cursor;

pub use builder::RegionBuilder;
pub use cursor::Cursor;

use std::ops::Range;

use crate::error::Error;
use crate::volume::Volume;

/// Voxels of a mask with one label, and their intensities.
#[derive(Clone, Debug)]
pub struct Region {
    spacing: [f64; 3],
    /// Sorted by z and y; none is empty.
    rows: Vec<Row>,
    /// Row after row, sorted by x; two in a row never touch.
    runs: Vec<Run>,
    /// Run after run.
    values: Vec<f64>,
    /// First voxel and last, in x, y and z.
    bounds: [[i32; 3]; 2],
    minimum: f64,
    maximum: f64,
    /// The image's type was `f32`.
    is_single: bool,
}

/// The runs with one z and y.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub z: i32,
    pub y: i32,
    runs: [u32; 2],
}

/// Consecutive voxels along x.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// The first voxel.
    pub start: i32,
    /// The voxel after the last.
    pub end: i32,
    /// The number of the first voxel among the region's.
    pub first: u32,
}

impl Region {
    /// The voxels of `image` whose mask is `label`.
    pub fn new(image: &Volume<'_>, mask: &Volume<'_>, label: u32) -> Result<Self, Error> {
        if image.size() != mask.size() {
            return Err(Error::SizeMismatch { image: image.size(), mask: mask.size() });
        }
        let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-6 * a.abs();
        if !image.spacing().iter().zip(&mask.spacing()).all(near) {
            return Err(Error::SpacingMismatch { image: image.spacing(), mask: mask.spacing() });
        }
        let mut builder = RegionBuilder::new(image.size(), image.spacing(), label)?;
        for z in 0..image.size()[2] {
            builder.push_slice(image.slice(z), mask.slice(z))?;
        }
        builder.finish()
    }

    /// The number of its voxels.
    pub fn voxels(&self) -> usize {
        self.values.len()
    }

    /// The intensities, x fastest, then y, then z.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The smallest intensity.
    pub fn minimum(&self) -> f64 {
        self.minimum
    }

    /// The largest intensity.
    pub fn maximum(&self) -> f64 {
        self.maximum
    }

    /// In x, y and z, in millimetres.
    pub fn spacing(&self) -> [f64; 3] {
        self.spacing
    }

    /// The box around it: voxels from and to, in x, y and z.
    pub fn bounding_box(&self) -> [Range<usize>; 3] {
        std::array::from_fn(|axis| self.bounds[0][axis] as usize..self.bounds[1][axis] as usize + 1)
    }

    /// The volume of a voxel, in mm³.
    pub(crate) fn voxel_volume(&self) -> f64 {
        self.spacing.iter().product()
    }

    pub(crate) fn is_single(&self) -> bool {
        self.is_single
    }

    pub(crate) fn first_corner(&self) -> [i32; 3] {
        self.bounds[0]
    }

    /// The length of the box around it, in voxels.
    pub(crate) fn extents(&self) -> [usize; 3] {
        self.bounding_box().map(|range| range.len())
    }

    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    pub(crate) fn runs(&self, row: &Row) -> &[Run] {
        &self.runs[row.runs[0] as usize..row.runs[1] as usize]
    }

    /// Every run with its row.
    pub(crate) fn all_runs(&self) -> impl Iterator<Item = (&Row, &Run)> {
        self.rows.iter().flat_map(|row| self.runs(row).iter().map(move |run| (row, run)))
    }

    pub(crate) fn check_dimensions(&self, required: usize) -> Result<(), Error> {
        let found = self.extents().iter().filter(|length| **length > 1).count();
        if found < required {
            return Err(Error::TooFewDimensions { found, required });
        }
        Ok(())
    }
}
