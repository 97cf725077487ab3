//! `/reports`.

use serde_json::{Value, json};
use ward_tests::people::Person;
use ward_tests::{Api, Upload, Ward};

/// A study that is assigned to a radiologist.
struct Case {
    _ward: Ward,
    admin: Api,
    technician: Person,
    radiologist: Person,
    study: i64,
}

impl Case {
    async fn new() -> Self {
        let ward = Ward::start().await;
        let admin = ward.admin().await;
        let (technician, radiologist) = (admin.technician().await, admin.radiologist().await);
        let study = technician.study(Upload::new()).await;
        let to = json!({"radiologist_id": radiologist.id});
        admin.patch(&format!("/studies/{study}/assign"), &to).await.expect(200);
        Self { _ward: ward, admin, technician, radiologist, study }
    }

    fn report(&self) -> Value {
        json!({
            "study_id": self.study, "findings": "Clear lung fields bilaterally.", "impression": "Normal chest CT study.",
            "report_type": "Preliminary Report", "is_ai_generated": false,
        })
    }

    async fn status(&self) -> Value {
        self.admin.get(&format!("/studies/{}", self.study)).await.json()["status"].clone()
    }
}

#[tokio::test]
async fn a_radiologist_writes_a_report() {
    let case = Case::new().await;
    let report = case.radiologist.post("/reports/", &case.report()).await.expect(200).json();
    assert_eq!(report["study_id"], case.study);
    assert_eq!(report["findings"], "Clear lung fields bilaterally.");
    assert_eq!(report["impression"], "Normal chest CT study.");
    assert_eq!(report["report_type"], "Preliminary Report");
    assert_eq!(report["is_ai_generated"], false);
    assert_eq!(report["is_verified"], false);
    assert_eq!(report["verified_at"], Value::Null);
    assert!(report["created_at"].is_string());
    assert_eq!(case.radiologist.get(&format!("/reports/{}", report["id"])).await.expect(200).json(), report);
    assert_eq!(case.status().await, "report_generated");
}

#[tokio::test]
async fn an_administrator_may_do_what_radiologists_do() {
    let case = Case::new().await;
    let report = case.admin.post("/reports", &case.report()).await.expect(200).id();
    case.admin.patch(&format!("/reports/{report}"), &json!({"findings": "Updated"})).await.expect(200);
    case.admin.patch_empty(&format!("/reports/{report}/verify")).await.expect(200);
}

#[tokio::test]
async fn technicians_and_centres_write_no_reports() {
    let case = Case::new().await;
    let user = case.admin.centre_user(case.technician.centre.unwrap()).await;
    let report = case.radiologist.post("/reports", &case.report()).await.expect(200).id();
    for person in [&case.technician, &user] {
        person.post("/reports", &case.report()).await.expect(403);
        person.patch(&format!("/reports/{report}"), &json!({"findings": "Mine"})).await.expect(403);
        person.patch_empty(&format!("/reports/{report}/verify")).await.expect(403);
        person.get(&format!("/reports/{report}")).await.expect(200);
    }
}

#[tokio::test]
async fn a_report_belongs_to_a_study_that_exists() {
    let case = Case::new().await;
    let mut report = case.report();
    report["study_id"] = json!(4711);
    case.radiologist.post("/reports", &report).await.expect(404);
    for field in ["study_id", "findings", "impression"] {
        let mut report = case.report();
        report.as_object_mut().unwrap().remove(field);
        assert_eq!(case.radiologist.post("/reports", &report).await.invalid_fields(), [format!("body.{field}")]);
    }
    assert_eq!(case.status().await, "assigned");
}

#[tokio::test]
async fn writing_a_report_passes_through_the_steps_before_it() {
    let case = Case::new().await;
    let study = case.technician.study(Upload::new()).await;
    let mut report = case.report();
    report["study_id"] = json!(study);
    case.radiologist.post("/reports", &report).await.expect(200);
    assert_eq!(case.admin.get(&format!("/studies/{study}")).await.json()["status"], "report_generated");
}

