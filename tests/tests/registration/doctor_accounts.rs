//! Accounts of doctors: made with the doctor or later, ended with it.

use serde_json::json;
use ward_tests::Ward;
use ward_tests::people::STAFF_PASSWORD;

#[tokio::test]
async fn a_doctor_with_an_identifier_and_a_password_can_sign_in() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let body = json!({
        "dept_id": admin.department().await, "name": "张三", "title": "主治医师", "identifier": "doc1001",
        "password": STAFF_PASSWORD, "email": "zhangsan@example.com", "phonenumber": "+86 138 0000 0000",
    });
    let made = admin.post("/doctors", &body).await.message();
    assert_eq!((&made["account_provided"], &made["is_registered"]), (&json!(true), &json!(true)));
    let doctor = ward.registration().staff("doc1001", STAFF_PASSWORD).await;
    assert_eq!(doctor.get("/auth/me").await.message()["role"], "doctor");
    let listed = admin.get("/doctors").await.message();
    assert_eq!(listed["doctors"][0]["user_id"], made["user_id"]);
    assert_eq!(listed["doctors"][0]["is_registered"], true);
}

#[tokio::test]
async fn an_identifier_that_is_taken_leaves_no_doctor_behind() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let dept = admin.department().await;
    let body = json!({"dept_id": dept, "name": "张三", "identifier": "doc1001", "password": STAFF_PASSWORD});
    admin.post("/doctors", &body).await.message();
    let refused = admin.post("/doctors", &body).await.refusal();
    assert_eq!((refused.status, refused.code, refused.error.as_str()), (400, 100, "注册失败"));
    assert_eq!(refused.msg, "该工号(identifier)已被占用");
    assert_eq!(admin.get("/doctors").await.message()["total"], 1);
}

#[tokio::test]
async fn a_doctor_gets_an_account_later_and_only_once() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let doctor = admin.plain_doctor(admin.department().await, "李四", "主治医师").await;
    let path = format!("/doctors/{doctor}/create-account");
    let body = json!({"identifier": "doc1002", "password": STAFF_PASSWORD, "email": "", "phonenumber": null});
    let made = admin.post(&path, &body).await.message();
    assert_eq!((&made["detail"], &made["doctor_id"]), (&json!("成功为医生创建账号"), &json!(doctor)));
    assert_eq!(admin.get("/doctors").await.message()["doctors"][0]["user_id"], made["user_id"]);
    ward.registration().staff("doc1002", STAFF_PASSWORD).await;
    let again = json!({"identifier": "doc1003", "password": STAFF_PASSWORD});
    assert_eq!(admin.post(&path, &again).await.refusal().msg, "该医生已有账号");
    assert_eq!(admin.post("/doctors/9999/create-account", &again).await.refused(), 106);
    assert_eq!(admin.post(&path, &json!({"identifier": "doc1003"})).await.refused(), 99);
}

#[tokio::test]
async fn ten_accounts_for_one_doctor_at_once_are_one() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let doctor = admin.plain_doctor(admin.department().await, "李四", "主治医师").await;
    let path = format!("/doctors/{doctor}/create-account");
    let bodies: Vec<_> =
        (0..10).map(|n| json!({"identifier": format!("many{n}"), "password": STAFF_PASSWORD})).collect();
    let answers = futures_util::future::join_all(bodies.iter().map(|body| admin.post(&path, body))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    let mut able = 0;
    for body in &bodies {
        able += usize::from(ward.registration().post("/auth/staff/login", body).await.status == 200);
    }
    assert_eq!(able, 1, "the others' accounts have ended");
    assert_eq!(admin.get("/doctors").await.message()["doctors"][0]["is_registered"], true);
}

#[tokio::test]
async fn deleting_a_doctor_ends_its_tokens_at_once() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let doctor = admin.doctor(admin.department().await).await;
    assert_eq!(doctor.get("/auth/me").await.status, 200);
    let path = format!("/doctors/{}", doctor.doctor_id);
    let deleted = admin.delete(&path).await.message();
    assert!(deleted["detail"].as_str().unwrap().starts_with("成功删除医生 "));
    assert_eq!(doctor.get("/auth/me").await.refused(), 105);
    let credentials = json!({"identifier": doctor.identifier, "password": STAFF_PASSWORD});
    assert_eq!(ward.registration().post("/auth/staff/login", &credentials).await.refused(), 101);
    assert_eq!(admin.get("/doctors").await.message()["total"], 0);
    assert_eq!(admin.get(&path).await.refused(), 106);
    assert_eq!(admin.delete(&path).await.refused(), 106);
}

#[tokio::test]
async fn a_deleted_account_leaves_a_doctor_that_is_not_registered_and_may_get_another() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let doctor = admin.doctor(admin.department().await).await;
    let user = admin.get("/doctors").await.message()["doctors"][0]["user_id"].as_i64().unwrap();
    admin.delete(&format!("/auth/users/{user}")).await.message();
    assert_eq!(doctor.get("/auth/me").await.refused(), 105);
    assert_eq!(admin.get("/doctors").await.message()["doctors"][0]["is_registered"], false);
    let body = json!({"identifier": "doc2001", "password": STAFF_PASSWORD});
    admin.post(&format!("/doctors/{}/create-account", doctor.doctor_id), &body).await.message();
    let again = ward.registration().staff("doc2001", STAFF_PASSWORD).await;
    assert_eq!(again.get("/auth/me").await.message()["role"], "doctor");
    assert_eq!(admin.get("/doctors").await.message()["doctors"][0]["is_registered"], true);
}
