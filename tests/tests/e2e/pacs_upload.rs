//! `POST /studies/upload`.

use serde_json::{Value, json};
use ward_tests::{Upload, Ward, dicom};

#[tokio::test]
async fn the_documents_example_uploads_a_study() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    let upload = Upload::new()
        .file("file1.dcm", dicom::image(1))
        .file("file2.dcm", dicom::image(2))
        .file("file3.dcm", dicom::image(3));
    let study = technician.upload(upload).await.expect(200).json();
    for (field, value) in [
        ("patient_name", json!("John Doe")),
        ("patient_age", json!(45)),
        ("patient_gender", json!("M")),
        ("modality", json!("ct")),
        ("study_type", json!("CT Scan - Chest")),
        ("study_description", json!("Routine chest examination")),
        ("is_urgent", json!(false)),
        ("status", json!("uploaded")),
        ("centre_id", json!(technician.centre)),
        ("created_by_id", json!(technician.id)),
        ("assigned_radiologist_id", Value::Null),
        ("num_instances", json!(3)),
    ] {
        assert_eq!(study[field], value, "{field}");
    }
    let code = study["study_id"].as_str().unwrap();
    assert!(study["dicom_files_path"].as_str().unwrap().ends_with(&format!("/{code}")));
    assert!(study["created_at"].is_string());
}

#[tokio::test]
async fn the_field_files_of_post_studies_is_the_same() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    let upload = Upload::new().files_as("files").file("a.dcm", dicom::image(1)).file("b.dcm", dicom::image(2));
    let study = technician.post_multipart("/studies", upload.form()).await.expect(200).json();
    assert_eq!(study["num_instances"], 2);
}

#[tokio::test]
async fn one_file_that_is_not_dicom_refuses_all_and_is_named() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    let upload = Upload::new()
        .file("good.dcm", dicom::image(1))
        .file("letter.pdf", dicom::not_dicom())
        .file("also-good.dcm", dicom::image(2));
    let refused = technician.upload(upload).await.expect(400);
    assert!(refused.detail().contains("letter.pdf"), "{}", refused.text());
    assert!(!refused.detail().contains("good.dcm"));
    assert_eq!(technician.get("/studies").await.list().len(), 0);
}

#[tokio::test]
async fn a_refused_upload_leaves_no_file_behind() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    technician.study(Upload::new()).await;
    let before = files_below(&ward.data().join("blobs"));
    for _ in 0..3 {
        let upload = Upload::new().file("good.dcm", dicom::image(77)).file("bad.dcm", dicom::not_dicom());
        technician.upload(upload).await.expect(400);
        technician.upload(Upload::new().field("patient_age", "old")).await.expect(422);
    }
    ward_tests::ward::eventually("staging is clean", async || files_below(&ward.data().join("blobs")) == before).await;
}

/// Files below a directory, however the store arranges them.
fn files_below(directory: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { files_below(&entry.path()) } else { 1 }).sum()
}

#[tokio::test]
async fn what_is_wrong_with_a_form_is_named() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    for (field, value) in [
        ("patient_age", "-1"),
        ("patient_age", "abc"),
        ("patient_age", "99999999999"),
        ("modality", "camera"),
        ("modality", ""),
        ("is_urgent", "perhaps"),
        ("patient_name", ""),
    ] {
        let answer = technician.upload(Upload::new().field(field, value)).await;
        assert_eq!(answer.invalid_fields(), [format!("body.{field}")], "{field}={value}");
    }
    for field in ["patient_name", "modality"] {
        assert_eq!(technician.upload(Upload::new().without(field)).await.invalid_fields(), [format!("body.{field}")]);
    }
    assert_eq!(technician.get("/studies").await.list().len(), 0);
}

#[tokio::test]
async fn a_study_has_files() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    let answer = technician.post_multipart("/studies/upload", Upload::new().form_as_is()).await;
    assert_eq!(answer.invalid_fields(), ["body.dicom_files"]);
    technician.upload(Upload::new().file("empty.dcm", Vec::new())).await.expect(400);
}

#[tokio::test]
async fn modality_is_one_of_five_and_urgency_is_kept() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    for modality in ["ct", "xray", "mri", "ultrasound", "pet"] {
        let study = technician
            .upload(Upload::new().field("modality", modality).field("is_urgent", "true"))
            .await
            .expect(200)
            .json();
        assert_eq!(study["modality"], modality);
        assert_eq!(study["is_urgent"], true);
    }
}

#[tokio::test]
async fn an_administrator_names_the_centre_or_takes_the_first_active_one() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    admin.upload(Upload::new()).await.expect(400);
    let (first, second, third) = (admin.centre("A").await, admin.centre("B").await, admin.centre("C").await);
    assert_eq!(admin.upload(Upload::new().field("centre_id", third)).await.expect(200).json()["centre_id"], third);
    assert_eq!(admin.upload(Upload::new()).await.expect(200).json()["centre_id"], first);
    admin.patch_empty(&format!("/centres/{first}/deactivate")).await.expect(200);
    assert_eq!(admin.upload(Upload::new()).await.expect(200).json()["centre_id"], second);
    let unknown = admin.upload(Upload::new().field("centre_id", 4711)).await;
    assert!([400, 404].contains(&unknown.status), "{}: {}", unknown.status, unknown.text());
}

#[tokio::test]
async fn a_technician_uploads_for_the_own_centre_only() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let other = admin.centre("Other").await;
    let technician = admin.technician().await;
    technician.upload(Upload::new().field("centre_id", other)).await.expect(403);
    assert_eq!(admin.get(&format!("/studies?centre_id={other}")).await.list().len(), 0);
}

#[tokio::test]
async fn a_radiologist_uploads_nothing() {
    let ward = Ward::start().await;
    let radiologist = ward.admin().await.radiologist().await;
    radiologist.upload(Upload::new()).await.expect(403);
}

#[tokio::test]
async fn nesting_that_overflows_the_parser_costs_one_request() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    for levels in [2_000, 100_000] {
        let answer = technician.upload(Upload::new().file("deep.dcm", dicom::nested(levels))).await;
        assert!([400, 500].contains(&answer.status), "{}: {}", answer.status, answer.text());
        assert!(answer.json()["detail"].is_string());
        technician.study(Upload::new()).await;
    }
    // What real files have is taken.
    technician.study(Upload::new().file("shallow.dcm", dicom::nested(8))).await;
}

#[tokio::test]
async fn a_length_that_lies_is_refused_without_the_memory_it_asks_for() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    for claimed in [1 << 20, 0x7fff_fffe, 0xffff_fffe] {
        let answer = technician.upload(Upload::new().file("lying.dcm", dicom::lying_length(claimed))).await;
        assert!([200, 400].contains(&answer.status), "{}: {}", answer.status, answer.text());
    }
    technician.study(Upload::new()).await;
}
