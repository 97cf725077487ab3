//! Real DICOM files: every transfer syntax is taken as it is, and no malformed file does harm.

use ward_tests::{Upload, Ward, fixtures};

/// Files that any PACS must take.
const SOUND: [&str; 22] = [
    "CT_small.dcm",
    "MR_small.dcm",
    "MR_small_RLE.dcm",
    "MR_small_bigendian.dcm",
    "MR_small_implicit.dcm",
    "MR_small_jp2klossless.dcm",
    "MR_small_jpeg_ls_lossless.dcm",
    "MR_small_padded.dcm",
    "ExplVR_BigEnd.dcm",
    "JPEG-lossy.dcm",
    "JPEG2000.dcm",
    "JPGExtended.dcm",
    "JPEGLSNearLossless_16.dcm",
    "SC_rgb_jpeg_dcmtk.dcm",
    "SC_rgb_rle_2frame.dcm",
    "SC_rgb_small_odd_big_endian.dcm",
    "examples_ybr_color.dcm",
    "examples_overlay.dcm",
    "image_dfl.dcm",
    "liver_1frame.dcm",
    "rtplan.dcm",
    "waveform_ecg.dcm",
];

#[tokio::test]
async fn every_transfer_syntax_comes_back_byte_identical() {
    if fixtures::pydicom().is_none() {
        return;
    }
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    let mut upload = Upload::new();
    for name in SOUND {
        upload = upload.file(name, fixtures::pydicom_file(name).unwrap());
    }
    let study = technician.upload(upload).await.expect(200).json();
    assert_eq!(study["num_instances"], SOUND.len());
    for (number, name) in SOUND.iter().enumerate() {
        let instance = technician.get(&format!("/studies/{}/instance/{number}", study["id"])).await.expect(200);
        assert_eq!(instance.body, fixtures::pydicom_file(name).unwrap(), "{name}");
    }
}

#[tokio::test]
async fn each_of_pydicoms_files_is_taken_whole_or_refused_by_name() {
    let Some(directory) = fixtures::pydicom() else { return };
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    let mut taken = 0;
    for file in files_below(&directory) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(&file).unwrap();
        let answer = technician.upload(Upload::new().file(&name, bytes.clone())).await;
        match answer.status {
            200 => {
                taken += 1;
                let instance = technician.get(&format!("/studies/{}/instance/0", answer.id())).await.expect(200);
                assert_eq!(instance.body, bytes, "{name}");
            }
            400 => assert!(answer.detail().contains(&name), "{name}: {}", answer.text()),
            status => panic!("{name}: {status} {}", answer.text()),
        }
    }
    assert!(taken >= 100, "only {taken} were taken");
    assert_eq!(technician.get("/studies?limit=1000").await.list().len(), taken);
}

fn files_below(directory: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(directory).unwrap().flatten().map(|entry| entry.path());
    let mut files: Vec<_> =
        entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect();
    files.sort();
    files
}

#[tokio::test]
async fn what_is_no_dicom_file_is_refused_whatever_its_name() {
    if fixtures::pydicom().is_none() {
        return;
    }
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    for name in ["README.txt", "crayons.icc", "zipMR.gz", "test1.json", "rtplan.dump"] {
        let bytes = fixtures::pydicom_file(name).unwrap();
        let answer = technician.upload(Upload::new().file("image.dcm", bytes)).await.expect(400);
        assert!(answer.detail().contains("image.dcm"), "{name}: {}", answer.text());
    }
}

#[tokio::test]
async fn every_truncation_of_a_file_is_answered() {
    let Some(whole) = fixtures::pydicom_file("rtstruct.dcm") else { return };
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    for length in (0..whole.len()).step_by(97) {
        let answer = technician.upload(Upload::new().file("cut.dcm", whole[..length].to_vec())).await;
        assert!([200, 400].contains(&answer.status), "{length} bytes: {} {}", answer.status, answer.text());
    }
}

#[tokio::test]
async fn files_made_by_dcmtk_are_taken() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    let directory = tempfile::tempdir().unwrap();
    let dump = "(0008,0016) UI =SecondaryCaptureImageStorage\n(0008,0018) UI [1.2.3.4.5.6]\n\
        (0008,0060) CS [OT]\n(0010,0010) PN [Doe^Jane]\n(0020,000d) UI [1.2.3]\n(0020,000e) UI [1.2.4]\n";
    let dumped = fixtures::dump2dcm(directory.path(), dump);
    let image = fixtures::img2dcm(directory.path(), JPEG);
    for bytes in [dumped, image].into_iter().flatten() {
        let study = technician.study(Upload::new().file("made.dcm", bytes.clone())).await;
        assert_eq!(technician.get(&format!("/studies/{study}/instance/0")).await.expect(200).body, bytes);
    }
}

/// A grey pixel, baseline JPEG.
const JPEG: &[u8] = include_bytes!("pixel.jpg");
