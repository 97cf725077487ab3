//! What must not change anything, and what must change it in a known way.

use crate::support::{Values, differences, features};
use proptest::prelude::*;
use ward_radiomics_features::phantom::Phantom;
use ward_radiomics_features::{Axis, Bins, Region, RegionBuilder, Settings, Volume, Voxels};

/// A region of up to 6 × 6 × 6 voxels that has features, in a box with a margin or without.
fn regions() -> impl Strategy<Value = Phantom<i16>> {
    let size = [1..=6_usize, 1..=6, 2..=6];
    (size, 0.2..1.0, prop::sample::select(vec![2_i16, 6, 120]))
        .prop_flat_map(|(size, density, levels)| {
            let voxels: usize = size.iter().product();
            let mask = prop::collection::vec(prop::bool::weighted(density).prop_map(u8::from), voxels);
            let image = prop::collection::vec((0..levels).prop_map(move |level| level * (240 / levels) - 100), voxels);
            (image, mask, Just(size), prop::sample::select(vec![[1.0; 3], [0.7, 0.7, 3.0], [1.5, 1.0, 2.0]]))
        })
        .prop_map(|(image, mask, size, spacing)| moved(&Phantom { image, mask, size, spacing }, [0, 0, 1]))
        .prop_filter("has no features", |phantom| features(phantom, &Settings::default()).is_ok())
}

fn settings() -> impl Strategy<Value = Settings> {
    let bins = prop::sample::select(vec![Bins::Width(25.0), Bins::Width(3.0), Bins::Count(8)]);
    (bins, any::<bool>()).prop_map(|(bins, merge_directions)| Settings {
        bins,
        merge_directions,
        ..Settings::default()
    })
}

/// In a larger volume, so far from its first corner; what is around is noise outside the mask.
fn moved(phantom: &Phantom<i16>, by: [usize; 3]) -> Phantom<i16> {
    let size: [usize; 3] = std::array::from_fn(|axis| phantom.size[axis] + by[axis]);
    let mut image: Vec<i16> = (0..size.iter().product::<usize>()).map(|voxel| (voxel * 7919 % 1009) as i16).collect();
    let mut mask = vec![0; image.len()];
    for (from, place) in places(phantom.size).enumerate() {
        let to = index(size, std::array::from_fn(|axis| place[axis] + by[axis]));
        (image[to], mask[to]) = (phantom.image[from], phantom.mask[from]);
    }
    Phantom { image, mask, size, spacing: phantom.spacing }
}

/// With its axes in another order, and some of them turned round.
fn turned(phantom: &Phantom<i16>, axes: [usize; 3], flipped: [bool; 3]) -> Phantom<i16> {
    let size = axes.map(|axis| phantom.size[axis]);
    let (mut image, mut mask) = (phantom.image.clone(), phantom.mask.clone());
    for (from, place) in places(phantom.size).enumerate() {
        let flip = |axis: usize| if flipped[axis] { phantom.size[axis] - 1 - place[axis] } else { place[axis] };
        let to = index(size, axes.map(flip));
        (image[to], mask[to]) = (phantom.image[from], phantom.mask[from]);
    }
    Phantom { image, mask, size, spacing: axes.map(|axis| phantom.spacing[axis]) }
}

/// The places of a volume in order.
fn places(size: [usize; 3]) -> impl Iterator<Item = [usize; 3]> {
    let [width, height, depth] = size;
    (0..width * height * depth).map(move |voxel| [voxel % width, voxel / width % height, voxel / width / height])
}

fn index(size: [usize; 3], place: [usize; 3]) -> usize {
    (place[2] * size[1] + place[1]) * size[0] + place[0]
}

const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

/// The diameters in planes across x, y and z.
const PLANES: [&str; 3] =
    ["shape_Maximum2DDiameterRow", "shape_Maximum2DDiameterColumn", "shape_Maximum2DDiameterSlice"];

/// Where voxels touch at an edge, the surface that the reference prescribes depends on how they lie.
const MESH: [&str; 4] = ["shape_MeshVolume", "shape_Sphericity", "shape_SurfaceArea", "shape_SurfaceVolumeRatio"];

