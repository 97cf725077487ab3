//! The reference values of the Image Biomarker Standardisation Initiative for its digital phantom.

use crate::support::{features, ibsi_phantom, reference, settings};

/// IBSI divides by N − 1 where PyRadiomics divides by N.
const BY_N: [&str; 2] = ["shape_MinorAxisLength", "shape_LeastAxisLength"];

#[test]
fn phantom_agrees_with_every_reference_value() {
    let file = reference("ibsi");
    let rows = file["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 254);
    let runs = reference("pyradiomics");
    for row in rows {
        let (run, name) = (row["settings"].as_str().unwrap(), row["feature"].as_str().unwrap());
        let called_with = &runs["volumes"]["ibsi_phantom"][run]["called_with"];
        let mut found = features(&ibsi_phantom(), &settings(called_with)).unwrap()[name].unwrap();
        if name == "firstorder_Kurtosis" {
            found -= 3.0;
        }
        if row["pyradiomics_agrees"] == false {
            assert!(BY_N.contains(&name), "{name}");
            found *= (74.0_f64 / 73.0).sqrt();
        }
        let (expected, tolerance) = (row["reference"].as_f64().unwrap(), row["tolerance"].as_f64().unwrap());
        let difference = (three_digits(found) - expected).abs();
        assert!(
            difference <= tolerance + 1e-9 * expected.abs(),
            "{run} {name}: {expected} ± {tolerance}, found {found}"
        );
    }
}

fn three_digits(value: f64) -> f64 {
    format!("{value:.2e}").parse().unwrap()
}
