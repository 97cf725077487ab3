//! What is refused, and what has no value.

use std::collections::BTreeSet;

use crate::support::features;
use ward_radiomics_features::phantom::Phantom;
use ward_radiomics_features::{Axis, Bins, Class, Error, RegionBuilder, Settings, Volume, Voxels, extract};

/// An image of 4 × 3 × 2 voxels from 0 to 23, with the label 1 at these voxels.
fn phantom(voxels: &[usize]) -> Phantom<i16> {
    let mask = (0..24).map(|voxel| u8::from(voxels.contains(&voxel))).collect();
    Phantom { image: (0..24).collect(), mask, size: [4, 3, 2], spacing: [1.0; 3] }
}

fn refused(phantom: &Phantom<i16>) -> Error {
    features(phantom, &Settings::default()).unwrap_err()
}

/// The classes of which some feature has no value.
fn without_value(phantom: &Phantom<i16>, settings: &Settings) -> BTreeSet<String> {
    let found = features(phantom, settings).unwrap();
    found.into_iter().filter(|(_, value)| value.is_none()).map(|(name, _)| name).collect()
}

#[test]
fn one_voxel_is_refused() {
    assert_eq!(refused(&phantom(&[5])), Error::SingleVoxel);
}

#[test]
fn a_line_is_refused_unless_one_dimension_is_enough() {
    let line = phantom(&[4, 5, 6]);
    assert_eq!(refused(&line), Error::TooFewDimensions { found: 1, required: 2 });
    assert_eq!(features(&line, &Settings { minimum_dimensions: 1, ..Settings::default() }).unwrap().len(), 107);
}

#[test]
fn a_slice_is_refused_where_three_dimensions_are_required() {
    let error = features(&phantom(&[0, 1, 4, 5]), &Settings { minimum_dimensions: 3, ..Settings::default() });
    assert_eq!(error.unwrap_err(), Error::TooFewDimensions { found: 2, required: 3 });
}

#[test]
fn a_mask_of_one_value_is_refused() {
    assert_eq!(refused(&phantom(&[])), Error::NothingSegmented);
    assert_eq!(refused(&phantom(&(0..24).collect::<Vec<_>>())), Error::NothingSegmented);
}

#[test]
fn an_absent_label_is_refused() {
    let phantom = phantom(&[0, 1, 4, 5]);
    let image = Volume::new(phantom.image.as_slice().into(), phantom.size, phantom.spacing).unwrap();
    let mask = Volume::new(phantom.mask.as_slice().into(), phantom.size, phantom.spacing).unwrap();
    for label in [2, 256, u32::MAX] {
        assert_eq!(extract(&image, &mask, label, &Settings::default()), Err(Error::LabelAbsent(label)));
    }
}

#[test]
fn image_and_mask_must_have_the_same_geometry() {
    let image: Vec<u8> = (0..24).collect();
    let volume = |size, spacing| Volume::new(image.as_slice().into(), size, spacing).unwrap();
    let [this, turned] = [volume([4, 3, 2], [1.0; 3]), volume([3, 4, 2], [1.0; 3])];
    assert_eq!(
        extract(&this, &turned, 1, &Settings::default()),
        Err(Error::SizeMismatch { image: [4, 3, 2], mask: [3, 4, 2] })
    );
    let wider = volume([4, 3, 2], [1.0, 1.0, 1.1]);
    assert_eq!(
        extract(&this, &wider, 1, &Settings::default()),
        Err(Error::SpacingMismatch { image: [1.0; 3], mask: [1.0, 1.0, 1.1] })
    );
    // What single precision makes of a spacing is no difference.
    let rounded = volume([4, 3, 2], [1.0, 1.0, 1.000_000_1]);
    assert_eq!(extract(&this, &rounded, 99, &Settings::default()), Err(Error::LabelAbsent(99)));
}

#[test]
fn a_size_must_be_filled_and_possible() {
    let voxels = Voxels::U8(&[0; 24]);
    let length = |size, expected| Some(Error::Length { size, expected, found: 24 });
    assert_eq!(Volume::new(voxels, [4, 3, 3], [1.0; 3]).err(), length([4, 3, 3], 36));
    assert_eq!(Volume::new(voxels, [4, 3, 1], [1.0; 3]).err(), length([4, 3, 1], 12));
    for size in [[0, 3, 2], [usize::MAX, 1, 1], [1 << 28, 1 << 28, 1 << 28]] {
        assert_eq!(Volume::new(voxels, size, [1.0; 3]).err(), Some(Error::Size(size)));
    }
}

#[test]
fn a_spacing_must_be_positive() {
    for wrong in [0.0, -1.0, f64::INFINITY, f64::NAN] {
        let error = Volume::new(Voxels::U8(&[0; 24]), [4, 3, 2], [1.0, wrong, 1.0]).err();
        assert!(matches!(error, Some(Error::Spacing(_))), "{wrong}");
    }
}

