//! `/centres`.

use serde_json::json;
use ward_tests::{Upload, Ward};

#[tokio::test]
async fn an_administrator_creates_a_centre() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let body = json!({
        "name": "Main Diagnostic Centre", "address": "123 Medical Street, City",
        "contact_email": "contact@centre.com", "contact_phone": "+1234567890",
    });
    let centre = admin.post("/centres/", &body).await.expect(200).json();
    for field in ["name", "address", "contact_email", "contact_phone"] {
        assert_eq!(centre[field], body[field]);
    }
    assert_eq!(centre["is_active"], true);
    assert!(centre["created_at"].is_string());
    assert_eq!(admin.get(&format!("/centres/{}", centre["id"])).await.expect(200).json(), centre);
}

#[tokio::test]
async fn a_centre_needs_a_name() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let body = json!({"address": "A", "contact_email": "a@b.example", "contact_phone": "1"});
    assert_eq!(admin.post("/centres", &body).await.invalid_fields(), ["body.name"]);
    let mut empty = body.clone();
    empty["name"] = json!("   ");
    assert_eq!(admin.post("/centres", &empty).await.invalid_fields(), ["body.name"]);
    let mut email = body.clone();
    email["name"] = json!("C");
    email["contact_email"] = json!("nowhere");
    assert_eq!(admin.post("/centres", &email).await.invalid_fields(), ["body.contact_email"]);
}

#[tokio::test]
async fn only_an_administrator_creates_or_changes_centres() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let centre = admin.centre("North").await;
    let path = format!("/centres/{centre}");
    for person in [admin.technician_of(centre).await, admin.centre_user(centre).await, admin.radiologist().await] {
        person.post("/centres", &json!({"name": "Mine"})).await.expect(403);
        person.patch(&path, &json!({"name": "Mine"})).await.expect(403);
        person.patch_empty(&format!("{path}/deactivate")).await.expect(403);
        person.delete(&path).await.expect(403);
        person.get(&path).await.expect(200);
    }
}

#[tokio::test]
async fn a_centre_is_changed_field_by_field() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let path = format!("/centres/{}", admin.centre("North").await);
    let changed = admin.patch(&path, &json!({"name": "Updated Centre Name"})).await.expect(200).json();
    assert_eq!(changed["name"], "Updated Centre Name");
    assert_eq!(changed["address"], "123 Medical Street, City");
    assert_eq!(admin.get(&path).await.json(), changed);
    admin.patch("/centres/4711", &json!({"name": "None"})).await.expect(404);
    admin.get("/centres/4711").await.expect(404);
}

#[tokio::test]
async fn there_are_three_ways_to_deactivate_a_centre_and_none_erases_it() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let (a, b, c) = (admin.centre("A").await, admin.centre("B").await, admin.centre("C").await);
    assert_eq!(admin.patch_empty(&format!("/centres/{a}/deactivate")).await.expect(200).json()["is_active"], false);
    assert_eq!(
        admin.patch(&format!("/centres/{b}"), &json!({"is_active": false})).await.expect(200).json()["is_active"],
        false
    );
    assert!(admin.delete(&format!("/centres/{c}")).await.status < 300);
    for centre in [a, b, c] {
        assert_eq!(admin.get(&format!("/centres/{centre}")).await.expect(200).json()["is_active"], false);
    }
    let active = admin.patch(&format!("/centres/{b}"), &json!({"is_active": true})).await.expect(200).json();
    assert_eq!(active["is_active"], true);
}

#[tokio::test]
async fn centres_are_filtered_by_state_and_listed_page_by_page() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let mut centres = Vec::new();
    for name in ["A", "B", "C"] {
        centres.push(admin.centre(name).await);
    }
    admin.patch_empty(&format!("/centres/{}/deactivate", centres[1])).await.expect(200);
    let ids = |answer: ward_tests::Answer| -> Vec<i64> {
        answer.expect(200).list().iter().map(|centre| centre["id"].as_i64().unwrap()).collect()
    };
    assert_eq!(ids(admin.get("/centres/").await), centres);
    assert_eq!(ids(admin.get("/centres?is_active=true").await), [centres[0], centres[2]]);
    assert_eq!(ids(admin.get("/centres?is_active=false").await), [centres[1]]);
    assert_eq!(ids(admin.get("/centres?skip=1&limit=1").await), [centres[1]]);
    assert_eq!(admin.get("/centres?is_active=perhaps").await.invalid_fields(), ["query.is_active"]);
}

#[tokio::test]
async fn nothing_is_uploaded_for_a_deactivated_centre() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let technician = admin.technician().await;
    admin.patch_empty(&format!("/centres/{}/deactivate", technician.centre.unwrap())).await.expect(200);
    technician.upload(Upload::new()).await.expect(400);
    assert_eq!(admin.get("/studies").await.list().len(), 0);
}
