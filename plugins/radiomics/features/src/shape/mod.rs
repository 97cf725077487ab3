//! Shape: what the mask alone says.

mod axes;
mod cubes;
mod diameters;
mod mesh;
mod sweep;

use std::f64::consts::PI;

use crate::feature::{Class, Feature, list};
use crate::region::Region;

/// The 14 features.
pub fn features(region: &Region) -> Vec<Feature> {
    let mesh = mesh::Mesh::new(region);
    let (volume, area) = (mesh.volume, mesh.area);
    let diameters = diameters::Diameters::new(&mesh.vertices, region);
    let [across_x, across_y, across_z] = diameters.in_planes;
    let [least, minor, major] = axes::variances(region);
    let length = |variance: f64| 4.0 * variance.sqrt();

    list(
        Class::Shape,
        NAMES,
        [
            (minor / major).sqrt(),
            (least / major).sqrt(),
            length(least),
            length(major),
            across_y,
            across_x,
            across_z,
            diameters.in_space,
            volume,
            length(minor),
            (36.0 * PI * volume * volume).cbrt() / area,
            area,
            area / volume,
            region.voxels() as f64 * region.voxel_volume(),
        ],
    )
}

const NAMES: [&str; 14] = [
    "Elongation",
    "Flatness",
    "LeastAxisLength",
    "MajorAxisLength",
    "Maximum2DDiameterColumn",
    "Maximum2DDiameterRow",
    "Maximum2DDiameterSlice",
    "Maximum3DDiameter",
    "MeshVolume",
    "MinorAxisLength",
    "Sphericity",
    "SurfaceArea",
    "SurfaceVolumeRatio",
    "VoxelVolume",
];