#[test]
fn a_value_that_is_not_finite_is_refused_inside_the_region_only() {
    for wrong in [f32::INFINITY, f32::NEG_INFINITY, f32::NAN] {
        let mut image = [1.0_f32; 24];
        image[17] = wrong;
        let found = |voxels: &[usize]| {
            let Phantom { mask, size, spacing, .. } = phantom(voxels);
            features(&Phantom { image: image.to_vec(), mask, size, spacing }, &Settings::default())
        };
        assert_eq!(found(&[4, 5, 16, 17, 18]).unwrap_err(), Error::NotFinite([1, 1, 1]));
        assert_eq!(found(&[4, 5, 16, 18]).unwrap().len(), 107);
    }
}

#[test]
fn bins_must_have_a_width_or_a_number() {
    for bins in [Bins::Width(0.0), Bins::Width(-5.0), Bins::Width(f64::NAN), Bins::Width(f64::INFINITY), Bins::Count(0)]
    {
        let found = features(&phantom(&[0, 1, 4, 5]), &Settings { bins, ..Settings::default() });
        assert_eq!(found.unwrap_err(), Error::Bins, "{bins:?}");
    }
}

#[test]
fn more_levels_than_allowed_are_refused() {
    let found = |bins| features(&phantom(&[0, 1, 4, 5]), &Settings { bins, ..Settings::default() });
    // The region has values from 0 to 5.
    assert_eq!(found(Bins::Width(1e-3)).unwrap().len(), 107);
    for bins in [Bins::Width(1e-4), Bins::Width(1e-300), Bins::Width(f64::MIN_POSITIVE), Bins::Count(8193)] {
        assert_eq!(found(bins).unwrap_err(), Error::TooManyLevels { limit: 8192 }, "{bins:?}");
    }
}

#[test]
fn the_shape_needs_no_levels() {
    let settings = Settings { classes: vec![Class::Shape], bins: Bins::Width(0.0), ..Settings::default() };
    assert_eq!(features(&phantom(&[0, 1, 4, 5]), &settings).unwrap().len(), 14);
}

#[test]
fn voxels_that_do_not_touch_have_no_co_occurrences() {
    // Corners of a slice of 4 × 3: two pairs lie on a line, so there are runs.
    let none = without_value(&phantom(&[0, 3, 8, 11]), &Settings::default());
    assert!(none.len() == 24 && none.iter().all(|name| name.starts_with("glcm")), "{none:?}");
}

#[test]
fn without_a_line_of_two_voxels_there_are_no_run_lengths() {
    // Three apart in x, two in y: on no line.
    let none = without_value(&phantom(&[0, 11]), &Settings::default());
    let count = |class: &str| none.iter().filter(|name| name.starts_with(class)).count();
    assert_eq!((count("glcm_"), count("glrlm_")), (24, 16));
    assert_eq!(none.len(), 41);
}

#[test]
fn nothing_lies_between_the_percentiles_of_two_values() {
    let none = without_value(&phantom(&[0, 5]), &Settings::default());
    assert_eq!(none, BTreeSet::from(["firstorder_RobustMeanAbsoluteDeviation".to_owned()]));
}

#[test]
fn slices_without_neighbours_have_no_directions() {
    // A line from slice to slice.
    let settings = Settings { minimum_dimensions: 1, slices_across: Some(Axis::Z), ..Settings::default() };
    let none = without_value(&phantom(&[5, 17]), &settings);
    assert_eq!(none.iter().filter(|name| name.starts_with("gl")).count(), 40);
}

#[test]
fn sums_beyond_all_numbers_have_no_value() {
    let mut image = [1e200; 24];
    image[0] = -1e200;
    let Phantom { mask, size, spacing, .. } = phantom(&[0, 1, 4, 5]);
    let settings = Settings { bins: Bins::Count(8), ..Settings::default() };
    let found = features(&Phantom { image: image.to_vec(), mask, size, spacing }, &settings).unwrap();
    assert_eq!(found["firstorder_Energy"], None);
    assert_eq!(found["firstorder_Maximum"], Some(1e200));
}

#[test]
fn slices_must_be_as_many_and_as_large_as_the_size_says() {
    let slice = Voxels::U8(&[1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0]);
    let builder = || RegionBuilder::new([4, 3, 2], [1.0; 3], 1).unwrap();
    let mut short = builder();
    short.push_slice(slice, slice).unwrap();
    assert_eq!(short.clone().finish().err(), Some(Error::Slices { expected: 2, found: 1 }));
    short.push_slice(slice, slice).unwrap();
    assert_eq!(short.push_slice(slice, slice), Err(Error::Slices { expected: 2, found: 3 }));
    let narrow = Voxels::U8(&[1; 11]);
    for (image, mask) in [(slice, narrow), (narrow, slice)] {
        let error = builder().push_slice(image, mask);
        assert_eq!(error, Err(Error::Length { size: [4, 3, 1], expected: 12, found: 11 }));
    }
}
