//! Registering, users, administrators.

use serde_json::{Value, json};
use ward_tests::people::{STAFF_PASSWORD, unique};
use ward_tests::{PASSWORD, Ward};

fn registration(phone: &str) -> Value {
    json!({
        "email": format!("user{phone}@example.com"), "username": format!("user{phone}"),
        "phonenumber": format!("+86 {phone}"), "password": "securepass",
    })
}

#[tokio::test]
async fn registering_answers_with_the_documents_words() {
    let ward = Ward::start().await;
    let answer = ward.registration().post("/auth/register", &registration("12345678901")).await;
    assert_eq!(answer.message(), json!({"detail": "注册成功，请前往邮箱验证"}));
}

#[tokio::test]
async fn a_phone_number_and_a_password_are_enough() {
    let ward = Ward::start().await;
    let body = json!({ "phonenumber": "13800001234", "password": "123456", "name": "张伟", "gender": "男", "birth_date": "1995-01-01" });
    ward.registration().post("/auth/register", &body).await.message();
    let sign_in = json!({ "phonenumber": "13800001234", "password": "123456" });
    let token = ward.registration().post("/auth/patient/login", &sign_in).await.message();
    let own = ward.registration().with_token(token.as_str().unwrap()).get("/patient/patients/default").await.message();
    assert_eq!(own["relation_type"], "本人");
    assert_eq!((&own["patient"]["real_name"], &own["patient"]["gender"]), (&json!("张伟"), &json!("男")));
    assert_eq!(own["patient"]["birth_date"], "1995-01-01");
}

#[tokio::test]
async fn a_login_belongs_to_one_account() {
    let ward = Ward::start().await;
    let api = ward.registration();
    api.post("/auth/register", &registration("13800000001")).await.message();
    for (field, msg) in
        [("phonenumber", "该手机号已被占用"), ("username", "该用户名已被占用"), ("email", "该邮箱已被占用")]
    {
        let mut body = registration("13800000002");
        body[field] = registration("13800000001")[field].clone();
        let refusal = api.post("/auth/register", &body).await.expect(400).refusal();
        assert_eq!((refusal.code, refusal.error.as_str(), refusal.msg.as_str()), (100, "注册失败", msg));
    }
    let sign_in = json!({ "phonenumber": "13800000002", "password": "securepass" });
    assert_eq!(
        api.post("/auth/patient/login", &sign_in).await.refused(),
        101,
        "a refused registration left an account"
    );
}

#[tokio::test]
async fn of_ten_who_register_one_phone_number_at_once_one_gets_it() {
    let ward = Ward::start().await;
    let api = ward.registration();
    let attempts = (0..10).map(|number| {
        let body = json!({ "phonenumber": "13800000003", "password": "123456", "username": format!("name{number}") });
        let api = api.clone();
        async move { api.post("/auth/register", &body).await.status }
    });
    let statuses = futures_util::future::join_all(attempts).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 400].contains(status)), "{statuses:?}");
}

#[tokio::test]
async fn what_is_wrong_with_a_registration_is_named() {
    let ward = Ward::start().await;
    for (field, value) in [
        ("phonenumber", json!("abc")),
        ("phonenumber", Value::Null),
        ("password", json!("1")),
        ("password", json!(123_456)),
        ("email", json!("no address")),
        ("username", json!("a@b.c")),
        ("username", json!(["a"])),
        ("gender", json!("x")),
        ("birth_date", json!("2025-02-30")),
        ("birth_date", json!("2999-01-01")),
        ("id_card", json!("1")),
    ] {
        let mut body = registration("13800000004");
        body[field] = value.clone();
        let refusal = ward.registration().post("/auth/register", &body).await.expect(400).refusal();
        assert_eq!(refusal.code, 99, "{field}: {value}");
        assert!(refusal.msg.starts_with(&format!("{field}: ")), "{field}: {value}: {}", refusal.msg);
    }
}

