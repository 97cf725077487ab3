//! Past a denial that may be broken, for a reason that is recorded.

use http::Method;
use serde_json::{Value, json};
use ward_tests::people::Person;
use ward_tests::{Answer, Api, Upload, Ward};

use crate::audit::{auditor, records, whole};

/// Technicians may see studies of other centres in an emergency, but none that is urgent: those stay sealed.
const EMERGENCY: &str = r#"
    @id("technicians-in-an-emergency")
    permit (principal in Role::"technician", action == Action::"ward:break-glass", resource);

    @id("view-in-an-emergency") @break_glass
    permit (principal, action == Action::"view", resource is Study);

    @id("sealed")
    forbid (principal, action == Action::"view", resource is Study) when { resource.urgent };
"#;

const REASON: &str = "患者昏迷，需要既往影像";

struct Hospital {
    ward: Ward,
    admin: Api,
    technician: Person,
    study: i64,
}

impl Hospital {
    /// A technician, and a study of another centre.
    async fn new(policy: &str, urgent: bool) -> Self {
        let ward = Ward::builder().site_policy("pacs", "emergency.cedar", policy).start().await;
        let admin = ward.admin().await;
        let (technician, other) = (admin.technician().await, admin.technician().await);
        let study = other.upload(Upload::new().field("is_urgent", urgent)).await.expect(200).id();
        Self { ward, admin, technician, study }
    }

    async fn look(&self, api: &Api, reason: Option<&str>) -> Answer {
        let mut request = api.request(Method::GET, &format!("/studies/{}", self.study));
        if let Some(reason) = reason {
            let value = http::HeaderValue::from_bytes(reason.as_bytes()).unwrap();
            request = request.header("x-ward-break-glass", value);
        }
        api.send(request).await
    }

    async fn broken(&self) -> Vec<Value> {
        records(&auditor(&self.ward).await, "break_glass=true").await
    }
}

#[tokio::test]
async fn a_reason_gets_past_a_denial_that_may_be_broken_and_is_recorded() {
    let hospital = Hospital::new(EMERGENCY, false).await;
    hospital.look(&hospital.technician, None).await.expect(404);
    hospital.look(&hospital.technician, Some(REASON)).await.expect(200);
    // The next request needs a reason of its own.
    hospital.look(&hospital.technician, None).await.expect(404);
    let found = hospital.broken().await;
    let [record] = &found[..] else { panic!("{found:?}") };
    let overridden = json!([["view", "Study", hospital.study.to_string()]]);
    assert_eq!(record["break_glass"], json!({ "reason": REASON, "overridden": overridden }));
    assert_eq!((&record["account"], &record["status"]), (&json!(hospital.technician.id), &json!(200)));
    whole(&hospital.ward).await;
}

#[tokio::test]
async fn a_reason_that_was_not_needed_is_recorded_as_such() {
    let hospital = Hospital::new(EMERGENCY, false).await;
    let own = hospital.technician.upload(Upload::new()).await.expect(200).id();
    let hospital = Hospital { study: own, ..hospital };
    hospital.look(&hospital.technician, Some(REASON)).await.expect(200);
    assert_eq!(hospital.broken().await[0]["break_glass"]["overridden"], json!([]));
}

#[tokio::test]
async fn who_has_not_the_right_is_refused_and_recorded() {
    let hospital = Hospital::new(EMERGENCY, false).await;
    let centre = hospital.admin.centre("Elsewhere").await;
    let user = hospital.admin.centre_user(centre).await;
    hospital.look(&user, Some(REASON)).await.expect(403);
    hospital.look(&hospital.ward.anonymous(), Some(REASON)).await.expect(401);
    let found = hospital.broken().await;
    assert_eq!(found.iter().map(|record| record["status"].clone()).collect::<Vec<_>>(), [401, 403]);
    assert_eq!(found[1]["break_glass"], json!({ "reason": REASON, "overridden": [] }));
}

#[tokio::test]
async fn what_a_policy_forbids_without_the_mark_stays_forbidden() {
    let hospital = Hospital::new(EMERGENCY, true).await;
    hospital.look(&hospital.technician, Some(REASON)).await.expect(404);
    assert_eq!(hospital.broken().await[0]["break_glass"]["overridden"], json!([]));
}

#[tokio::test]
async fn a_marked_forbid_is_lifted_for_a_reason() {
    let policy = EMERGENCY.replace("@id(\"sealed\")", "@id(\"sealed\") @break_glass");
    let hospital = Hospital::new(&policy, true).await;
    hospital.look(&hospital.admin, None).await.expect(404);
    hospital.look(&hospital.technician, Some(REASON)).await.expect(200);
}

#[tokio::test]
async fn without_a_marked_policy_a_reason_changes_nothing() {
    let right = r#"permit (principal in Role::"technician", action == Action::"ward:break-glass", resource);"#;
    let hospital = Hospital::new(right, false).await;
    hospital.look(&hospital.technician, Some(REASON)).await.expect(404);
}

#[tokio::test]
async fn a_reason_that_says_nothing_is_refused() {
    let hospital = Hospital::new(EMERGENCY, false).await;
    for wrong in ["", "urgent", &"x".repeat(501), "%ff%fe%fd not in any script", "a line%0abroken in two"] {
        let answer = hospital.look(&hospital.technician, Some(wrong)).await.expect(400);
        assert!(answer.detail().contains("x-ward-break-glass"), "{}", answer.detail());
    }
    assert_eq!(hospital.broken().await, Vec::<Value>::new());
}

#[tokio::test]
async fn what_is_not_recorded_cannot_be_broken() {
    let policy = r#"
        permit (principal, action == Action::"ward:break-glass", resource);
        @break_glass permit (principal, action == Action::"view", resource is User);
    "#;
    let hospital = Hospital::new(policy, false).await;
    let other = hospital.admin.technician().await;
    let path = format!("/users/{}", other.id);
    let request = hospital.technician.request(Method::GET, &path);
    hospital.technician.send(request.header("x-ward-break-glass", "a reason in many words")).await.expect(404);
}