fn without(mut values: Values, names: &[&str]) -> Values {
    values.retain(|name, _| !names.contains(&name.as_str()));
    values
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn moving_the_region_changes_nothing(phantom in regions(), by in [0..4_usize, 0..4, 0..4], settings in settings()) {
        prop_assert_eq!(features(&phantom, &settings).unwrap(), features(&moved(&phantom, by), &settings).unwrap());
    }

    #[test]
    fn turning_the_volume_turns_only_the_planes(
        phantom in regions(), order in 0..6_usize, flipped in any::<[bool; 3]>(), settings in settings(),
    ) {
        let [before, mut after] =
            [phantom.clone(), turned(&phantom, ORDERS[order], flipped)].map(|it| features(&it, &settings).unwrap());
        let diameters = PLANES.map(|name| after[name]);
        for (place, axis) in ORDERS[order].into_iter().enumerate() {
            after.insert(PLANES[axis].to_owned(), diameters[place]);
        }
        prop_assert_eq!(differences(&without(before, &MESH), &without(after, &MESH)), Vec::<String>::new());
    }

    #[test]
    fn turning_a_smooth_body_keeps_its_surface(
        radii in [3.0..6.0, 3.0..6.0, 3.0..6.0], order in 0..6_usize, flipped in any::<[bool; 3]>(),
    ) {
        let body = ellipsoid(radii, [1.0, 0.5, 2.0]);
        let [before, after] =
            [body.clone(), turned(&body, ORDERS[order], flipped)].map(|it| features(&it, &Settings::default()).unwrap());
        for name in MESH {
            let (before, after) = (before[name].unwrap(), after[name].unwrap());
            prop_assert!((before - after).abs() < 1e-9 * before.abs(), "{}: {} {}", name, before, after);
        }
    }

    #[test]
    fn slices_across_another_axis_are_those_of_the_turned_volume(
        phantom in regions(), order in 0..6_usize, settings in settings(),
    ) {
        for (place, axis) in ORDERS[order].into_iter().enumerate() {
            let across = |axis: usize| Some([Axis::X, Axis::Y, Axis::Z][axis]);
            let [before, after] = [(phantom.clone(), axis), (turned(&phantom, ORDERS[order], [false; 3]), place)].map(
                |(phantom, axis)| features(&phantom, &Settings { slices_across: across(axis), ..settings.clone() }).unwrap(),
            );
            let texture = |values: Values| values.into_iter().filter(|(name, _)| !name.starts_with("shape")).collect();
            prop_assert_eq!(differences(&texture(before), &texture(after)), Vec::<String>::new());
        }
    }

    #[test]
    fn scaling_the_spacing_scales_lengths_areas_and_volumes(phantom in regions(), scale in 0.01..100.0) {
        let scaled = Phantom { spacing: phantom.spacing.map(|step| step * scale), ..phantom.clone() };
        let [before, after] = [phantom, scaled].map(|it| features(&it, &Settings::default()).unwrap());
        let expected = before.into_iter().map(|(name, value)| {
            let power = match name.as_str() {
                "shape_MeshVolume" | "shape_VoxelVolume" | "firstorder_TotalEnergy" => 3,
                "shape_SurfaceArea" => 2,
                "shape_SurfaceVolumeRatio" => -1,
                _ if name.ends_with("AxisLength") || name.contains("Diameter") => 1,
                _ => 0,
            };
            (name, value.map(|value| value * f64::powi(scale, power)))
        });
        prop_assert_eq!(differences(&expected.collect(), &after), Vec::<String>::new());
    }

    #[test]
    fn shifting_intensities_by_whole_bins_moves_only_the_intensities(phantom in regions(), bins in -40..40_i16) {
        let shifted = Phantom { image: phantom.image.iter().map(|value| value + 25 * bins).collect(), ..phantom.clone() };
        let [before, after] = [phantom, shifted].map(|it| features(&it, &Settings::default()).unwrap());
        let shift = f64::from(25 * bins);
        for name in ["Mean", "Median", "Minimum", "Maximum", "10Percentile", "90Percentile"] {
            let name = format!("firstorder_{name}");
            prop_assert!((after[&name].unwrap() - before[&name].unwrap() - shift).abs() < 1e-9);
        }
        let moves = ["Mean", "Median", "Minimum", "Maximum", "10Percentile", "90Percentile", "Energy", "TotalEnergy", "RootMeanSquared"]
            .map(|name| format!("firstorder_{name}"));
        let moves = moves.each_ref().map(String::as_str);
        prop_assert_eq!(differences(&without(before, &moves), &without(after, &moves)), Vec::<String>::new());
    }

    #[test]
    fn the_type_of_the_voxels_changes_nothing(phantom in regions(), settings in settings()) {
        let expected = features(&phantom, &settings).unwrap();
        let Phantom { image, mask, size, spacing } = phantom;
        macro_rules! same_as {
            ($($type:ty),*) => {$(
                let typed = image.iter().map(|value| (*value).into()).collect::<Vec<$type>>();
                let found = features(&Phantom { image: typed, mask: mask.clone(), size, spacing }, &settings).unwrap();
                prop_assert_eq!(&expected, &found);
            )*};
        }
        same_as!(i32, f64);
        if settings.bins != Bins::Count(8) {
            // Edges of a single precision image are rounded to it.
            same_as!(f32);
        }
    }

    #[test]
    fn slice_by_slice_is_the_same(phantom in regions()) {
        let Phantom { image, mask, size, spacing } = &phantom;
        let mut builder = RegionBuilder::new(*size, *spacing, 1).unwrap();
        for (image, mask) in image.chunks(size[0] * size[1]).zip(mask.chunks(size[0] * size[1])) {
            builder.push_slice(image.into(), mask.into()).unwrap();
        }
        let found = builder.finish().unwrap().features(&Settings::default()).unwrap();
        prop_assert_eq!(features(&phantom, &Settings::default()).unwrap(), crate::support::by_name(&found));
    }

    #[test]
    fn diameters_are_the_largest_distances_between_cut_edges(phantom in regions()) {
        let found = features(&phantom, &Settings::default()).unwrap();
        let vertices = cut_edges(&phantom);
        let largest = |is_pair: &dyn Fn(&[i32; 3], &[i32; 3]) -> bool| {
            let square = |a: &[i32; 3], b: &[i32; 3]| {
                (0..3).map(|axis| (f64::from(a[axis] - b[axis]) / 2.0 * phantom.spacing[axis]).powi(2)).sum::<f64>()
            };
            let pairs = vertices.iter().flat_map(|a| vertices.iter().map(move |b| (a, b)));
            pairs.filter(|(a, b)| is_pair(a, b)).map(|(a, b)| square(a, b)).fold(0.0, f64::max).sqrt()
        };
        prop_assert!((largest(&|_, _| true) - found["shape_Maximum3DDiameter"].unwrap()).abs() < 1e-9);
        for axis in 0..3 {
            prop_assert!((largest(&|a, b| a[axis] == b[axis]) - found[PLANES[axis]].unwrap()).abs() < 1e-9);
        }
    }
}