#[tokio::test]
async fn administrators_list_all_accounts_and_others_do_not() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let patient = ward.registration().patient().await;
    let users = admin.get("/auth/users").await.message();
    let find = |id: i64| users.as_array().unwrap().iter().find(|user| user["userid"] == id).cloned().unwrap();
    let shown = find(patient.account);
    assert_eq!((&shown["phonenumber"], &shown["is_admin"]), (&json!(patient.phone), &json!(false)));
    assert!(shown["username"].is_string() && shown["email"].is_string());
    let refusal = patient.get("/auth/users").await.expect(403).refusal();
    assert_eq!((refusal.code, refusal.error.as_str()), (102, "权限不足"));
}

#[tokio::test]
async fn everybody_sees_itself_and_administrators_see_all() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let (one, other) = (ward.registration().patient().await, ward.registration().patient().await);
    let path = format!("/auth/users/{}", one.account);
    assert_eq!(one.get(&path).await.message(), admin.get(&path).await.message());
    assert_eq!(other.get(&path).await.expect(403).refused(), 102);
    assert_eq!(admin.get("/auth/users/4711").await.expect(404).refused(), 103);
    assert_eq!(admin.get("/auth/users/abc").await.expect(400).refused(), 99);
}

#[tokio::test]
async fn a_profile_is_changed_by_its_owner_or_an_administrator() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let (one, other) = (ward.registration().patient().await, ward.registration().patient().await);
    let path = format!("/auth/users/{}/updateProfile", one.account);
    let changed = one.put(&path, &json!({ "username": "新名字", "email": "new@example.com" })).await.message();
    assert_eq!(
        (&changed["user"]["username"], &changed["user"]["email"]),
        (&json!("新名字"), &json!("new@example.com"))
    );
    assert_eq!(changed["user"]["phonenumber"], one.phone);
    let changed = admin.put(&path, &json!({ "phonenumber": "13600000000" })).await.message();
    assert_eq!(
        (&changed["user"]["username"], &changed["user"]["phonenumber"]),
        (&json!("新名字"), &json!("13600000000"))
    );
    let sign_in = json!({ "phonenumber": "13600000000", "password": STAFF_PASSWORD });
    ward.registration().post("/auth/patient/login", &sign_in).await.message();
    assert_eq!(other.put(&path, &json!({ "username": "taken" })).await.expect(403).refused(), 102);
}

#[tokio::test]
async fn a_profile_cannot_take_anothers_login() {
    let ward = Ward::start().await;
    let (one, other) = (ward.registration().patient().await, ward.registration().patient().await);
    let path = format!("/auth/users/{}/updateProfile", one.account);
    let refusal = one.put(&path, &json!({ "phonenumber": other.phone })).await.expect(400).refusal();
    assert_eq!((refusal.code, refusal.error.as_str()), (104, "用户个人信息更新失败"));
    assert_eq!(one.put(&path, &json!({ "email": "no address" })).await.expect(400).refused(), 99);
    let same = one.put(&path, &json!({})).await.message();
    assert_eq!(same["user"]["phonenumber"], one.phone);
}

#[tokio::test]
async fn a_deleted_account_is_out_at_once_and_stays_out() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let patient = ward.registration().patient().await;
    let path = format!("/auth/users/{}", patient.account);
    let name = admin.get(&path).await.message()["username"].as_str().unwrap().to_owned();
    assert_eq!(admin.delete(&path).await.message()["detail"], format!("成功删除用户{name}"));
    assert_eq!(patient.get("/auth/me").await.expect(401).refused(), 105);
    let sign_in = json!({ "phonenumber": patient.phone, "password": STAFF_PASSWORD });
    assert_eq!(ward.registration().post("/auth/patient/login", &sign_in).await.expect(401).refused(), 101);
    assert_eq!(admin.get(&path).await.expect(404).refused(), 103);
    assert_eq!(admin.delete(&path).await.expect(404).refused(), 103);
    let users = admin.get("/auth/users").await.message();
    assert!(users.as_array().unwrap().iter().all(|user| user["userid"] != patient.account));
}

