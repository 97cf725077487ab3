//! How features are computed.

use crate::feature::Class;

/// How intensities become grey levels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bins {
    /// Bins of this width, with edges at its multiples.
    Width(f64),
    /// So many bins of equal width between the region's minimum and maximum.
    Count(u32),
}

/// A direction of the image's grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Along a row.
    X,
    /// Along a column.
    Y,
    /// From slice to slice.
    Z,
}

/// What is computed and how. The defaults are those of PyRadiomics.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The classes wanted.
    pub classes: Vec<Class>,
    /// Grey levels.
    pub bins: Bins,
    /// Textures within the slices across this axis only, each voxel with 8 neighbours; otherwise all 26 count.
    pub slices_across: Option<Axis>,
    /// Co-occurrences and runs of all directions in one matrix, instead of the mean over a matrix for each.
    pub merge_directions: bool,
    /// Axes along which the region must be longer than one voxel.
    pub minimum_dimensions: usize,
    /// Grey levels beyond which a region is refused.
    pub maximum_levels: u16,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            classes: Class::ALL.to_vec(),
            bins: Bins::Width(25.0),
            slices_across: None,
            merge_directions: false,
            minimum_dimensions: 2,
            maximum_levels: 8192,
        }
    }
}

impl Settings {
    pub(crate) fn has(&self, class: Class) -> bool {
        self.classes.contains(&class)
    }
}