#[tokio::test]
async fn a_study_that_has_a_report_gets_no_other() {
    let case = Case::new().await;
    let report = case.radiologist.post("/reports", &case.report()).await.expect(200).id();
    let detail = case.radiologist.post("/reports", &case.report()).await.expect(400).detail();
    assert!(detail.contains("report_generated"), "{detail}");
    case.radiologist.patch_empty(&format!("/reports/{report}/verify")).await.expect(200);
    let detail = case.radiologist.post("/reports", &case.report()).await.expect(400).detail();
    assert!(detail.contains("verified") && detail.contains("report_generated"), "{detail}");
    assert_eq!(case.admin.get("/reports").await.list().len(), 1);
}

#[tokio::test]
async fn a_report_is_changed_until_it_is_verified() {
    let case = Case::new().await;
    let report = case.radiologist.post("/reports", &case.report()).await.expect(200).id();
    let path = format!("/reports/{report}");
    let change = json!({"findings": "Updated findings text", "impression": "Updated impression text"});
    let changed = case.radiologist.patch(&path, &change).await.expect(200).json();
    assert_eq!(changed["findings"], "Updated findings text");
    assert_eq!(changed["impression"], "Updated impression text");
    let partly = case.radiologist.patch(&path, &json!({"findings": "Again"})).await.expect(200).json();
    assert_eq!(partly["impression"], "Updated impression text");

    case.radiologist.patch_empty(&format!("{path}/verify")).await.expect(200);
    case.radiologist.patch(&path, &change).await.expect(400);
    assert_eq!(case.radiologist.get(&path).await.json()["findings"], "Again");
    case.radiologist.patch("/reports/4711", &change).await.expect(404);
}

#[tokio::test]
async fn a_report_is_verified_once() {
    let case = Case::new().await;
    let report = case.radiologist.post("/reports", &case.report()).await.expect(200).id();
    let verify = format!("/reports/{report}/verify");
    let verified = case.radiologist.patch_empty(&verify).await.expect(200).json();
    assert_eq!(verified["is_verified"], true);
    assert!(verified["verified_at"].is_string());
    assert_eq!(verified["id"], report);
    assert_eq!(case.status().await, "verified");
    case.radiologist.patch_empty(&verify).await.expect(400);
    assert_eq!(case.radiologist.get(&format!("/reports/{report}")).await.json(), verified);
    case.radiologist.patch_empty("/reports/4711/verify").await.expect(404);
}

#[tokio::test]
async fn reports_are_listed_page_by_page() {
    let case = Case::new().await;
    let mut reports = vec![case.radiologist.post("/reports", &case.report()).await.expect(200).id()];
    for _ in 0..2 {
        let study = case.technician.study(Upload::new()).await;
        let to = json!({"radiologist_id": case.radiologist.id});
        case.admin.patch(&format!("/studies/{study}/assign"), &to).await.expect(200);
        let mut report = case.report();
        report["study_id"] = json!(study);
        reports.push(case.radiologist.post("/reports", &report).await.expect(200).id());
    }
    let list = async |query: &str| -> Vec<i64> {
        let list = case.radiologist.get(&format!("/reports{query}")).await.expect(200).list();
        list.iter().map(|report| report["id"].as_i64().unwrap()).collect()
    };
    assert_eq!(list("/").await.len(), 3);
    let all = list("").await;
    assert_eq!(list("?skip=1&limit=1").await, all[1..2]);
    assert_eq!(list("?skip=3").await, Vec::<i64>::new());
    let mut sorted = all;
    sorted.sort_unstable();
    assert_eq!(sorted, reports);
}

#[tokio::test]
async fn long_findings_are_kept_whole() {
    let case = Case::new().await;
    let findings = "No consolidation. 未见实变。\n".repeat(2_000);
    let mut report = case.report();
    report["findings"] = json!(findings);
    let id = case.radiologist.post("/reports", &report).await.expect(200).id();
    assert_eq!(case.radiologist.get(&format!("/reports/{id}")).await.json()["findings"], findings);
}
