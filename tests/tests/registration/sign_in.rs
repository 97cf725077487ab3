//! Signing in: by phone number, staff identifier or user name, and what it is answered with.

use serde_json::{Value, json};
use ward_tests::people::STAFF_PASSWORD;
use ward_tests::{PASSWORD, Ward};

#[tokio::test]
async fn a_phone_number_gets_the_token_itself() {
    let ward = Ward::start().await;
    let patient = ward.registration().patient().await;
    for field in ["phonenumber", "phone"] {
        let body = json!({ field: patient.phone, "password": STAFF_PASSWORD });
        let token = ward.registration().post("/auth/patient/login", &body).await.message();
        let api = ward.registration().with_token(token.as_str().unwrap());
        assert_eq!(api.get("/auth/me").await.message(), json!({"role": "patient"}));
    }
}

#[tokio::test]
async fn a_staff_identifier_gets_the_token_itself() {
    let ward = Ward::start().await;
    let body = json!({ "identifier": "admin", "password": PASSWORD });
    let token = ward.registration().post("/auth/staff/login", &body).await.message();
    let api = ward.registration().with_token(token.as_str().unwrap());
    assert_eq!(api.get("/auth/me").await.message(), json!({"role": "admin"}));
}

#[tokio::test]
async fn a_user_name_gets_an_object() {
    let ward = Ward::start().await;
    let patient = ward.registration().patient().await;
    let object = |message: Value| {
        assert_eq!(message["token_type"], "Bearer");
        assert!(message["access_token"].is_string());
        message["userid"].as_i64().unwrap()
    };
    let api = ward.registration();
    let staff = json!({ "username": "admin", "password": PASSWORD });
    object(api.post("/auth/staff/login", &staff).await.message());
    object(api.post("/auth/login", &staff).await.message());
    let by_phone = json!({ "username": patient.phone, "password": STAFF_PASSWORD });
    assert_eq!(object(api.post("/auth/patient/login", &by_phone).await.message()), patient.account);
    assert_eq!(object(api.post("/auth/login", &by_phone).await.message()), patient.account);
}

#[tokio::test]
async fn phone_numbers_compare_equal_with_and_without_86_and_spaces() {
    let ward = Ward::start().await;
    let patient = ward.registration().patient().await;
    let (first, rest) = patient.phone.split_at(3);
    for written in [format!("+86 {}", patient.phone), format!("+86{}", patient.phone), format!("{first} {rest}")] {
        let body = json!({ "phonenumber": written, "password": STAFF_PASSWORD });
        ward.registration().post("/auth/patient/login", &body).await.message();
    }
}

#[tokio::test]
async fn the_oauth2_form_gets_its_token_beside_the_envelope() {
    let ward = Ward::start().await;
    let form = [("grant_type", "password"), ("username", "admin"), ("password", PASSWORD)];
    let answer = ward.registration().post_form("/auth/swagger-login", &form).await.expect(200).json();
    assert_eq!((&answer["code"], &answer["token_type"]), (&json!(0), &json!("Bearer")));
    assert_eq!(answer["access_token"], answer["message"]["access_token"]);
    let api = ward.registration().with_token(answer["access_token"].as_str().unwrap());
    api.get("/auth/me").await.message();
}

#[tokio::test]
async fn a_login_may_also_come_as_a_form() {
    let ward = Ward::start().await;
    let form = [("identifier", "admin"), ("password", PASSWORD)];
    let answer = ward.registration().post_form("/auth/staff/login", &form).await;
    assert!(answer.message().is_string());
}

#[tokio::test]
async fn unknown_login_and_wrong_password_get_the_same_answer() {
    let ward = Ward::start().await;
    let patient = ward.registration().patient().await;
    let api = ward.registration();
    let attempt = |phone: &str| json!({ "phonenumber": phone, "password": "not it" });
    let wrong = api.post("/auth/patient/login", &attempt(&patient.phone)).await.expect(401);
    let unknown = api.post("/auth/patient/login", &attempt("13912345678")).await.expect(401);
    assert_eq!(wrong.body, unknown.body);
    let refusal = wrong.refusal();
    assert_eq!((refusal.code, refusal.error.as_str()), (101, "登录失败"));
}

#[tokio::test]
async fn patients_and_staff_have_doors_of_their_own() {
    let ward = Ward::start().await;
    let patient = ward.registration().patient().await;
    let api = ward.registration();
    let staff_as_patient = json!({ "username": "admin", "password": PASSWORD });
    assert_eq!(api.post("/auth/patient/login", &staff_as_patient).await.refused(), 101);
    let patient_as_staff = json!({ "username": patient.phone, "password": STAFF_PASSWORD });
    assert_eq!(api.post("/auth/staff/login", &patient_as_staff).await.refused(), 101);
}

#[tokio::test]
async fn what_is_missing_is_named_in_the_apis_envelope() {
    let ward = Ward::start().await;
    let api = ward.registration();
    let refusal = api.post("/auth/staff/login", &json!({ "identifier": "admin" })).await.expect(400).refusal();
    assert_eq!((refusal.code, refusal.msg.as_str()), (99, "password: 不能为空"));
    let refusal = api.post("/auth/staff/login", &json!({})).await.expect(400).refusal();
    assert_eq!(refusal.msg, "username: 不能为空; password: 不能为空");
    for body in [json!([]), json!("x"), json!({"identifier": ["admin"], "password": PASSWORD})] {
        assert_eq!(api.post("/auth/staff/login", &body).await.expect(400).refused(), 99);
    }
}

#[tokio::test]
async fn a_second_sign_in_leaves_the_first_token_valid() {
    let ward = Ward::start().await;
    let first = ward.registration_admin().await;
    let second = ward.registration_admin().await;
    first.get("/auth/me").await.message();
    second.get("/auth/me").await.message();
}

#[tokio::test]
async fn signing_out_ends_all_of_the_accounts_tokens_at_once() {
    let ward = Ward::start().await;
    let (first, second) = (ward.registration_admin().await, ward.registration_admin().await);
    assert_eq!(first.post_empty("/auth/logout").await.message()["detail"], "注销成功");
    for api in [&first, &second] {
        let refusal = api.get("/auth/me").await.expect(401).refusal();
        assert_eq!((refusal.code, refusal.error.as_str()), (105, "Token失效"));
    }
}

#[tokio::test]
async fn many_failures_lock_a_login_whether_it_exists_or_not() {
    let ward = Ward::start().await;
    let patient = ward.registration().patient().await;
    for phone in [patient.phone.as_str(), "13987654321"] {
        let body = json!({ "phonenumber": phone, "password": "not it" });
        let mut answer = ward.registration().post("/auth/patient/login", &body).await;
        for _ in 0..30 {
            if answer.status != 401 {
                break;
            }
            answer = ward.registration().post("/auth/patient/login", &body).await;
        }
        assert_eq!(answer.expect(429).refused(), 101);
    }
}

#[tokio::test]
async fn two_hundred_sign_ins_at_once_all_get_in() {
    let ward = Ward::start().await;
    let api = ward.registration();
    let patients = futures_util::future::join_all((0..8).map(|_| api.patient())).await;
    let sign_ins = (0..200).map(|number| {
        let body = json!({ "phonenumber": patients[number % patients.len()].phone, "password": STAFF_PASSWORD });
        let api = api.clone();
        async move { api.post("/auth/patient/login", &body).await }
    });
    for answer in futures_util::future::join_all(sign_ins).await {
        assert!(answer.message().is_string());
    }
}