#[tokio::test]
async fn administrators_are_not_deleted_and_patients_delete_nobody() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let patient = ward.registration().patient().await;
    let users = admin.get("/auth/users").await.message();
    let own = users.as_array().unwrap().iter().find(|user| user["is_admin"] == true).unwrap()["userid"].clone();
    let refusal = admin.delete(&format!("/auth/users/{own}")).await.expect(403).refusal();
    assert_eq!((refusal.code, refusal.msg.as_str()), (102, "不能删除管理员"));
    assert_eq!(patient.delete(&format!("/auth/users/{}", patient.account)).await.expect(403).refused(), 102);
    admin.get("/auth/me").await.message();
}

#[tokio::test]
async fn an_administrator_creates_administrators() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let body = json!({ "identifier": "adm002", "password": PASSWORD, "name": "张三", "job_title": "主任" });
    assert_eq!(admin.post("/auth/register-admin", &body).await.message()["detail"], "成功创建管理员 张三");
    let second = ward.registration().staff("adm002", PASSWORD).await;
    assert_eq!(second.get("/auth/me").await.message()["role"], "admin");
    let refusal = admin.post("/auth/register-admin", &body).await.expect(400).refusal();
    assert_eq!((refusal.code, refusal.msg.as_str()), (100, "该工号(identifier)已被占用"));
    let form = [("identifier", "adm003"), ("password", PASSWORD), ("name", "李四"), ("email", "li@example.com")];
    second.post_form("/auth/register-admin", &form).await.message();
    ward.registration().staff("adm003", PASSWORD).await;
}

#[tokio::test]
async fn nobody_else_creates_administrators() {
    let ward = Ward::start().await;
    let patient = ward.registration().patient().await;
    let body = json!({ "identifier": "adm004", "password": PASSWORD, "name": "王五" });
    for api in [ward.registration(), patient.with_token(patient.token())] {
        let refusal = api.post("/auth/register-admin", &body).await.expect(403).refusal();
        assert_eq!((refusal.code, refusal.msg.as_str()), (102, "仅管理员可创建新管理员"));
    }
    let sign_in = json!({ "identifier": "adm004", "password": PASSWORD });
    assert_eq!(ward.registration().post("/auth/staff/login", &sign_in).await.refused(), 101);
}

