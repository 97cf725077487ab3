//! What each role sees.

use serde_json::json;
use ward_tests::people::Person;
use ward_tests::{Api, Upload, Ward};

/// Two centres, each with a study, a technician and a user; the northern study has a report.
struct Hospital {
    _ward: Ward,
    admin: Api,
    radiologist: Person,
    north: Centre,
    south: Centre,
    report: i64,
}

struct Centre {
    id: i64,
    technician: Person,
    user: Person,
    study: i64,
    code: String,
}

impl Centre {
    async fn new(admin: &Api, name: &str) -> Self {
        let id = admin.centre(name).await;
        let technician = admin.technician_of(id).await;
        let user = admin.centre_user(id).await;
        let study = technician.upload(Upload::new()).await.expect(200).json();
        let code = study["study_id"].as_str().unwrap().to_owned();
        Self { id, technician, user, study: study["id"].as_i64().unwrap(), code }
    }

    fn people(&self) -> [&Person; 2] {
        [&self.technician, &self.user]
    }
}

impl Hospital {
    async fn new() -> Self {
        let ward = Ward::start().await;
        let admin = ward.admin().await;
        let (north, south) = (Centre::new(&admin, "North").await, Centre::new(&admin, "South").await);
        let radiologist = admin.radiologist().await;
        let to = json!({"radiologist_id": radiologist.id});
        admin.patch(&format!("/studies/{}/assign", north.study), &to).await.expect(200);
        let report =
            json!({"study_id": north.study, "findings": "F", "impression": "I", "report_type": "Final Report"});
        let report = radiologist.post("/reports", &report).await.expect(200).id();
        Self { _ward: ward, admin, radiologist, north, south, report }
    }
}

async fn studies(api: &Api, query: &str) -> Vec<i64> {
    let mut ids: Vec<i64> = api
        .get(&format!("/studies{query}"))
        .await
        .expect(200)
        .list()
        .iter()
        .map(|study| study["id"].as_i64().unwrap())
        .collect();
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn a_centres_people_see_its_studies_and_no_others() {
    let hospital = Hospital::new().await;
    for person in hospital.north.people() {
        assert_eq!(studies(person, "").await, [hospital.north.study]);
        assert_eq!(studies(person, &format!("?centre_id={}", hospital.south.id)).await, Vec::<i64>::new());
        assert_eq!(studies(person, "?search=John").await, [hospital.north.study]);
    }
    for person in hospital.south.people() {
        assert_eq!(studies(person, "").await, [hospital.south.study]);
    }
}

#[tokio::test]
async fn radiologists_and_administrators_see_all_studies() {
    let hospital = Hospital::new().await;
    let all = vec![hospital.north.study, hospital.south.study];
    assert_eq!(studies(&hospital.admin, "").await, all);
    assert_eq!(studies(&hospital.radiologist, "").await, all);
    assert_eq!(
        studies(&hospital.radiologist, &format!("?centre_id={}", hospital.south.id)).await,
        [hospital.south.study]
    );
}

#[tokio::test]
async fn no_path_leads_to_another_centres_study() {
    let hospital = Hospital::new().await;
    let (study, code) = (hospital.north.study, &hospital.north.code);
    for person in hospital.south.people() {
        for path in [
            format!("/studies/{study}"),
            format!("/studies/{code}"),
            format!("/studies/study_id/{code}"),
            format!("/studies/{study}/instance/0"),
            format!("/studies/{study}/instances"),
        ] {
            let answer = person.get(&path).await;
            assert!([403, 404].contains(&answer.status), "{path}: {}", answer.status);
            assert!(!answer.text().contains("John"));
        }
        let answer = person
            .patch(&format!("/studies/{study}/assign"), &json!({"radiologist_id": hospital.radiologist.id}))
            .await;
        assert!([403, 404].contains(&answer.status));
    }
}

#[tokio::test]
async fn a_centres_people_see_the_reports_on_its_studies_and_no_others() {
    let hospital = Hospital::new().await;
    let path = format!("/reports/{}", hospital.report);
    for person in hospital.north.people() {
        person.get(&path).await.expect(200);
        assert_eq!(person.get("/reports").await.expect(200).list().len(), 1);
    }
    for person in hospital.south.people() {
        let answer = person.get(&path).await;
        assert!([403, 404].contains(&answer.status));
        assert_eq!(person.get("/reports").await.expect(200).list().len(), 0);
    }
    hospital.radiologist.get(&path).await.expect(200);
}

#[tokio::test]
async fn pages_count_only_what_one_may_see() {
    let hospital = Hospital::new().await;
    for _ in 0..3 {
        hospital.north.technician.study(Upload::new()).await;
    }
    let later = hospital.south.technician.study(Upload::new()).await;
    let mut seen = Vec::new();
    for skip in 0..3 {
        seen.extend(studies(&hospital.south.technician, &format!("?skip={skip}&limit=1")).await);
    }
    seen.sort_unstable();
    assert_eq!(seen, [hospital.south.study, later]);
}

#[tokio::test]
async fn moving_to_another_centre_moves_what_one_sees() {
    let hospital = Hospital::new().await;
    let person = &hospital.south.technician;
    let moved = hospital.admin.patch(&format!("/users/{}", person.id), &json!({"centre_id": hospital.north.id})).await;
    // The document's update names no centre: either it moves the user, or it says that it cannot.
    if moved.status == 200 && moved.json()["centre_id"] == hospital.north.id {
        assert_eq!(studies(person, "").await, [hospital.north.study]);
    } else {
        assert_eq!(studies(person, "").await, [hospital.south.study]);
    }
}

#[tokio::test]
async fn a_deactivated_centres_studies_stay() {
    let hospital = Hospital::new().await;
    hospital.admin.patch_empty(&format!("/centres/{}/deactivate", hospital.north.id)).await.expect(200);
    hospital.radiologist.get(&format!("/studies/{}/instance/0", hospital.north.study)).await.expect(200);
}