/// The middles between neighbouring voxels of which one is inside, in half voxels.
fn cut_edges(phantom: &Phantom<i16>) -> Vec<[i32; 3]> {
    let is_inside = |place: [i32; 3]| {
        let inside_volume = (0..3).all(|axis| (0..phantom.size[axis] as i32).contains(&place[axis]));
        inside_volume && phantom.mask[index(phantom.size, place.map(|at| at as usize))] == 1
    };
    let mut edges = Vec::new();
    for place in places(phantom.size.map(|length| length + 1)) {
        let place = place.map(|at| at as i32 - 1);
        for axis in 0..3 {
            let mut next = place;
            next[axis] += 1;
            if is_inside(place) != is_inside(next) {
                edges.push(std::array::from_fn(|axis| place[axis] + next[axis]));
            }
        }
    }
    edges
}

fn ellipsoid(radii: [f64; 3], spacing: [f64; 3]) -> Phantom<i16> {
    let size = [14; 3];
    let distance =
        |place: [usize; 3]| (0..3).map(|axis| ((place[axis] as f64 - 6.5) / radii[axis]).powi(2)).sum::<f64>();
    let mask: Vec<u8> = places(size).map(|place| u8::from(distance(place) <= 1.0)).collect();
    Phantom { image: vec![7; mask.len()], mask, size, spacing }
}