#[tokio::test]
async fn user_info_shows_the_patient_with_the_middle_left_out() {
    let ward = Ward::start().await;
    let phone = format!("138{:08}", unique());
    let body = json!({
        "phonenumber": phone, "password": "123456", "name": "王小明", "email": "wang@example.com",
        "id_card": "110101199501011234", "identifier": "23301001",
    });
    ward.registration().post("/auth/register", &body).await.message();
    let sign_in = json!({ "phonenumber": phone, "password": "123456" });
    let token = ward.registration().post("/auth/patient/login", &sign_in).await.message();
    let api = ward.registration().with_token(token.as_str().unwrap());
    let info = api.get("/auth/user-info").await.message();
    assert_eq!(api.post_empty("/auth/user-info").await.message(), info);
    assert_eq!(info["doctor"], Value::Null);
    let patient = &info["patient"];
    assert_eq!((&patient["realName"], &patient["identifier"]), (&json!("王小明"), &json!("23301001")));
    assert_eq!(patient["idCard"], "110101********1234");
    assert_eq!(patient["phonenumber"], format!("138****{}", &phone[7..]));
    assert_eq!(patient["email"], "wa****@example.com");
    assert_eq!((&patient["birthDate"], &patient["gender"]), (&json!("1995-01-01"), &json!("男")));
    assert!(patient["age"].is_i64() && patient["verified"] == false && patient["patientType"] == "external");
    let admin = ward.registration_admin().await.get("/auth/user-info").await.message();
    assert_eq!((&admin["patient"], &admin["doctor"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn a_new_password_ends_all_tokens() {
    let ward = Ward::start().await;
    let patient = ward.registration().patient().await;
    let wrong = json!({ "current_password": "not it", "new_password": "a new one" });
    assert_eq!(patient.post("/auth/change-password", &wrong).await.expect(400).refusal().msg, "原密码错误");
    let right = json!({ "current_password": STAFF_PASSWORD, "new_password": "a new one" });
    patient.post("/auth/change-password", &right).await.message();
    assert_eq!(patient.get("/auth/me").await.expect(401).refused(), 105);
    let sign_in = |password: &str| json!({ "phonenumber": patient.phone, "password": password });
    assert_eq!(ward.registration().post("/auth/patient/login", &sign_in(STAFF_PASSWORD)).await.refused(), 101);
    ward.registration().post("/auth/patient/login", &sign_in("a new one")).await.message();
}

#[tokio::test]
async fn an_administrator_sets_a_lost_password_but_no_administrators() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let patient = ward.registration().patient().await;
    let path = format!("/auth/users/{}/password", patient.account);
    let new = json!({ "new_password": "found again" });
    assert_eq!(patient.put(&path, &new).await.expect(403).refused(), 102);
    admin.put(&path, &new).await.message();
    assert_eq!(patient.get("/auth/me").await.expect(401).refused(), 105);
    let sign_in = json!({ "phonenumber": patient.phone, "password": "found again" });
    ward.registration().post("/auth/patient/login", &sign_in).await.message();
    let own = admin.get("/auth/user-info").await.message()["userid"].clone();
    assert_eq!(admin.put(&format!("/auth/users/{own}/password"), &new).await.expect(403).refused(), 102);
}

#[tokio::test]
async fn user_info_shows_the_doctor_in_the_documents_types() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let dept = admin.department().await;
    let doctor = admin.doctor(dept).await;
    let info = doctor.post_empty("/auth/user-info").await.message();
    let shown = &info["doctor"];
    assert_eq!((&shown["id"], &shown["title"]), (&json!(doctor.doctor_id), &json!("主任医师")));
    assert_eq!((&shown["department_id"], &shown["is_department_head"]), (&json!(dept.to_string()), &json!("False")));
    assert!(shown["department"].is_string() && shown["hospital"].is_string() && shown["name"].is_string(), "{shown}");
    assert_eq!((&shown["photo_mime"], &shown["photo_base64"]), (&Value::Null, &Value::Null));
    assert_eq!(info["patient"], Value::Null);
    admin
        .post(&format!("/admin/departments/{dept}/heads/select"), &json!({ "doctor_id": doctor.doctor_id }))
        .await
        .message();
    assert_eq!(doctor.get("/auth/user-info").await.message()["doctor"]["is_department_head"], "True");
}

#[tokio::test]
async fn user_info_carries_the_doctors_photo_whole() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let doctor = admin.doctor(admin.department().await).await;
    let part = reqwest::multipart::Part::bytes(crate::images::PNG.to_vec()).file_name("photo.png");
    let form = reqwest::multipart::Form::new().part("file", part);
    admin.post_multipart(&format!("/doctors/{}/photo", doctor.doctor_id), form).await.message();
    let shown = doctor.get("/auth/user-info").await.message()["doctor"].clone();
    assert_eq!(shown["photo_mime"], "image/png");
    let decoded =
        base64::Engine::decode(&base64::engine::general_purpose::STANDARD, shown["photo_base64"].as_str().unwrap());
    assert_eq!(decoded.unwrap(), crate::images::PNG);
}

#[tokio::test]
async fn deleting_a_doctors_account_leaves_the_doctor() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let dept = admin.department().await;
    let doctor = admin.doctor(dept).await;
    let account = doctor.get("/auth/user-info").await.message()["userid"].clone();
    admin.delete(&format!("/auth/users/{account}")).await.message();
    assert_eq!(doctor.get("/auth/me").await.expect(401).refused(), 105);
    let listed = admin.get(&format!("/doctors?dept_id={dept}")).await.message()["doctors"][0].clone();
    assert_eq!((&listed["doctor_id"], &listed["is_registered"]), (&json!(doctor.doctor_id), &json!(false)));
    let again = json!({ "identifier": format!("{}b", doctor.identifier), "password": STAFF_PASSWORD });
    admin.post(&format!("/doctors/{}/create-account", doctor.doctor_id), &again).await.message();
}
