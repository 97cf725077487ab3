//! What the sandbox computes is what the machine computes.

use std::collections::BTreeMap;

use ward_radiomics_features::phantom::small32;
use ward_radiomics_features::{Feature, Settings};
use ward_tests::Ward;

#[tokio::test]
async fn features_are_the_same_inside_the_sandbox_and_outside() {
    let ward = Ward::builder().without_plugins().guest("radiomics-features", &[]).start().await;
    let answer = ward.at("/radiomics-features").get("/run?volume=small32&shape_only=false&times=1").await.expect(200);
    let inside: BTreeMap<String, f64> = serde_json::from_value(answer.json()).unwrap();
    assert_eq!(inside.len(), 107);
    for feature in small32().features(&Settings::default()).unwrap() {
        let (outside, inside) = (value(&feature), inside[&feature.to_string()]);
        assert!((outside - inside).abs() <= 1e-10 * outside.abs().max(1.0), "{feature}: {outside} {inside}");
    }
}

fn value(feature: &Feature) -> f64 {
    feature.value.unwrap_or_else(|| panic!("{feature} has no value"))
}
