//! Finding a row's neighbours while going through all rows in order.

use std::cmp::Ordering;

use super::{Region, Row, Run};

/// A place among the rows that only moves forward. Looking for rows in order costs one pass in all.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    region: &'a Region,
    rest: &'a [Row],
}

impl<'a> Cursor<'a> {
    pub fn new(region: &'a Region) -> Self {
        Self { region, rest: region.rows() }
    }

    /// The runs with this z and y, or none. Both may only grow, z before y, from call to call.
    pub fn runs_at(&mut self, z: i32, y: i32) -> &'a [Run] {
        while let [row, rest @ ..] = self.rest {
            match (row.z, row.y).cmp(&(z, y)) {
                Ordering::Less => self.rest = rest,
                Ordering::Equal => return self.region.runs(row),
                Ordering::Greater => break,
            }
        }
        &[]
    }
}
