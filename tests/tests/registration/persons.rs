//! Persons (就诊人): an account's own, and the administrators' search.

use serde_json::{Value, json};
use ward_tests::Ward;

use crate::hospital::{Hospital, TOMORROW, book, cancel, id};

fn person(name: &str) -> Value {
    json!({ "name": name, "phone_number": "+86 138 1234 5678", "id_card": "110101199501011234", "relation_type": "父母" })
}

fn id_of(person: &Value) -> i64 {
    person["patient"]["patient_id"].as_i64().unwrap()
}

#[tokio::test]
async fn a_new_account_has_one_person_of_its_own() {
    let ward = Ward::start().await;
    let patient = ward.registration().patient().await;
    let list = patient.get("/patient/patients").await.message()["patients"].clone();
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), 1);
    assert_eq!(list[0]["is_default"], true);
    assert_eq!(list[0]["patient"]["phone_number"], patient.phone);
    assert!(list[0]["relation_id"].is_i64() && list[0]["create_time"].is_string());
}

#[tokio::test]
async fn a_person_is_added_with_what_the_identity_card_tells() {
    let ward = Ward::start().await;
    let patient = ward.registration().patient().await;
    let added = patient.post("/patient/patients", &person("李四")).await.message();
    assert_eq!((&added["relation_type"], &added["is_default"]), (&json!("父母"), &json!(false)));
    let shown = &added["patient"];
    assert_eq!((&shown["real_name"], &shown["phone_number"]), (&json!("李四"), &json!("13812345678")));
    assert_eq!((&shown["gender"], &shown["birth_date"]), (&json!("男"), &json!("1995-01-01")));
    let list = patient.get("/patient/patients").await.message();
    assert_eq!(list["patients"].as_array().unwrap()[1], added);
}

#[tokio::test]
async fn one_person_is_the_default() {
    let ward = Ward::start().await;
    let patient = ward.registration().patient().await;
    let added = patient.post("/patient/patients", &person("李四")).await.message();
    patient.put_empty(&format!("/patient/patients/{}/set-default", id_of(&added))).await.message();
    assert_eq!(id_of(&patient.get("/patient/patients/default").await.message()), id_of(&added));
    let list = patient.get("/patient/patients").await.message();
    let defaults = list["patients"].as_array().unwrap().iter().filter(|person| person["is_default"] == true);
    assert_eq!(defaults.count(), 1);
    let third = json!({ "name": "王五", "is_default": true });
    let third = patient.post("/patient/patients", &third).await.message();
    assert_eq!(id_of(&patient.get("/patient/patients/default").await.message()), id_of(&third));
}

#[tokio::test]
async fn a_person_is_changed_field_by_field() {
    let ward = Ward::start().await;
    let patient = ward.registration().patient().await;
    let id = id_of(&patient.post("/patient/patients", &person("李四")).await.message());
    let path = format!("/patient/patients/{id}");
    let changed =
        patient.put(&path, &json!({ "name": "李思", "phone_number": "", "remark": "过敏：青霉素" })).await.message();
    assert_eq!((&changed["patient"]["real_name"], &changed["patient"]["phone_number"]), (&json!("李思"), &Value::Null));
    assert_eq!(
        (&changed["remark"], &changed["patient"]["id_card"]),
        (&json!("过敏：青霉素"), &json!("110101199501011234"))
    );
    for (field, wrong) in [("birth_date", "2999-01-01"), ("gender", "x"), ("id_card", "1"), ("name", " ")] {
        assert_eq!(patient.put(&path, &json!({ field: wrong })).await.expect(400).refused(), 99, "{field}");
    }
    assert_eq!(patient.get("/patient/patients").await.message()["patients"][1], changed, "a refusal changed something");
}

#[tokio::test]
async fn a_removed_person_is_gone_and_the_owner_cannot_be_removed() {
    let ward = Ward::start().await;
    let patient = ward.registration().patient().await;
    let added = patient.post("/patient/patients", &json!({ "name": "王五", "is_default": true })).await.message();
    let path = format!("/patient/patients/{}", id_of(&added));
    patient.delete(&path).await.message();
    assert_eq!(patient.delete(&path).await.expect(404).refused(), 106);
    assert_eq!(id_of(&patient.get("/patient/patients/default").await.message()), patient.patient_id);
    let own = format!("/patient/patients/{}", patient.patient_id);
    assert_eq!(patient.delete(&own).await.expect(400).refusal().msg, "不能删除本人");
}

#[tokio::test]
async fn another_accounts_person_does_not_exist() {
    let ward = Ward::start().await;
    let (one, other) = (ward.registration().patient().await, ward.registration().patient().await);
    let path = format!("/patient/patients/{}", one.patient_id);
    let unknown = other.put("/patient/patients/4711", &json!({ "name": "x" })).await.expect(404);
    for answer in [
        other.put(&path, &json!({ "name": "x" })).await,
        other.delete(&path).await,
        other.put_empty(&format!("{path}/set-default")).await,
    ] {
        assert_eq!(answer.expect(404).body, unknown.body);
    }
}

