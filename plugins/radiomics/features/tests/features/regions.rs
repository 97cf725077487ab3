//! Small odd regions, with the values that PyRadiomics gives them: tiny, flat, disconnected, touching the border, of
//! two dimensions, of every type of voxel. `reference/make_regions.py` makes them.

use crate::support::{differences, features, nested, reference, settings, values};
use serde_json::Value;
use ward_radiomics_features::Voxels;
use ward_radiomics_features::phantom::Phantom;

#[test]
fn every_region_agrees() {
    let cases = reference("regions");
    for case in cases.as_array().unwrap() {
        let found = match case["dtype"].as_str().unwrap() {
            "uint8" => found(case, |value| value as u8),
            "int8" => found(case, |value| value as i8),
            "uint16" => found(case, |value| value as u16),
            "int16" => found(case, |value| value as i16),
            "uint32" => found(case, |value| value as u32),
            "int32" => found(case, |value| value as i32),
            "float32" => found(case, |value| value as f32),
            "float64" => found(case, |value| value),
            other => panic!("unknown type {other}"),
        };
        assert_eq!(differences(&values(&case["features"]), &found), Vec::<String>::new(), "{}", case["what"]);
    }
}

fn found<T>(case: &Value, of_type: impl Fn(f64) -> T) -> crate::support::Values
where
    for<'a> Voxels<'a>: From<&'a [T]>,
{
    let (mask, size) = nested(&case["mask_zyx"], |label| label as u8);
    let (image, _) = nested(&case["image_zyx"], of_type);
    let spacing = std::array::from_fn(|axis| case["spacing_xyz"][axis].as_f64().unwrap());
    features(&Phantom { image, mask, size, spacing }, &settings(&case["called_with"])).unwrap()
}
