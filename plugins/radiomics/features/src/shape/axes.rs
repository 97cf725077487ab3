//! The principal axes of the region's voxel centres.

use crate::region::Region;

/// The variances along the three axes, in mm², in ascending order.
pub fn variances(region: &Region) -> [f64; 3] {
    let mut variances = eigenvalues(covariance(region));
    variances.sort_unstable_by(f64::total_cmp);
    // Of a plane or a line that lies across the grid, rounding leaves a little where there is nothing.
    let rounding = 1e-14 * variances[2];
    variances.map(|variance| if variance.abs() < rounding { 0.0 } else { variance })
}

/// From sums of whole numbers, exact until the division, so that a flat region is exactly flat.
fn covariance(region: &Region) -> [[f64; 3]; 3] {
    let first = region.first_corner();
    let mut sums = [0_i128; 3];
    let mut products = [[0_i128; 3]; 3];
    for (row, run) in region.all_runs() {
        let n = i128::from(run.end - run.start);
        let [x, y, z] = [run.start - first[0], row.y - first[1], row.z - first[2]].map(i128::from);
        let sum_x = n * x + n * (n - 1) / 2;
        let sum_xx = n * x * x + x * n * (n - 1) + (n - 1) * n * (2 * n - 1) / 6;
        let row_sums = [sum_x, n * y, n * z];
        let row_products = [[sum_xx, sum_x * y, sum_x * z], [0, n * y * y, n * y * z], [0, 0, n * z * z]];
        for a in 0..3 {
            sums[a] += row_sums[a];
            for b in a..3 {
                products[a][b] += row_products[a][b];
            }
        }
    }
    let n = region.voxels() as i128;
    let spacing = region.spacing();
    let mut covariance = [[0.0; 3]; 3];
    for a in 0..3 {
        for b in a..3 {
            let exact = n * products[a][b] - sums[a] * sums[b];
            covariance[a][b] = exact as f64 / (n * n) as f64 * spacing[a] * spacing[b];
            covariance[b][a] = covariance[a][b];
        }
    }
    covariance
}

/// Of a symmetric matrix, by Jacobi's rotations.
fn eigenvalues(mut m: [[f64; 3]; 3]) -> [f64; 3] {
    const SWEEPS: usize = 20;
    for _ in 0..SWEEPS {
        if m[0][1] == 0.0 && m[0][2] == 0.0 && m[1][2] == 0.0 {
            break;
        }
        for (p, q) in [(0, 1), (0, 2), (1, 2)] {
            rotate(&mut m, p, q);
        }
    }
    [m[0][0], m[1][1], m[2][2]]
}

/// Makes the element (p, q) zero.
fn rotate(m: &mut [[f64; 3]; 3], p: usize, q: usize) {
    if m[p][q] == 0.0 {
        return;
    }
    let theta = (m[q][q] - m[p][p]) / (2.0 * m[p][q]);
    let tangent = theta.signum() / (theta.abs() + theta.hypot(1.0));
    let cosine = tangent.hypot(1.0).recip();
    let sine = tangent * cosine;
    m[p][p] -= tangent * m[p][q];
    m[q][q] += tangent * m[p][q];
    m[p][q] = 0.0;
    m[q][p] = 0.0;
    let r = 3 - p - q;
    let (rp, rq) = (m[r][p], m[r][q]);
    m[r][p] = cosine * rp - sine * rq;
    m[r][q] = sine * rp + cosine * rq;
    (m[p][r], m[q][r]) = (m[r][p], m[r][q]);
}
