//! The surface inside a cube of eight voxel centres, for each of the 256 ways in which its corners can lie in the
//! region: marching cubes with vertices in the middle of the cube's edges.
//!
//! The surface meets each face of the cube in lines that cut off the corners inside; the lines close to polygons,
//! and each polygon is cut into triangles that share one of its vertices. A cube whose corner at x = 0, y = 1, z = 1
//! is inside has the surface of its complement, inside out. That is what PyRadiomics' table of triangles amounts to.
//!
//! Coordinates are doubled, so that all of them are whole.

use std::sync::LazyLock;

type Vector = [i32; 3];

/// The triangles of one way.
#[derive(Clone, Debug, Default)]
pub struct Surface {
    /// The cross product of two sides of each triangle, pointing outwards.
    pub normals: Vec<Vector>,
    /// Σ a·(b × c) over the triangles, with the origin in the cube's first corner.
    pub determinants: i32,
}

/// By the corners inside: bit x + 2y + 4z for each.
pub static SURFACES: LazyLock<[Surface; 256]> = LazyLock::new(|| std::array::from_fn(surface));

const TURNED: usize = 1 << 6;

fn surface(corners: usize) -> Surface {
    let is_turned = corners & TURNED != 0;
    let lines = lines(if is_turned { corners ^ 0xff } else { corners });
    let mut surface = Surface::default();
    for polygon in polygons(lines) {
        let apex = apex(&polygon);
        let at = |place: usize| polygon[(apex + place) % polygon.len()];
        for place in 1..polygon.len() - 1 {
            let [a, mut b, mut c] = [at(0), at(place), at(place + 1)];
            if is_turned {
                (b, c) = (c, b);
            }
            surface.normals.push(cross(minus(b, a), minus(c, a)));
            surface.determinants += dot(a, cross(b, c));
        }
    }
    surface
}

/// The middle of an edge, whose coordinates add up to one of 27 numbers.
fn number(point: Vector) -> usize {
    (point[0] + 3 * point[1] + 9 * point[2]) as usize
}

/// From the middle of each cut edge the line along a face to the next.
fn lines(corners: usize) -> [Option<Vector>; 27] {
    let mut lines = [None; 27];
    for face in faces() {
        let is_inside = |place: usize| corners >> corner_bit(face[place % 4]) & 1 == 1;
        let middle = |place: usize| plus(face[place % 4], face[(place + 1) % 4]);
        // Counter-clockwise around the face: where it comes into the region, a line goes to where it leaves it next.
        for entering in (0..4).filter(|place| !is_inside(*place) && is_inside(place + 1)) {
            let leaving = (entering + 1..entering + 4).find(|place| !is_inside(place + 1));
            lines[number(middle(entering))] = leaving.map(middle);
        }
    }
    lines
}

fn corner_bit(corner: Vector) -> i32 {
    corner[0] + 2 * corner[1] + 4 * corner[2]
}

/// The corners of each face, counter-clockwise as seen from outside.
fn faces() -> impl Iterator<Item = [Vector; 4]> {
    (0..3).flat_map(|axis| {
        [0, 1].map(|side| {
            let mut face = [[0, 0], [1, 0], [1, 1], [0, 1]].map(|[u, v]| {
                let mut corner = [side; 3];
                corner[(axis + 1) % 3] = u;
                corner[(axis + 2) % 3] = v;
                corner
            });
            if side == 0 {
                face.reverse();
            }
            face
        })
    })
}

/// Follows the lines until they close.
fn polygons(mut lines: [Option<Vector>; 27]) -> Vec<Vec<Vector>> {
    let mut polygons = Vec::new();
    for start in 0..lines.len() {
        let mut polygon = Vec::new();
        let mut at = start;
        while let Some(point) = lines[at].take() {
            polygon.push(point);
            at = number(point);
        }
        if !polygon.is_empty() {
            polygons.push(polygon);
        }
    }
    polygons
}

/// The vertex that all triangles share: the one whose neighbours are nearest to each other, and of several one
/// with the longest diagonal.
fn apex(polygon: &[Vector]) -> usize {
    let count = polygon.len();
    let distance = |a: usize, b: usize| {
        let between = minus(polygon[a % count], polygon[b % count]);
        dot(between, between)
    };
    let rank = |vertex: &usize| {
        let longest = (0..count).map(|other| distance(*vertex, other)).max();
        (-distance(vertex + count - 1, vertex + 1), longest)
    };
    (0..count).max_by_key(rank).unwrap_or(0)
}

fn plus(a: Vector, b: Vector) -> Vector {
    std::array::from_fn(|axis| a[axis] + b[axis])
}

fn minus(a: Vector, b: Vector) -> Vector {
    std::array::from_fn(|axis| a[axis] - b[axis])
}

fn dot(a: Vector, b: Vector) -> i32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross(a: Vector, b: Vector) -> Vector {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}
