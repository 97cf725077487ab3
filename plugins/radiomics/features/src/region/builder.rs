//! Taking the region out of a volume, slice by slice.

use super::{Region, Row, Run};
use crate::error::Error;
use crate::volume::{Voxel, Voxels, check_geometry, with_slice};

/// All 26 neighbours of all voxels can be counted with 32 bits.
const MAXIMUM_VOXELS: usize = u32::MAX as usize / 26;

/// Takes the slices of an image and its mask, and keeps the region.
#[derive(Clone, Debug)]
pub struct RegionBuilder {
    size: [usize; 3],
    label: u32,
    slices: usize,
    /// The mask's first value, while all are the same.
    only_value: Option<f64>,
    region: Region,
}

impl RegionBuilder {
    /// For a volume of this size and spacing (mm) in x, y and z, and the voxels whose mask will be `label`.
    pub fn new(size: [usize; 3], spacing: [f64; 3], label: u32) -> Result<Self, Error> {
        check_geometry(size, spacing)?;
        let region = Region {
            spacing,
            rows: Vec::new(),
            runs: Vec::new(),
            values: Vec::new(),
            bounds: [[i32::MAX; 3], [i32::MIN; 3]],
            minimum: f64::INFINITY,
            maximum: f64::NEG_INFINITY,
            is_single: false,
        };
        Ok(Self { size, label, slices: 0, only_value: None, region })
    }

    /// The next slice across z.
    pub fn push_slice(&mut self, image: Voxels<'_>, mask: Voxels<'_>) -> Result<(), Error> {
        let [width, height, depth] = self.size;
        if self.slices == depth {
            return Err(Error::Slices { expected: depth, found: depth + 1 });
        }
        for voxels in [image, mask] {
            if voxels.len() != width * height {
                let size = [width, height, 1];
                return Err(Error::Length { size, expected: width * height, found: voxels.len() });
            }
        }
        let first_row = self.region.rows.len();
        with_slice!(mask, mask => self.find_runs(mask)?);
        self.region.is_single |= matches!(image, Voxels::F32(_));
        with_slice!(image, image => self.take_values(image, first_row)?);
        self.slices += 1;
        Ok(())
    }

    /// The region, if it is one that has features.
    pub fn finish(self) -> Result<Region, Error> {
        let Self { size, label, slices, only_value, mut region } = self;
        if slices != size[2] {
            return Err(Error::Slices { expected: size[2], found: slices });
        }
        if only_value.is_some() {
            return Err(Error::NothingSegmented);
        }
        match region.values.len() {
            0 => return Err(Error::LabelAbsent(label)),
            1 => return Err(Error::SingleVoxel),
            _ => {}
        }
        for value in &region.values {
            region.minimum = region.minimum.min(*value);
            region.maximum = region.maximum.max(*value);
        }
        region.bounds = bounds(&region);
        Ok(region)
    }

    fn find_runs<T: Voxel>(&mut self, mask: &[T]) -> Result<(), Error> {
        if self.slices == 0 {
            self.only_value = Some(mask[0].into());
        }
        let differs = |value| mask[0].into() != value || find(mask, |voxel| voxel != mask[0]).is_some();
        if self.only_value.is_some_and(differs) {
            self.only_value = None;
        }
        let Some(label) = T::of_label(self.label) else { return Ok(()) };
        let z = self.slices as i32;
        for (y, row) in mask.chunks_exact(self.size[0]).enumerate() {
            let first = self.region.runs.len() as u32;
            let mut start = 0;
            while let Some(found) = find(&row[start..], |voxel| voxel == label) {
                start += found;
                let length = row[start..].iter().position(|voxel| *voxel != label).unwrap_or(row.len() - start);
                self.push_run(start, length)?;
                start += length;
            }
            let last = self.region.runs.len() as u32;
            if last > first {
                self.region.rows.push(Row { z, y: y as i32, runs: [first, last] });
            }
        }
        Ok(())
    }

    fn push_run(&mut self, start: usize, length: usize) -> Result<(), Error> {
        let before = self.region.runs.last().map_or(0, |run| run.first as usize + (run.end - run.start) as usize);
        if before + length > MAXIMUM_VOXELS {
            return Err(Error::TooManyVoxels);
        }
        self.region.runs.push(Run { start: start as i32, end: (start + length) as i32, first: before as u32 });
        Ok(())
    }

    /// The intensities of the rows from `first_row` on, which all lie in the slice.
    fn take_values<T: Voxel>(&mut self, image: &[T], first_row: usize) -> Result<(), Error> {
        let Region { rows, runs, values, .. } = &mut self.region;
        for row in &rows[first_row..] {
            for run in &runs[row.runs[0] as usize..row.runs[1] as usize] {
                let from = row.y as usize * self.size[0];
                let voxels = &image[from + run.start as usize..from + run.end as usize];
                values.extend(voxels.iter().map(|voxel| -> f64 { (*voxel).into() }));
                if let Some(bad) = values[run.first as usize..].iter().position(|value| !value.is_finite()) {
                    return Err(Error::NotFinite([run.start as usize + bad, row.y as usize, self.slices]));
                }
            }
        }
        Ok(())
    }
}

/// The first voxel that is wanted. Whole chunks are passed over at once: most of a mask is not the region.
fn find<T: Copy>(voxels: &[T], is_wanted: impl Fn(T) -> bool) -> Option<usize> {
    const CHUNK: usize = 64;
    let chunk =
        voxels.chunks(CHUNK).position(|chunk| chunk.iter().fold(false, |any, voxel| any | is_wanted(*voxel)))?;
    let from = chunk * CHUNK;
    voxels[from..].iter().position(|voxel| is_wanted(*voxel)).map(|place| from + place)
}

fn bounds(region: &Region) -> [[i32; 3]; 2] {
    let mut bounds = [[i32::MAX; 3], [i32::MIN; 3]];
    for (row, run) in region.all_runs() {
        for (axis, [low, high]) in [[run.start, run.end - 1], [row.y; 2], [row.z; 2]].into_iter().enumerate() {
            bounds[0][axis] = bounds[0][axis].min(low);
            bounds[1][axis] = bounds[1][axis].max(high);
        }
    }
    bounds
}