/// A radius of 20 voxels, 10 mm.
#[test]
fn a_ball_has_nearly_the_volume_and_the_surface_of_a_ball() {
    let size = [44; 3];
    let is_inside = |place: [usize; 3]| place.iter().map(|at| (*at as f64 - 21.5).powi(2)).sum::<f64>() <= 400.0;
    let mask: Vec<u8> = places(size).map(|place| u8::from(is_inside(place))).collect();
    let ball = Phantom { image: vec![7_i16; mask.len()], mask, size, spacing: [0.5; 3] };
    let found = features(&ball, &Settings::default()).unwrap();
    let near = |name: &str, expected: f64, share: f64| {
        let value = found[name].unwrap();
        assert!((value / expected - 1.0).abs() < share, "{name}: {expected}, found {value}");
    };
    near("shape_MeshVolume", 4.0 / 3.0 * std::f64::consts::PI * 1000.0, 0.01);
    near("shape_Maximum3DDiameter", 20.0, 0.03);
    near("shape_Maximum2DDiameterSlice", 20.0, 0.03);
    // Steps of whole voxels make the surface a little larger than the ball's.
    near("shape_SurfaceArea", 4.0 * std::f64::consts::PI * 100.0, 0.1);
    near("shape_Elongation", 1.0, 1e-9);
    near("shape_MajorAxisLength", 4.0 * 10.0 / 5.0_f64.sqrt(), 0.01);
}

/// Two voxels at opposite ends of a volume of a thousand million: nothing but they is kept, and nothing in between is gone through.
#[test]
fn a_volume_that_no_memory_holds_passes_through() {
    let (side, depth) = (2048, 256);
    let image = vec![5_i16; side * side];
    let empty = vec![0_u8; side * side];
    let mut builder = RegionBuilder::new([side, side, depth], [1.0; 3], 3).unwrap();
    for z in 0..depth {
        let mut mask = std::borrow::Cow::Borrowed(&empty);
        if z == 0 || z == depth - 1 {
            mask.to_mut()[if z == 0 { 0 } else { side * side - 1 }] = 3;
        }
        builder.push_slice(Voxels::I16(&image), Voxels::U8(&mask)).unwrap();
    }
    let region: Region = builder.finish().unwrap();
    assert_eq!(region.voxels(), 2);
    assert_eq!(region.bounding_box(), [0..side, 0..side, 0..depth]);
    let found = crate::support::by_name(&region.features(&Settings::default()).unwrap());
    let ends = [side, side, depth].map(|length| (length as f64 - 1.0).powi(2)).iter().sum::<f64>();
    let diameter = found["shape_Maximum3DDiameter"].unwrap();
    assert!(diameter > ends.sqrt() && diameter < ends.sqrt() + 1.0, "{diameter}");
}

/// The volume as a whole gives the same as its views.
#[test]
fn the_bounding_box_and_the_values_are_the_regions() {
    let phantom = ellipsoid([3.0, 4.0, 5.0], [1.0; 3]);
    let volume = |voxels| Volume::new(voxels, phantom.size, phantom.spacing).unwrap();
    let region =
        Region::new(&volume(phantom.image.as_slice().into()), &volume(phantom.mask.as_slice().into()), 1).unwrap();
    assert_eq!(region.bounding_box(), [4..10, 3..11, 2..12]);
    assert_eq!(region.voxels(), phantom.mask.iter().map(|label| usize::from(*label)).sum::<usize>());
    assert!(region.values().iter().all(|value| *value == 7.0));
    assert_eq!((region.minimum(), region.maximum(), region.spacing()), (7.0, 7.0, [1.0; 3]));
}
