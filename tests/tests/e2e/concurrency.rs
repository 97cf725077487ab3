//! Many at once.

use std::collections::HashSet;

use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use serde_json::json;
use ward_tests::{Upload, Ward, dicom};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hundreds_of_uploads_at_once_are_all_kept_whole() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let technicians = [admin.technician().await, admin.technician().await, admin.technician().await];
    let uploads = (0..300_u32).map(|number| {
        let technician = &technicians[number as usize % technicians.len()];
        async move {
            let upload = Upload::new().file("a.dcm", dicom::image(number)).file("b.dcm", dicom::image(number + 1_000));
            (number, technician.upload(upload).await.expect(200).json())
        }
    });
    let studies: Vec<_> = stream::iter(uploads).buffer_unordered(100).collect().await;
    assert_eq!(studies.iter().map(|(_, study)| study["study_id"].to_string()).collect::<HashSet<_>>().len(), 300);
    assert_eq!(admin.get("/studies?limit=1000").await.expect(200).list().len(), 300);
    for (number, study) in studies.iter().step_by(17) {
        for (instance, expected) in [(0, *number), (1, number + 1_000)] {
            let file = admin.get(&format!("/studies/{}/instance/{instance}", study["id"])).await.expect(200);
            assert_eq!(file.body, dicom::image(expected));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_is_verified_exactly_once() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let (technician, radiologist) = (admin.technician().await, admin.radiologist().await);
    for _ in 0..5 {
        let study = technician.study(Upload::new()).await;
        admin.patch(&format!("/studies/{study}/assign"), &json!({"radiologist_id": radiologist.id})).await.expect(200);
        let report = json!({"study_id": study, "findings": "F", "impression": "I", "report_type": "Final Report"});
        let report = radiologist.post("/reports", &report).await.expect(200).id();
        let path = format!("/reports/{report}/verify");
        let mut answers: Vec<u16> =
            join_all((0..40).map(|_| radiologist.patch_empty(&path))).await.iter().map(|a| a.status).collect();
        answers.sort_unstable();
        assert_eq!(answers[0], 200);
        assert!(answers[1..].iter().all(|status| *status == 400), "{answers:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_study_gets_one_first_report() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let (technician, radiologist) = (admin.technician().await, admin.radiologist().await);
    let study = technician.study(Upload::new()).await;
    admin.patch(&format!("/studies/{study}/assign"), &json!({"radiologist_id": radiologist.id})).await.expect(200);
    let report = json!({"study_id": study, "findings": "F", "impression": "I", "report_type": "Final Report"});
    let answers = join_all((0..30).map(|_| radiologist.post("/reports", &report))).await;
    let written = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(written, 1);
    assert!(answers.iter().all(|answer| [200, 400].contains(&answer.status)));
    assert_eq!(radiologist.get("/reports").await.list().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_is_given_to_one_of_many_who_want_it() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let register = |number: u32| {
        let body = json!({
            "username": "wanted", "email": format!("wanted{number}@example.com"), "password": "a long password",
            "full_name": "W", "role": "radiologist",
        });
        let admin = admin.clone();
        async move { admin.post("/auth/register", &body).await.status }
    };
    let answers: Vec<u16> = join_all((0..12).map(register)).await;
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|status| [200, 400, 503].contains(status)), "{answers:?}");
    assert_eq!(admin.get("/users?role=radiologist").await.list().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_requests_than_there_is_room_for_are_told_to_come_back() {
    let ward = Ward::builder()
        .configure_pacs(|mount| {
            mount.limits.concurrency = Some(1);
            mount.limits.queue = Some(1);
        })
        .start()
        .await;
    let admin = ward.admin().await;
    let answers = join_all((0..200).map(|_| admin.get("/users"))).await;
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status == 503).collect();
    assert!(answers.iter().all(|answer| [200, 503].contains(&answer.status)));
    assert!(!refused.is_empty(), "all were answered");
    // Too many at once even for the API's own words get the host's.
    assert!(refused.iter().all(|answer| answer.header("retry-after").is_some() && answer.json().is_object()));
    admin.get("/users").await.expect(200);
}
