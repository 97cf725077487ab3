//! Views of images and masks.

use crate::error::Error;

/// Voxels of one type, x fastest, then y, then z.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the types name themselves")]
pub enum Voxels<'a> {
    U8(&'a [u8]),
    I8(&'a [i8]),
    U16(&'a [u16]),
    I16(&'a [i16]),
    U32(&'a [u32]),
    I32(&'a [i32]),
    F32(&'a [f32]),
    F64(&'a [f64]),
}

/// A type of voxel.
pub(crate) trait Voxel: Copy + PartialEq + Into<f64> {
    /// The label in this type, if it can be one of its values.
    fn of_label(label: u32) -> Option<Self>;
}

/// Does the same with the slice inside, whatever its type.
macro_rules! with_slice {
    ($voxels:expr, $slice:ident => $body:expr) => {
        match $voxels {
            $crate::volume::Voxels::U8($slice) => $body,
            $crate::volume::Voxels::I8($slice) => $body,
            $crate::volume::Voxels::U16($slice) => $body,
            $crate::volume::Voxels::I16($slice) => $body,
            $crate::volume::Voxels::U32($slice) => $body,
            $crate::volume::Voxels::I32($slice) => $body,
            $crate::volume::Voxels::F32($slice) => $body,
            $crate::volume::Voxels::F64($slice) => $body,
        }
    };
}
pub(crate) use with_slice;

macro_rules! voxel {
    ($($variant:ident $type:ty: $of_label:expr;)*) => {$(
        impl Voxel for $type {
            fn of_label(label: u32) -> Option<Self> {
                $of_label(label)
            }
        }

        impl<'a> From<&'a [$type]> for Voxels<'a> {
            fn from(slice: &'a [$type]) -> Self {
                Self::$variant(slice)
            }
        }
    )*};
}

voxel! {
    U8 u8: |label| u8::try_from(label).ok();
    I8 i8: |label| i8::try_from(label).ok();
    U16 u16: |label| u16::try_from(label).ok();
    I16 i16: |label| i16::try_from(label).ok();
    U32 u32: Some;
    I32 i32: |label| i32::try_from(label).ok();
    F32 f32: |label| Some(label as f32).filter(|float| f64::from(*float) == f64::from(label));
    F64 f64: |label| Some(f64::from(label));
}

impl Voxels<'_> {
    /// How many there are.
    pub fn len(&self) -> usize {
        with_slice!(self, slice => slice.len())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn part(self, from: usize, length: usize) -> Self {
        with_slice!(self, slice => Self::from(&slice[from..from + length]))
    }
}

/// Voxels with their size and spacing.
#[derive(Clone, Copy, Debug)]
pub struct Volume<'a> {
    voxels: Voxels<'a>,
    size: [usize; 3],
    spacing: [f64; 3],
}

impl<'a> Volume<'a> {
    /// Voxels of this size in x, y and z, with this spacing in millimetres. An image of two dimensions is one slice.
    pub fn new(voxels: Voxels<'a>, size: [usize; 3], spacing: [f64; 3]) -> Result<Self, Error> {
        let expected = check_geometry(size, spacing)?;
        if voxels.len() != expected {
            return Err(Error::Length { size, expected, found: voxels.len() });
        }
        Ok(Self { voxels, size, spacing })
    }

    /// In x, y and z.
    pub fn size(&self) -> [usize; 3] {
        self.size
    }

    /// In x, y and z, in millimetres.
    pub fn spacing(&self) -> [f64; 3] {
        self.spacing
    }

    /// One slice across z.
    pub(crate) fn slice(&self, z: usize) -> Voxels<'a> {
        let length = self.size[0] * self.size[1];
        self.voxels.part(z * length, length)
    }
}

/// The number of voxels in a size.
pub(crate) fn check_geometry(size: [usize; 3], spacing: [f64; 3]) -> Result<usize, Error> {
    if spacing.iter().any(|step| !(step.is_finite() && *step > 0.0)) {
        return Err(Error::Spacing(spacing));
    }
    let coordinates_fit = size.iter().all(|length| (1..=MAXIMUM_LENGTH).contains(length));
    let voxels = size[0].checked_mul(size[1]).and_then(|plane| plane.checked_mul(size[2]));
    voxels.filter(|_| coordinates_fit).ok_or(Error::Size(size))
}

/// A coordinate in half voxels has 21 bits.
const MAXIMUM_LENGTH: usize = (1 << 20) - 2;
