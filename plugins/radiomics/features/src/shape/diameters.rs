//! The largest distances between vertices of the mesh.
//!
//! Two points that are farthest apart are corners of the convex hull, of their plane as of all. So every plane
//! across an axis keeps the corners of its hull only, and of the whole mesh remains what three such passes leave.

use std::cmp::Ordering;

use crate::region::Region;

type Point = [i32; 3];

/// The largest distances between two vertices, in mm.
pub struct Diameters {
    /// Of those in one plane across x, y and z.
    pub in_planes: [f64; 3],
    /// Of any.
    pub in_space: f64,
}

impl Diameters {
    /// Vertices in half voxels, none negative.
    pub fn new(vertices: &[Point], region: &Region) -> Self {
        let [(x, _), (y, _), (z, corners)] = [0, 1, 2].map(|axis| across(vertices, axis, region));
        let corners = [1, 0].into_iter().fold(corners, |corners, axis| across(&corners, axis, region).1);
        Self { in_planes: [x, y, z], in_space: farthest_of_all(&corners, region) }
    }
}

/// The largest distance in the planes across an axis, and the corners of their hulls.
fn across(vertices: &[Point], axis: usize, region: &Region) -> (f64, Vec<Point>) {
    let (mut largest, mut corners) = (0.0, Vec::new());
    hulls(vertices, axis, |hull| {
        if box_diagonal(hull, region) > largest {
            largest = farthest(hull, largest, region);
        }
        corners.extend_from_slice(hull);
    });
    (largest.sqrt(), corners)
}

fn farthest_of_all(vertices: &[Point], region: &Region) -> f64 {
    // From the outermost inwards: when two radii together are too short, so are all that follow.
    let middle: [f64; 3] = std::array::from_fn(|axis| {
        let ends = vertices.iter().fold([i32::MAX, i32::MIN], |[low, high], v| [low.min(v[axis]), high.max(v[axis])]);
        f64::from(ends[0] + ends[1]) / 2.0
    });
    let radius = |vertex: &Point| {
        let square = |axis: usize| ((f64::from(vertex[axis]) - middle[axis]) * region.spacing()[axis] / 2.0).powi(2);
        (0..3).map(square).sum::<f64>().sqrt()
    };
    let mut around: Vec<(f64, Point)> = vertices.iter().map(|vertex| (radius(vertex), *vertex)).collect();
    around.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    let mut largest: f64 = 0.0;
    for (place, (radius, vertex)) in around.iter().enumerate() {
        let bound = largest.sqrt() - radius;
        for (_, other) in around[place + 1..].iter().take_while(|(other, _)| *other >= bound) {
            largest = largest.max(square_distance(*vertex, *other, region));
        }
    }
    largest.sqrt()
}

/// In mm².
fn square_distance(a: Point, b: Point, region: &Region) -> f64 {
    let side = |axis: usize| f64::from(a[axis] - b[axis]) * region.spacing()[axis] / 2.0;
    side(0).powi(2) + side(1).powi(2) + side(2).powi(2)
}

fn farthest(points: &[Point], at_least: f64, region: &Region) -> f64 {
    let pairs = points.iter().enumerate().flat_map(|(place, a)| points[..place].iter().map(move |b| (*a, *b)));
    pairs.fold(at_least, |largest, (a, b)| largest.max(square_distance(a, b, region)))
}

/// No two of the points are farther apart, in mm².
fn box_diagonal(points: &[Point], region: &Region) -> f64 {
    let low = points.iter().fold([i32::MAX; 3], |low, point| std::array::from_fn(|axis| low[axis].min(point[axis])));
    let high = points.iter().fold([i32::MIN; 3], |high, point| std::array::from_fn(|axis| high[axis].max(point[axis])));
    square_distance(low, high, region)
}

/// Calls `visit` with the corners of the convex hull of each plane across `axis`.
fn hulls(points: &[Point], axis: usize, mut visit: impl FnMut(&[Point])) {
    let (u, v) = ((axis + 1) % 3, (axis + 2) % 3);
    let points = sorted(points, [axis, u, v]);
    let mut hull = Vec::new();
    for plane in points.chunk_by(|a, b| a[axis] == b[axis]) {
        hull.clear();
        half_hull(&mut hull, plane.iter(), u, v);
        half_hull(&mut hull, plane.iter().rev(), u, v);
        visit(&hull);
    }
}

/// Sorted by the coordinates in this order. As one number they are compared at once, and there is room for three.
fn sorted(points: &[Point], order: [usize; 3]) -> Vec<Point> {
    const BITS: u32 = u64::BITS / 3;
    let key = |point: &Point| order.iter().fold(0, |key, axis| key << BITS | u64::from(point[*axis].unsigned_abs()));
    let mut keys: Vec<u64> = points.iter().map(key).collect();
    keys.sort_unstable();
    let point = |key: u64| {
        let mut point = [0; 3];
        for (place, axis) in order.iter().rev().enumerate() {
            point[*axis] = (key >> (BITS * place as u32) & ((1 << BITS) - 1)) as i32;
        }
        point
    };
    keys.into_iter().map(point).collect()
}

/// Adds one side of the hull of sorted points: each turns to the left of the two before it.
fn half_hull<'a>(hull: &mut Vec<Point>, points: impl Iterator<Item = &'a Point>, u: usize, v: usize) {
    let from = hull.len();
    let turn = |a: Point, b: Point, c: Point| {
        let side = |p: Point, axis: usize| i64::from(p[axis] - a[axis]);
        (side(b, u) * side(c, v)).cmp(&(side(b, v) * side(c, u)))
    };
    for point in points {
        while let [.., a, b] = hull[from..] {
            if turn(a, b, *point) == Ordering::Greater {
                break;
            }
            hull.pop();
        }
        hull.push(*point);
    }
    // The last begins the other side.
    if hull.len() > from + 1 {
        hull.pop();
    }
}
