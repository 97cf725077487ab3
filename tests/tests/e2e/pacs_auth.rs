//! `/auth`: signing in, the account behind a token, registering users.

use serde_json::{Value, json};
use ward_tests::people::STAFF_PASSWORD;
use ward_tests::{PASSWORD, Ward};

fn newuser(role: &str, centre: Option<i64>) -> Value {
    json!({
        "username": "newuser", "email": "newuser@example.com", "password": "securepassword",
        "full_name": "New User", "role": role, "centre_id": centre,
    })
}

#[tokio::test]
async fn a_form_with_name_and_password_gets_a_bearer_token() {
    let ward = Ward::start().await;
    let answer = ward.anonymous().post_form("/auth/token", &[("username", "admin"), ("password", PASSWORD)]).await;
    let body = answer.expect(200).json();
    assert_eq!(body["token_type"], "bearer");
    assert!(body["access_token"].as_str().unwrap().split('.').count() == 3, "a JWT: {body}");
}

#[tokio::test]
async fn a_multipart_form_signs_in_too() {
    let ward = Ward::start().await;
    let form = reqwest::multipart::Form::new().text("username", "admin").text("password", PASSWORD);
    let answer = ward.anonymous().post_multipart("/auth/token", form).await;
    assert_eq!(answer.expect(200).json()["token_type"], "bearer");
}

#[tokio::test]
async fn unknown_user_and_wrong_password_get_the_same_answer() {
    let ward = Ward::start().await;
    let api = ward.anonymous();
    let wrong = api.post_form("/auth/token", &[("username", "admin"), ("password", "not it")]).await.expect(401);
    let unknown = api.post_form("/auth/token", &[("username", "nobody"), ("password", "not it")]).await.expect(401);
    assert_eq!(wrong.body, unknown.body);
    assert!(!wrong.detail().is_empty());
    assert_eq!(wrong.header("www-authenticate"), Some("Bearer"));
}

#[tokio::test]
async fn a_missing_field_is_named() {
    let ward = Ward::start().await;
    let answer = ward.anonymous().post_form("/auth/token", &[("username", "admin")]).await.expect(422);
    assert_eq!(answer.invalid_fields(), ["body.password"]);
    assert_eq!(answer.json()["detail"][0]["msg"], "field required");
    assert_eq!(answer.json()["detail"][0]["type"], "value_error.missing");
}

#[tokio::test]
async fn me_shows_the_account_behind_the_token() {
    let ward = Ward::start().await;
    let me = ward.admin().await.get("/auth/me").await.expect(200).json();
    assert_eq!(me["username"], "admin");
    assert_eq!(me["email"], "admin@ward.local");
    assert_eq!(me["role"], "admin");
    assert_eq!(me["centre_id"], Value::Null);
    assert_eq!(me["is_active"], true);
    assert!(me["id"].is_i64() && me["full_name"].is_string() && me["created_at"].is_string(), "{me}");
}

#[tokio::test]
async fn without_a_token_nobody_is_there() {
    let ward = Ward::start().await;
    let answer = ward.anonymous().get("/auth/me").await.expect(401);
    assert_eq!(answer.json(), json!({"detail": "Could not validate credentials"}));
    assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
}

#[tokio::test]
async fn an_administrator_registers_users_of_every_role() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let centre = admin.centre("North").await;
    for (role, centre) in
        [("admin", None), ("radiologist", None), ("technician", Some(centre)), ("diagnostic_centre", Some(centre))]
    {
        let person = admin.person(role, centre).await;
        let me = person.get("/auth/me").await.expect(200).json();
        assert_eq!(me["role"], role);
        assert_eq!(me["centre_id"], json!(centre));
        assert_eq!(me["full_name"], format!("The {role}"));
    }
}

#[tokio::test]
async fn a_registered_user_is_shown_without_a_password() {
    let ward = Ward::start().await;
    let user = ward.admin().await.post("/auth/register", &newuser("radiologist", None)).await.expect(200);
    let shown = user.json();
    assert_eq!(shown["username"], "newuser");
    assert_eq!(shown["email"], "newuser@example.com");
    assert_eq!(shown["is_active"], true);
    assert!(!user.text().contains("securepassword") && shown.get("password").is_none());
}

#[tokio::test]
async fn radiologists_and_technicians_register_nobody() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let technician = admin.technician().await;
    for person in [admin.radiologist().await, technician] {
        let answer = person.post("/auth/register", &newuser("technician", person.centre)).await.expect(403);
        assert_eq!(answer.json(), json!({"detail": "Not authorized to perform this action"}));
    }
    ward.anonymous().post("/auth/register", &newuser("radiologist", None)).await.expect(401);
}

