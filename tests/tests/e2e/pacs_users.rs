//! `/users`.

use serde_json::json;
use ward_tests::Ward;
use ward_tests::people::STAFF_PASSWORD;

#[tokio::test]
async fn users_are_listed_in_order_page_by_page() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    for _ in 0..4 {
        admin.radiologist().await;
    }
    let all: Vec<i64> =
        admin.get("/users").await.expect(200).list().iter().map(|user| user["id"].as_i64().unwrap()).collect();
    assert_eq!(all.len(), 5);
    assert!(all.is_sorted(), "{all:?}");
    let page = admin.get("/users/?skip=1&limit=2").await.expect(200).list();
    assert_eq!(page.iter().map(|user| user["id"].as_i64().unwrap()).collect::<Vec<_>>(), all[1..3]);
    assert_eq!(admin.get("/users?skip=100").await.expect(200).list().len(), 0);
}

#[tokio::test]
async fn users_are_filtered_by_role() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let radiologist = admin.radiologist().await;
    admin.technician().await;
    let found = admin.get("/users?role=radiologist").await.expect(200).list();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["id"], radiologist.id);
    assert_eq!(admin.get("/users?role=surgeon").await.invalid_fields(), ["query.role"]);
}

#[tokio::test]
async fn a_page_that_cannot_be_is_refused() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    for list in ["/users", "/studies", "/reports", "/centres"] {
        for (query, field) in [
            ("skip=-1", "query.skip"),
            ("limit=-1", "query.limit"),
            ("limit=many", "query.limit"),
            ("skip=99999999999999999999999", "query.skip"),
        ] {
            let answer = admin.get(&format!("{list}?{query}")).await;
            assert_eq!(answer.invalid_fields(), [field], "{list}?{query}");
        }
    }
}

#[tokio::test]
async fn a_user_is_shown_by_number() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let person = admin.radiologist().await;
    let user = admin.get(&format!("/users/{}", person.id)).await.expect(200).json();
    assert_eq!(user["username"], person.username.as_str());
    assert_eq!(user["role"], "radiologist");
    assert!(!admin.get("/users/4711").await.expect(404).detail().is_empty());
    assert_eq!(admin.get("/users/first").await.invalid_fields(), ["path.user_id"]);
}

#[tokio::test]
async fn an_administrator_changes_a_user() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let person = admin.radiologist().await;
    let path = format!("/users/{}", person.id);
    let changed = admin.patch(&path, &json!({"email": "newemail@example.com", "full_name": "Updated Name"})).await;
    let changed = changed.expect(200).json();
    assert_eq!(changed["email"], "newemail@example.com");
    assert_eq!(changed["full_name"], "Updated Name");
    assert_eq!(changed["role"], "radiologist");
    assert_eq!(admin.get(&path).await.json(), changed);
}

#[tokio::test]
async fn what_is_not_sent_stays() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let person = admin.radiologist().await;
    let path = format!("/users/{}", person.id);
    let before = admin.get(&path).await.json();
    assert_eq!(admin.patch(&path, &json!({})).await.expect(200).json(), before);
    person.get("/auth/me").await.expect(200);
}

#[tokio::test]
async fn a_change_takes_nobody_elses_email() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let person = admin.radiologist().await;
    let path = format!("/users/{}", person.id);
    admin.patch(&path, &json!({"email": "admin@ward.local"})).await.expect(400);
    assert_eq!(admin.patch(&path, &json!({"email": "none"})).await.invalid_fields(), ["body.email"]);
    assert_eq!(admin.patch(&path, &json!({"is_active": "perhaps"})).await.invalid_fields(), ["body.is_active"]);
    assert_eq!(admin.get(&path).await.json()["email"], format!("{}@example.com", person.username));
}

#[tokio::test]
async fn only_an_administrator_changes_users() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let technician = admin.technician().await;
    let radiologist = admin.radiologist().await;
    for person in [&technician, &radiologist] {
        let path = format!("/users/{}", person.id);
        person.patch(&path, &json!({"full_name": "Another"})).await.expect(403);
        person.patch_empty(&format!("{path}/deactivate")).await.expect(403);
        person.delete(&path).await.expect(403);
    }
}

#[tokio::test]
async fn deactivating_shows_the_user_inactive_and_erases_nothing() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let (one, other) = (admin.radiologist().await, admin.radiologist().await);
    let shown = admin.patch_empty(&format!("/users/{}/deactivate", one.id)).await.expect(200).json();
    assert_eq!(shown["is_active"], false);
    assert!(admin.delete(&format!("/users/{}", other.id)).await.status < 300);
    for person in [one, other] {
        let user = admin.get(&format!("/users/{}", person.id)).await.expect(200).json();
        assert_eq!(user["is_active"], false);
        assert_eq!(user["username"], person.username.as_str());
        person.get("/auth/me").await.expect(401);
    }
    admin.patch_empty("/users/4711/deactivate").await.expect(404);
}

#[tokio::test]
async fn the_administrator_cannot_lock_everybody_out() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let id = admin.get("/auth/me").await.json()["id"].as_i64().unwrap();
    let answer = admin.patch_empty(&format!("/users/{id}/deactivate")).await;
    assert!([400, 403].contains(&answer.status), "{}: {}", answer.status, answer.text());
    admin.get("/auth/me").await.expect(200);
}

#[tokio::test]
async fn a_changed_email_signs_nobody_else_in() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let person = admin.radiologist().await;
    admin.patch(&format!("/users/{}", person.id), &json!({"email": "fresh@example.com"})).await.expect(200);
    let me = person.sign_in(&person.username, STAFF_PASSWORD).await.get("/auth/me").await.expect(200).json();
    assert_eq!(me["email"], "fresh@example.com");
}
