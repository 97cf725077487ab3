//! What the tests share.

use std::collections::BTreeMap;

use serde_json::Value;
use ward_radiomics_features::phantom::Phantom;
use ward_radiomics_features::{Axis, Bins, Error, Feature, Settings, Voxels};

/// Values by name.
pub type Values = BTreeMap<String, Option<f64>>;

/// A checked-in file.
pub fn reference(name: &str) -> Value {
    let path = format!("{}/tests/reference/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Settings in PyRadiomics' words.
pub fn settings(called_with: &Value) -> Settings {
    let mut settings = Settings::default();
    for (name, value) in called_with.as_object().unwrap() {
        match name.as_str() {
            "binWidth" => settings.bins = Bins::Width(value.as_f64().unwrap()),
            "binCount" => settings.bins = Bins::Count(value.as_u64().unwrap().try_into().unwrap()),
            "weightingNorm" => settings.merge_directions = value == "no_weighting",
            "force2Ddimension" => {
                settings.slices_across = Some([Axis::Z, Axis::Y, Axis::X][value.as_u64().unwrap() as usize]);
            }
            "force2D" => assert_eq!(value, true),
            "minimumROIDimensions" => settings.minimum_dimensions = value.as_u64().unwrap() as usize,
            other => panic!("unknown setting {other}"),
        }
    }
    settings
}

/// A nested array [z][y][x] of numbers.
pub fn nested<T>(array: &Value, of_type: impl Fn(f64) -> T) -> (Vec<T>, [usize; 3]) {
    let list = |value: &Value| value.as_array().unwrap().clone();
    let slices = list(array);
    let (rows, width) = (list(&slices[0]), list(&slices[0][0]).len());
    let size = [width, rows.len(), slices.len()];
    let numbers = slices.iter().flat_map(list).flat_map(|row| list(&row));
    (numbers.map(|number| of_type(number.as_f64().unwrap())).collect(), size)
}

/// The IBSI digital phantom.
pub fn ibsi_phantom() -> Phantom<i16> {
    let file = reference("ibsi_phantom");
    let (image, size) = nested(&file["image_zyx"], |value| value as i16);
    let (mask, _) = nested(&file["mask_zyx"], |label| label as u8);
    Phantom { image, mask, size, spacing: [2.0; 3] }
}

/// The features of label 1.
pub fn features<T>(phantom: &Phantom<T>, settings: &Settings) -> Result<Values, Error>
where
    for<'a> Voxels<'a>: From<&'a [T]>,
{
    Ok(by_name(&phantom.features(settings)?))
}

/// By full name.
pub fn by_name(features: &[Feature]) -> Values {
    features.iter().map(|feature| (feature.to_string(), feature.value)).collect()
}

/// Every feature of `expected` that differs from `found`, in words.
pub fn differences(expected: &Values, found: &Values) -> Vec<String> {
    assert_eq!(expected.keys().collect::<Vec<_>>(), found.keys().collect::<Vec<_>>());
    let differs = |(name, value): &(&String, &Option<f64>)| !agree(name, **value, found[*name]);
    expected.iter().filter(differs).map(|(name, value)| format!("{name}: {value:?}, found {:?}", found[name])).collect()
}

/// Within a relative or an absolute difference of 1e-9; roots of rounding noise within 1e-6.
fn agree(name: &str, expected: Option<f64>, found: Option<f64>) -> bool {
    let (Some(expected), Some(found)) = (expected, found) else { return expected == found };
    let is_root = ["AxisLength", "Elongation", "Flatness"].iter().any(|root| name.ends_with(root));
    let absolute = if is_root && expected.abs() < 1e-6 { 1e-6 } else { 1e-9 };
    (expected - found).abs() <= f64::max(absolute, 1e-9 * expected.abs())
}

/// A JSON object of numbers and nulls.
pub fn values(object: &Value) -> Values {
    object.as_object().unwrap().iter().map(|(name, value)| (name.clone(), value.as_f64())).collect()
}