#[tokio::test]
async fn a_centre_registers_technicians_of_its_own_and_nobody_else() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let (own, other) = (admin.centre("Own").await, admin.centre("Other").await);
    let user = admin.centre_user(own).await;
    for (role, centre) in
        [("technician", Some(other)), ("diagnostic_centre", Some(own)), ("radiologist", None), ("admin", None)]
    {
        user.post("/auth/register", &newuser(role, centre)).await.expect(403);
    }
    let registered = user.post("/auth/register", &newuser("technician", Some(own))).await.expect(200).json();
    assert_eq!(registered["centre_id"], own);
}

#[tokio::test]
async fn a_user_name_and_an_email_belong_to_one() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    admin.post("/auth/register", &newuser("radiologist", None)).await.expect(200);
    let mut same_name = newuser("radiologist", None);
    same_name["email"] = json!("another@example.com");
    let mut same_email = newuser("radiologist", None);
    same_email["username"] = json!("another");
    for again in [same_name, same_email] {
        let answer = admin.post("/auth/register", &again).await.expect(400);
        assert!(!answer.detail().is_empty());
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_registration_is_named() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    for (field, value) in [
        ("role", json!("surgeon")),
        ("role", json!(null)),
        ("email", json!("no address")),
        ("username", json!("")),
        ("username", json!(5)),
        ("password", json!("")),
        ("full_name", json!(["a"])),
        ("centre_id", json!("first")),
    ] {
        let mut body = newuser("radiologist", None);
        body[field] = value.clone();
        let answer = admin.post("/auth/register", &body).await;
        assert_eq!(answer.invalid_fields(), [format!("body.{field}")], "{field}: {value}");
    }
}

#[tokio::test]
async fn a_technician_belongs_to_a_centre_that_exists() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    for role in ["technician", "diagnostic_centre"] {
        let answer = admin.post("/auth/register", &newuser(role, None)).await;
        assert!([400, 422].contains(&answer.status), "{}: {}", answer.status, answer.text());
        let answer = admin.post("/auth/register", &newuser(role, Some(4711))).await;
        assert!([400, 404].contains(&answer.status), "{}: {}", answer.status, answer.text());
    }
}

#[tokio::test]
async fn a_deactivated_user_is_out_at_once() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let person = admin.radiologist().await;
    person.get("/auth/me").await.expect(200);
    admin.patch_empty(&format!("/users/{}/deactivate", person.id)).await.expect(200);
    person.get("/auth/me").await.expect(401);
    let again = [("username", person.username.as_str()), ("password", STAFF_PASSWORD)];
    ward.anonymous().post_form("/auth/token", &again).await.expect(401);
}

#[tokio::test]
async fn a_reactivated_user_signs_in_again() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let person = admin.radiologist().await;
    admin.patch_empty(&format!("/users/{}/deactivate", person.id)).await.expect(200);
    admin.patch(&format!("/users/{}", person.id), &json!({"is_active": true})).await.expect(200);
    person.get("/auth/me").await.expect(401);
    person.sign_in(&person.username, STAFF_PASSWORD).await.get("/auth/me").await.expect(200);
}

#[tokio::test]
async fn many_failures_lock_a_name_whether_it_exists_or_not() {
    let ward = Ward::start().await;
    let person = ward.admin().await.radiologist().await;
    let api = ward.anonymous();
    for name in [person.username.as_str(), "nobody"] {
        let mut answer = api.post_form("/auth/token", &[("username", name), ("password", "not it")]).await;
        for _ in 0..30 {
            if answer.status != 401 {
                break;
            }
            answer = api.post_form("/auth/token", &[("username", name), ("password", "not it")]).await;
        }
        let answer = answer.expect(429);
        assert!(answer.header("retry-after").unwrap().parse::<u32>().unwrap() >= 1);
        api.post_form("/auth/token", &[("username", name), ("password", STAFF_PASSWORD)]).await.expect(429);
    }
    // Nobody else is locked, and who is signed in stays so.
    ward.admin().await.get("/auth/me").await.expect(200);
    person.get("/auth/me").await.expect(200);
}

#[tokio::test]
async fn a_password_is_compared_exactly() {
    let ward = Ward::start().await;
    for password in [PASSWORD.to_uppercase(), format!("{PASSWORD} "), String::new(), "x".repeat(100_000)] {
        let answer = ward.anonymous().post_form("/auth/token", &[("username", "admin"), ("password", &password)]).await;
        assert!([401, 422].contains(&answer.status), "{}: {}", answer.status, answer.text());
    }
}
