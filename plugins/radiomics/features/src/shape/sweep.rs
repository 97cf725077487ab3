//! Going through the columns of cubes between four neighbouring rows, from change to change.

use crate::region::{Cursor, Region, Run};

/// A stretch of x along which none of four rows changes. The rows are those at (y, z), (y + 1, z), (y, z + 1) and
/// (y + 1, z + 1), and a state has a bit for each, from the lowest, that is set inside the region.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    /// Of the first row.
    pub y: i32,
    /// Of the first row.
    pub z: i32,
    /// The first voxel.
    pub start: i32,
    /// Voxels up to the next change; 0 after the last.
    pub length: i32,
    /// At `start - 1`.
    pub before: u8,
    /// From `start` on.
    pub state: u8,
}

/// The offsets of the four rows in y and z.
const ROWS: [[i32; 2]; 4] = [[0, 0], [1, 0], [0, 1], [1, 1]];

/// Calls `visit` with every stretch that begins with a change.
pub fn sweep(region: &Region, mut visit: impl FnMut(Stretch)) {
    let mut cursors = ROWS.map(|_| Cursor::new(region));
    for (z, y) in origins(region) {
        let mut place = 0;
        let runs = ROWS.map(|[dy, dz]| {
            place += 1;
            cursors[place - 1].runs_at(z + dz, y + dy)
        });
        sweep_one(runs, |start, length, before, state| visit(Stretch { y, z, start, length, before, state }));
    }
}

/// The z and y of all columns of cubes with a row of the region at a corner, in order.
fn origins(region: &Region) -> Vec<(i32, i32)> {
    let around = |z: i32, y: i32| ROWS.map(|[dy, dz]| (z - dz, y - dy));
    let mut origins: Vec<_> = region.rows().iter().flat_map(|row| around(row.z, row.y)).collect();
    origins.sort_unstable();
    origins.dedup();
    origins
}

fn sweep_one(runs: [&[Run]; 4], mut visit: impl FnMut(i32, i32, u8, u8)) {
    // Each row changes at the start and at the end of each run.
    let change = |row: usize, number: usize| match runs[row].get(number / 2) {
        Some(run) if number.is_multiple_of(2) => run.start,
        Some(run) => run.end,
        None => i32::MAX,
    };
    let mut passed = [0; 4];
    let mut next: [i32; 4] = std::array::from_fn(|row| change(row, 0));
    let (mut state, mut start) = (0, next.into_iter().fold(i32::MAX, i32::min));
    while start < i32::MAX {
        let before = state;
        for row in 0..4 {
            if next[row] == start {
                state ^= 1 << row;
                passed[row] += 1;
                next[row] = change(row, passed[row]);
            }
        }
        let end = next.into_iter().fold(i32::MAX, i32::min);
        let length = if end == i32::MAX { 0 } else { end - start };
        visit(start, length, before, state);
        start = end;
    }
}
