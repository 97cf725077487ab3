//! The values that come out, and their names.

use std::fmt;

/// A family of features.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// The mask's body: volume, surface, diameters, axes. 14 features.
    Shape,
    /// The distribution of the intensities. 18 features.
    FirstOrder,
    /// Grey level co-occurrence: which levels are neighbours. 24 features.
    Glcm,
    /// Grey level dependence: how many neighbours share a voxel's level. 14 features.
    Gldm,
    /// Grey level run length: how long lines of one level are. 16 features.
    Glrlm,
    /// Grey level size zone: how large connected zones of one level are. 16 features.
    Glszm,
    /// Neighbouring grey tone difference: how far voxels are from their surroundings. 5 features.
    Ngtdm,
}

impl Class {
    /// All seven.
    pub const ALL: [Self; 7] =
        [Self::Shape, Self::FirstOrder, Self::Glcm, Self::Gldm, Self::Glrlm, Self::Glszm, Self::Ngtdm];

    /// The name that PyRadiomics gives it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shape => "shape",
            Self::FirstOrder => "firstorder",
            Self::Glcm => "glcm",
            Self::Gldm => "gldm",
            Self::Glrlm => "glrlm",
            Self::Glszm => "glszm",
            Self::Ngtdm => "ngtdm",
        }
    }
}

/// One feature of a region. Displayed as `glcm_Contrast`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Feature {
    /// Its family.
    pub class: Class,
    /// Its name in the family.
    pub name: &'static str,
    /// `None` where the definition gives no number for this region.
    pub value: Option<f64>,
}

impl Feature {
    pub(crate) fn new(class: Class, name: &'static str, value: f64) -> Self {
        Self { class, name, value: value.is_finite().then_some(value) }
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.class.name(), self.name)
    }
}

/// Features of one class from names and values in the same order.
pub(crate) fn list<const N: usize>(class: Class, names: [&'static str; N], values: [f64; N]) -> Vec<Feature> {
    names.into_iter().zip(values).map(|(name, value)| Feature::new(class, name, value)).collect()
}
