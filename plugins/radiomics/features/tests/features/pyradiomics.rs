//! The published reference values of PyRadiomics 3.0.1, for the IBSI phantom and three synthetic volumes.

use crate::support::{differences, features, ibsi_phantom, reference, settings, values};
use sha2::{Digest, Sha256};
use ward_radiomics_features::Voxels;
use ward_radiomics_features::phantom::{Phantom, aniso96, constant24, small32};

/// Every run of a volume, each with all 107 features.
fn agrees<T>(name: &str, phantom: &Phantom<T>, runs: usize)
where
    for<'a> Voxels<'a>: From<&'a [T]>,
{
    let file = reference("pyradiomics");
    let expected = file["volumes"][name].as_object().unwrap();
    assert_eq!(expected.len(), runs);
    for (run, expected) in expected {
        let found = features(phantom, &settings(&expected["called_with"])).unwrap();
        let expected = values(&expected["features"]);
        assert_eq!(expected.len(), 107);
        assert_eq!(differences(&expected, &found), Vec::<String>::new(), "{name}, {run}");
    }
}

#[test]
fn ibsi_phantom_agrees() {
    agrees("ibsi_phantom", &ibsi_phantom(), 7);
}

#[test]
fn small_float_volume_agrees() {
    agrees("small32", &small32(), 3);
}

#[test]
fn anisotropic_volume_agrees() {
    agrees("aniso96", &aniso96(), 3);
}

#[test]
fn flat_region_agrees() {
    agrees("constant24", &constant24(), 3);
}

/// The reference values stand for volumes whose bytes are known.
#[test]
fn synthetic_volumes_are_those_of_the_reference_byte_for_byte() {
    let digest = |bytes: &[u8]| format!("{:x}", Sha256::digest(bytes));
    let bytes = |image: &[i16]| image.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
    let (small, aniso, constant) = (small32(), aniso96(), constant24());
    let small_bytes: Vec<u8> = small.image.iter().flat_map(|value| value.to_le_bytes()).collect();
    for (bytes, expected) in [
        (small_bytes, "08ac228925fd4b715b703bfb5a0db1331386fa414b91e5d98a74a4c8c24cf0fc"),
        (small.mask, "3f24e14c931bff38e574d11b6398e8354ed1249c9f178bf03bcd86ccac1e95df"),
        (bytes(&aniso.image), "997cb4b7837cc981f886d84939b748b54fb112e46fff8fb64df0795b5c407f7b"),
        (aniso.mask, "9985eac65b7182643d8fdae8a52b2debecebf22b83a8242c4ec3a6cf8954eb76"),
        (bytes(&constant.image), "07c15aa1088a00602749ec18b8fefa14763ea38533f76bbf9ad7adc3c512c1b2"),
        (constant.mask, "2ae16de4a057f5281cc6914439dcd9c802234ce505138902dfcea20888223028"),
    ] {
        assert_eq!(digest(&bytes), expected);
    }
}