#[tokio::test]
async fn an_identity_card_is_added_once_to_an_account_and_reaches_no_others() {
    let ward = Ward::start().await;
    let (one, other) = (ward.registration().patient().await, ward.registration().patient().await);
    let added = one.post("/patient/patients", &person("李四")).await.message();
    let refusal = one.post("/patient/patients", &person("李四")).await.expect(400).refusal();
    assert_eq!(refusal.msg, "该身份证号的就诊人已存在");
    let same = other.post("/patient/patients", &person("李四")).await.message();
    assert_ne!(id_of(&same), id_of(&added));
}

#[tokio::test]
async fn an_account_has_at_most_twenty_persons() {
    let ward = Ward::start().await;
    let patient = ward.registration().patient().await;
    for number in 1..20 {
        patient.post("/patient/patients", &json!({ "name": format!("家人{number}") })).await.message();
    }
    assert_eq!(patient.post("/patient/patients", &json!({ "name": "多" })).await.expect(400).refused(), 99);
}

#[tokio::test]
async fn administrators_find_persons_by_name_phone_and_number() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let patient = ward.registration().patient().await;
    let id = id_of(&patient.post("/patient/patients", &person("王小明")).await.message());
    for query in ["name=小", "phone=1234567", &format!("patient_id={id}"), "name=王&phone=138"] {
        for prefix in ["", "/admin"] {
            let found = admin.get(&format!("{prefix}/patients?{query}")).await.message();
            let found = found["patients"].as_array().unwrap();
            assert_eq!(found.len(), 1, "{query}");
            assert_eq!((&found[0]["patient_id"], &found[0]["name"]), (&json!(id), &json!("王小明")));
            assert_eq!(
                (&found[0]["phone"], &found[0]["id_card"]),
                (&json!("13812345678"), &json!("110101199501011234"))
            );
            assert_eq!(found[0]["gender"], "男");
        }
    }
    assert_eq!(admin.get("/patients?name=%25").await.message()["patients"], json!([]), "a sign of patterns is a sign");
    assert_eq!(patient.get("/patients?name=王").await.expect(403).refused(), 102);
}

#[tokio::test]
async fn a_search_without_a_criterion_is_refused_unless_it_says_how_many() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    for _ in 0..3 {
        ward.registration().patient().await;
    }
    assert_eq!(admin.get("/patients").await.expect(400).refused(), 99);
    let page = admin.get("/patients?page=2&page_size=2").await.message();
    assert_eq!((&page["total"], &page["page"], page["patients"].as_array().unwrap().len()), (&json!(3), &json!(2), 1));
    assert_eq!(admin.get("/patients?page=9&page_size=2").await.message()["patients"], json!([]));
}

#[tokio::test]
async fn only_administrators_say_what_a_person_is_to_the_university() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let patient = ward.registration().patient().await;
    let path = format!("/admin/patients/{}/type", patient.patient_id);
    let student = json!({ "patient_type": "student" });
    assert_eq!(patient.put(&path, &student).await.expect(403).refused(), 102);
    let claimed = json!({ "patient_type": "student", "verified": true });
    patient.put(&format!("/patient/patients/{}", patient.patient_id), &claimed).await.message();
    assert_eq!(patient.get("/auth/user-info").await.message()["patient"]["patientType"], "external");
    admin.put(&path, &student).await.message();
    let shown = patient.get("/auth/user-info").await.message();
    assert_eq!((&shown["patient"]["patientType"], &shown["patient"]["verified"]), (&json!("student"), &json!(true)));
    assert_eq!(admin.put(&path, &json!({ "patient_type": "boss" })).await.expect(400).refused(), 99);
    assert_eq!(admin.put("/admin/patients/4711/type", &student).await.expect(404).refused(), 106);
}

#[tokio::test]
async fn of_several_made_the_default_at_once_one_is() {
    let ward = Ward::start().await;
    let patient = ward.registration().patient().await;
    let mut ids = vec![patient.patient_id];
    for number in 0..4 {
        ids.push(id_of(
            &patient.post("/patient/patients", &json!({ "name": format!("家人{number}") })).await.message(),
        ));
    }
    let choices = ids.iter().map(|id| {
        let patient = patient.clone();
        async move { patient.put_empty(&format!("/patient/patients/{id}/set-default")).await.message() }
    });
    futures_util::future::join_all(choices).await;
    let list = patient.get("/patient/patients").await.message();
    let defaults = list["patients"].as_array().unwrap().iter().filter(|person| person["is_default"] == true);
    assert_eq!(defaults.count(), 1);
}

#[tokio::test]
async fn a_person_with_an_open_order_is_not_removed() {
    let hospital = Hospital::open().await;
    let patient = hospital.patient().await;
    let schedule = hospital.shift(TOMORROW, "下午", 5).await;
    let person = id_of(&patient.post("/patient/patients", &json!({ "name": "王五" })).await.message());
    let order = id(&book(&patient, schedule, person).await.message());
    let path = format!("/patient/patients/{person}");
    let refusal = patient.delete(&path).await.expect(400).refusal();
    assert_eq!((refusal.code, refusal.msg.as_str()), (99, "该就诊人有未完成的预约，不能删除"));
    cancel(&patient, order).await.message();
    patient.delete(&path).await.message();
    let listed = patient.get("/appointments").await.message()["list"][0].clone();
    assert_eq!((&listed["id"], &listed["patientName"]), (&json!(order), &json!("王五")), "the order stays");
}
