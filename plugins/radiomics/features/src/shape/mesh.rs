//! The surface mesh: its volume, its area and its vertices.

use super::cubes::{SURFACES, Surface};
use super::sweep::{Stretch, sweep};
use crate::region::Region;

/// What the features need of the mesh. No triangle is ever made: cubes are counted by their kind.
pub struct Mesh {
    /// Enclosed, in mm³.
    pub volume: f64,
    /// In mm².
    pub area: f64,
    /// In half voxels from the first corner of the box around the region with a margin of one voxel.
    pub vertices: Vec<[i32; 3]>,
}

/// Cubes of one kind.
#[derive(Clone, Copy, Default)]
struct Kind {
    count: i64,
    /// The sum of the doubled coordinates of their first corners.
    places: [i64; 3],
}

impl Mesh {
    pub fn new(region: &Region) -> Self {
        let mut kinds = [Kind::default(); 256];
        let mut vertices = Vec::new();
        // The origin is the first corner of the box around the region with a margin of one voxel. It matters only
        // where PyRadiomics' surface does not close, which it need not where voxels touch along an edge.
        let origin = region.first_corner().map(|first| first - 1);
        sweep(region, |stretch| {
            count_cubes(&mut kinds, &stretch, origin);
            push_vertices(&mut vertices, &stretch, origin);
        });
        Self { volume: volume(&kinds) * region.voxel_volume(), area: area(&kinds, region.spacing()), vertices }
    }
}

fn count_cubes(kinds: &mut [Kind; 256], stretch: &Stretch, origin: [i32; 3]) {
    let mut add = |before: u8, state: u8, start: i32, count: i32| {
        let kind = &mut kinds[usize::from(spread(before) | spread(state) << 1)];
        let place = [start, stretch.y, stretch.z];
        let [x, y, z] = std::array::from_fn(|axis| i64::from(place[axis] - origin[axis]));
        let n = i64::from(count);
        kind.count += n;
        // Doubled coordinates of `n` cubes in a row: 2x, 2x + 2, …
        kind.places[0] += n * (2 * x + n - 1);
        kind.places[1] += n * 2 * y;
        kind.places[2] += n * 2 * z;
    };
    add(stretch.before, stretch.state, stretch.start - 1, 1);
    if stretch.length > 1 {
        add(stretch.state, stretch.state, stretch.start, stretch.length - 1);
    }
}

/// The bits of four rows as the corners with x = 0 of a cube.
fn spread(state: u8) -> u8 {
    (0..4).fold(0, |corners, row| corners | (state >> row & 1) << (2 * row))
}

/// The middles of the edges from the first of the four rows that cross the surface.
fn push_vertices(vertices: &mut Vec<[i32; 3]>, stretch: &Stretch, origin: [i32; 3]) {
    let Stretch { y, z, start, length, before, state } = *stretch;
    let (start, y, z) = (start - origin[0], 2 * (y - origin[1]), 2 * (z - origin[2]));
    if (before ^ state) & 1 == 1 {
        vertices.push([2 * start - 1, y, z]);
    }
    let along = |dy, dz| (start..start + length).map(move |x| [2 * x, y + dy, z + dz]);
    if (state ^ state >> 1) & 1 == 1 {
        vertices.extend(along(1, 0));
    }
    if (state ^ state >> 2) & 1 == 1 {
        vertices.extend(along(0, 1));
    }
}

/// In voxels: the sixth of Σ a·(b × c). Moving a triangle by o adds o·((b − a) × (c − a)), its normal.
fn volume(kinds: &[Kind; 256]) -> f64 {
    let part = |(kind, surface): (&Kind, &Surface)| {
        let sum = surface
            .normals
            .iter()
            .fold([0; 3], |sum: [i64; 3], normal| std::array::from_fn(|axis| sum[axis] + i64::from(normal[axis])));
        let moved: i64 = sum.iter().zip(kind.places).map(|(normal, place)| normal * place).sum();
        kind.count * i64::from(surface.determinants) + moved
    };
    let sum: i64 = kinds.iter().zip(SURFACES.iter()).map(part).sum();
    // Doubled coordinates make eight of one.
    sum as f64 / 48.0
}

fn area(kinds: &[Kind; 256], [x, y, z]: [f64; 3]) -> f64 {
    let scale = [y * z, x * z, x * y];
    let triangle = |normal: &[i32; 3]| {
        let squares = normal.iter().zip(scale).map(|(side, scale)| (f64::from(*side) * scale).powi(2));
        squares.sum::<f64>().sqrt() / 8.0
    };
    let surface = |surface: &Surface| surface.normals.iter().map(triangle).sum::<f64>();
    let used = kinds.iter().zip(SURFACES.iter()).filter(|(kind, _)| kind.count > 0);
    used.map(|(kind, of_kind)| kind.count as f64 * surface(of_kind)).sum()
}
