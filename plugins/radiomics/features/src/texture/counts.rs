//! Counting pairs of numbers.

/// How often each pair (row, column) occurs. Memory is proportional to the region: a table where that is small
/// enough, otherwise a list.
#[derive(Debug)]
pub enum Counts {
    /// A cell for each pair.
    Table {
        /// Columns in a row.
        columns: usize,
        /// Row after row.
        cells: Vec<u32>,
    },
    /// Each pair as often as it occurs, as row · 2³² + column.
    List(Vec<u64>),
}

impl Counts {
    /// Cells that a table may always have.
    const SMALL: usize = 1 << 16;

    /// For rows and columns below these, counted in a region of so many voxels.
    pub fn new(rows: usize, columns: usize, voxels: usize) -> Self {
        let room = Self::SMALL + 4 * voxels;
        match rows.checked_mul(columns).filter(|cells| *cells <= room) {
            Some(cells) => Self::Table { columns, cells: vec![0; cells] },
            None => Self::List(Vec::new()),
        }
    }

    /// Counts each pair.
    pub fn extend(&mut self, pairs: impl Iterator<Item = (u32, u32)>) {
        match self {
            Self::Table { columns, cells } => {
                for (row, column) in pairs {
                    cells[row as usize * *columns + column as usize] += 1;
                }
            }
            Self::List(list) => list.extend(pairs.map(|(row, column)| u64::from(row) << 32 | u64::from(column))),
        }
    }

    /// Calls `visit` with row, column and count of each pair that occurs, sorted, and starts again from nothing.
    pub fn take(&mut self, mut visit: impl FnMut(u32, u32, u32)) {
        match self {
            Self::Table { columns, cells } => {
                for (row, cells) in cells.chunks_exact_mut(*columns).enumerate() {
                    for (column, cell) in cells.iter_mut().enumerate().filter(|(_, cell)| **cell > 0) {
                        visit(row as u32, column as u32, *cell);
                        *cell = 0;
                    }
                }
            }
            Self::List(list) => {
                list.sort_unstable();
                for same in list.chunk_by(|a, b| a == b) {
                    visit((same[0] >> 32) as u32, same[0] as u32, same.len() as u32);
                }
                list.clear();
            }
        }
    }
}
