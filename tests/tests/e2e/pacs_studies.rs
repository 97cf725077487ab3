//! `/studies`: finding them, and their life cycle.

use serde_json::json;
use ward_tests::{Answer, Upload, Ward};

fn ids(answer: Answer) -> Vec<i64> {
    answer.expect(200).list().iter().map(|study| study["id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_study_is_found_by_number_and_by_code() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    let study = technician.upload(Upload::new()).await.expect(200).json();
    let code = study["study_id"].as_str().unwrap();
    for path in [format!("/studies/{}", study["id"]), format!("/studies/{code}"), format!("/studies/study_id/{code}")] {
        assert_eq!(technician.get(&path).await.expect(200).json(), study, "{path}");
    }
    for path in ["/studies/4711", "/studies/study_id/AAAAAAAA", "/studies/AAAAAAAA"] {
        technician.get(path).await.expect(404);
    }
}

#[tokio::test]
async fn a_code_has_eight_letters_and_digits_and_is_never_given_twice() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    let mut codes = std::collections::HashSet::new();
    for _ in 0..20 {
        let study = technician.upload(Upload::new()).await.expect(200).json();
        let code = study["study_id"].as_str().unwrap().to_owned();
        assert!(code.len() == 8 && code.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()), "{code}");
        assert!(codes.insert(code));
    }
}

#[tokio::test]
async fn studies_are_filtered() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let (north, south) = (admin.technician().await, admin.technician().await);
    let radiologist = admin.radiologist().await;
    let first = north.study(Upload::new().field("modality", "ct").field("patient_name", "Ada Lovelace")).await;
    let second = south.study(Upload::new().field("modality", "mri").field("patient_name", "Grace Hopper")).await;
    admin.patch(&format!("/studies/{second}/assign"), &json!({"radiologist_id": radiologist.id})).await.expect(200);

    for (query, found) in [
        (format!("centre_id={}", north.centre.unwrap()), vec![first]),
        ("status=assigned".to_owned(), vec![second]),
        ("status=verified".to_owned(), vec![]),
        ("modality=mri".to_owned(), vec![second]),
        ("modality=ct&status=assigned".to_owned(), vec![]),
        ("search=lovelace".to_owned(), vec![first]),
        ("search=%25".to_owned(), vec![]),
        ("date_from=2000-01-01&date_to=2000-12-31".to_owned(), vec![]),
    ] {
        assert_eq!(ids(admin.get(&format!("/studies?{query}")).await), found, "{query}");
    }
    let today = "date_from=2020-01-01&date_to=2999-12-31";
    assert_eq!(ids(admin.get(&format!("/studies/?{today}")).await).len(), 2);
    for (query, field) in [
        ("status=lost", "query.status"),
        ("modality=camera", "query.modality"),
        ("centre_id=x", "query.centre_id"),
        ("date_from=soon", "query.date_from"),
    ] {
        assert_eq!(admin.get(&format!("/studies?{query}")).await.invalid_fields(), [field], "{query}");
    }
}

#[tokio::test]
async fn studies_are_listed_page_by_page() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    for _ in 0..5 {
        technician.study(Upload::new()).await;
    }
    let all = ids(technician.get("/studies").await);
    assert_eq!(all.len(), 5);
    assert_eq!(ids(technician.get("/studies?skip=1&limit=3").await), all[1..4]);
    assert_eq!(ids(technician.get("/studies?skip=5").await), Vec::<i64>::new());
    assert_eq!(ids(technician.get("/studies?limit=1000").await), all);
}

#[tokio::test]
async fn a_study_is_assigned_to_a_radiologist() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let technician = admin.technician().await;
    let radiologist = admin.radiologist().await;
    let study = technician.study(Upload::new()).await;
    let path = format!("/studies/{study}/assign");
    let assigned = admin.patch(&path, &json!({"radiologist_id": radiologist.id})).await.expect(200).json();
    assert_eq!(assigned["status"], "assigned");
    assert_eq!(assigned["assigned_radiologist_id"], radiologist.id);
}

#[tokio::test]
async fn nobody_but_an_active_radiologist_is_assigned() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let technician = admin.technician().await;
    let left = admin.radiologist().await;
    admin.patch_empty(&format!("/users/{}/deactivate", left.id)).await.expect(200);
    let study = technician.study(Upload::new()).await;
    let path = format!("/studies/{study}/assign");
    for nobody in [technician.id, left.id, 4711] {
        let answer = admin.patch(&path, &json!({"radiologist_id": nobody})).await;
        assert!([400, 404].contains(&answer.status), "{}: {}", answer.status, answer.text());
    }
    assert_eq!(admin.patch(&path, &json!({})).await.invalid_fields(), ["body.radiologist_id"]);
    assert_eq!(admin.get(&format!("/studies/{study}")).await.json()["status"], "uploaded");
    admin.patch("/studies/4711/assign", &json!({"radiologist_id": left.id})).await.expect(404);
}

#[tokio::test]
async fn a_study_goes_from_upload_to_verified_report() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let technician = admin.technician().await;
    let radiologist = admin.radiologist().await;
    let study = technician.study(Upload::new()).await;
    let path = format!("/studies/{study}");
    let status = || async { technician.get(&path).await.json()["status"].as_str().unwrap().to_owned() };
    assert_eq!(status().await, "uploaded");
    admin.patch(&format!("{path}/assign"), &json!({"radiologist_id": radiologist.id})).await.expect(200);
    assert_eq!(status().await, "assigned");
    radiologist.get(&path).await.expect(200);
    assert_eq!(status().await, "in_review");
    let report = json!({"study_id": study, "findings": "F", "impression": "I", "report_type": "Final Report"});
    let report = radiologist.post("/reports", &report).await.expect(200).id();
    assert_eq!(status().await, "report_generated");
    radiologist.patch_empty(&format!("/reports/{report}/verify")).await.expect(200);
    assert_eq!(status().await, "verified");
}

#[tokio::test]
async fn a_step_that_is_not_next_is_refused_and_names_both_states() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let technician = admin.technician().await;
    let radiologist = admin.radiologist().await;
    let study = technician.study(Upload::new()).await;
    let assign = format!("/studies/{study}/assign");
    let to = json!({"radiologist_id": radiologist.id});
    admin.patch(&assign, &to).await.expect(200);
    radiologist.get(&format!("/studies/{study}")).await.expect(200);
    let report = json!({"study_id": study, "findings": "F", "impression": "I", "report_type": "Final Report"});
    let report = radiologist.post("/reports", &report).await.expect(200).id();
    radiologist.patch_empty(&format!("/reports/{report}/verify")).await.expect(200);

    let detail = admin.patch(&assign, &to).await.expect(400).detail();
    assert!(detail.contains("verified") && detail.contains("assigned"), "{detail}");
}

#[tokio::test]
async fn looking_at_a_study_starts_no_review_unless_the_radiologist_is_its_own() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let technician = admin.technician().await;
    let (own, other) = (admin.radiologist().await, admin.radiologist().await);
    let study = technician.study(Upload::new()).await;
    let path = format!("/studies/{study}");
    admin.patch(&format!("{path}/assign"), &json!({"radiologist_id": own.id})).await.expect(200);
    admin.get(&path).await.expect(200);
    technician.get(&path).await.expect(200);
    other.get(&path).await.expect(200);
    assert_eq!(admin.get(&path).await.json()["status"], "assigned");
}
