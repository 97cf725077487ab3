//! The maximal correlation coefficient: the second largest singular value of p(i,j)/√(px(i)·py(j) + ε).
//!
//! The matrix is symmetrical and mostly empty, and its first singular vector is √px. Lanczos' method finds the
//! largest eigenvalue at right angles to it in some tens of products with the matrix, however many levels there are.

use super::glcm::Cell;
use crate::numeric::EPSILON;

/// Of the cells on and above the diagonal, and the sums of the rows.
pub fn maximal_correlation(cells: &[Cell], margin: &[f64]) -> f64 {
    let cells: Vec<Cell> = cells
        .iter()
        .map(|cell| Cell { p: cell.p / (margin[cell.row] * margin[cell.column] + EPSILON).sqrt(), ..*cell })
        .collect();
    let first: Vec<f64> = margin.iter().map(|p| p.sqrt()).collect();
    let dimensions = margin.iter().filter(|p| **p > 0.0).count();
    lanczos(&cells, first, dimensions)
}

/// How many products between two looks at the result, and how little it may then have grown.
const STEPS: usize = 12;
const GROWTH: f64 = 1e-14;

fn lanczos(cells: &[Cell], first: Vec<f64>, dimensions: usize) -> f64 {
    let start = pseudo_random(&first);
    let mut basis = vec![first];
    let (mut diagonal, mut beside) = (Vec::new(), Vec::new());
    let mut largest = 0.0;
    let mut next = start;
    while basis.len() < dimensions {
        let length = orthogonalise(&mut next, &basis);
        // Nothing new: the vectors so far span all that the matrix reaches from the start.
        if length < 1e-13 {
            break;
        }
        if !diagonal.is_empty() {
            beside.push(length);
        }
        let vector: Vec<f64> = next.iter().map(|x| x / length).collect();
        next = product(cells, &vector);
        diagonal.push(dot(&next, &vector));
        basis.push(vector);
        if diagonal.len() % STEPS == 0 {
            let before = largest;
            largest = spectral_radius(&diagonal, &beside);
            if largest - before < GROWTH {
                return largest;
            }
        }
    }
    spectral_radius(&diagonal, &beside)
}

fn product(cells: &[Cell], vector: &[f64]) -> Vec<f64> {
    let mut product = vec![0.0; vector.len()];
    for cell in cells {
        product[cell.row] += cell.p * vector[cell.column];
        if cell.row != cell.column {
            product[cell.column] += cell.p * vector[cell.row];
        }
    }
    product
}

/// Takes away the parts along unit vectors, twice against rounding, and gives the length that remains.
fn orthogonalise(vector: &mut [f64], basis: &[Vec<f64>]) -> f64 {
    for _ in 0..2 {
        for unit in basis {
            let along = dot(vector, unit);
            for (x, u) in vector.iter_mut().zip(unit) {
                *x -= along * u;
            }
        }
    }
    dot(vector, vector).sqrt()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The same in every run, 0 where the matrix is empty, and at no right angle to anything in particular.
fn pseudo_random(first: &[f64]) -> Vec<f64> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / f64::from(1 << 23) - 1.0
    };
    first.iter().map(|x| if *x > 0.0 { next() } else { 0.0 }).collect()
}

/// The largest absolute eigenvalue of a symmetrical tridiagonal matrix, by bisection.
fn spectral_radius(diagonal: &[f64], beside: &[f64]) -> f64 {
    let (mut low, mut high) = (0.0, 2.0);
    while high - low > 1e-16 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        let inside = is_below(diagonal, beside, middle, 1.0) && is_below(diagonal, beside, middle, -1.0);
        if inside { high = middle } else { low = middle }
    }
    0.5 * (low + high)
}

/// Whether `sign` times every eigenvalue is below `bound`: all pivots of bound − sign·T are then positive.
fn is_below(diagonal: &[f64], beside: &[f64], bound: f64, sign: f64) -> bool {
    let mut pivot = f64::INFINITY;
    let before = std::iter::once(&0.0).chain(beside);
    diagonal.iter().zip(before).all(|(own, before)| {
        pivot = bound - sign * own - before * before / pivot;
        pivot > 0.0
    })
}
