//! Doctors: the public list, managing them, headships.

use serde_json::{Value, json};
use ward_tests::{Api, Ward};

async fn shown(api: &Api, doctor: i64) -> Value {
    api.get(&format!("/doctors/{doctor}")).await.message()
}

#[tokio::test]
async fn a_doctor_without_an_account_is_shown_as_the_document_shows_it() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let dept = admin.department().await;
    let body = json!({
        "dept_id": dept, "name": "张三", "title": "主治医师", "specialty": "心血管疾病",
        "introduction": "从事心血管疾病临床工作多年\n第二行", "email": "zhangsan@example.com",
        "phonenumber": "13800000000", "default_price_normal": 80.00, "default_price_expert": null,
        "default_price_special": 888.00,
    });
    let made = admin.post("/doctors", &body).await.message();
    assert_eq!(made["account_provided"], false);
    let listed = ward.registration().get("/doctors").await.message();
    assert_eq!((&listed["total"], &listed["page"], &listed["page_size"]), (&json!(1), &json!(1), &json!(50)));
    let doctor = &listed["doctors"][0];
    for field in
        ["dept_id", "name", "title", "specialty", "introduction", "default_price_normal", "default_price_special"]
    {
        assert_eq!(doctor[field], body[field], "{field}");
        assert_eq!(made[field], body[field], "{field}");
    }
    for field in ["user_id", "photo_path", "original_photo_url", "default_price_expert"] {
        assert_eq!(doctor.get(field), Some(&Value::Null), "{field}");
    }
    assert_eq!((&doctor["is_registered"], &doctor["doctor_id"]), (&json!(false), &made["doctor_id"]));
    assert!(doctor["create_time"].is_string());
}

#[tokio::test]
async fn doctors_are_found_by_department_and_a_part_of_their_name() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let (one, two) = (admin.department().await, admin.department().await);
    for (dept, name) in [(one, "张三"), (one, "张三丰"), (one, "Dr. Li_50%"), (two, "王三")] {
        admin.plain_doctor(dept, name, "").await;
    }
    let found = |query: String| {
        let api = ward.registration();
        async move { api.get(&format!("/doctors?{query}")).await.message()["total"].as_i64().unwrap() }
    };
    assert_eq!(found("name=张".to_owned()).await, 2);
    assert_eq!(found(format!("dept_id={one}&name=三")).await, 2);
    assert_eq!(found(format!("dept_id={two}")).await, 1);
    assert_eq!(found("name=li_50%25".to_owned()).await, 1, "capitals make no difference, signs are signs");
    assert_eq!(found("name=%25".to_owned()).await, 1);
    assert_eq!(found("name='; DROP TABLE doctor; --".to_owned()).await, 0);
    assert_eq!(found("name=".to_owned()).await, 4, "an empty filter is none");
    assert_eq!(found("dept_id=9999".to_owned()).await, 0);
}

#[tokio::test]
async fn doctors_come_page_by_page() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let dept = admin.department().await;
    for name in ["甲", "乙", "丙"] {
        admin.plain_doctor(dept, name, "").await;
    }
    let page = admin.get("/patient/doctors?page=2&page_size=2").await.message();
    assert_eq!((&page["total"], &page["doctors"].as_array().unwrap().len()), (&json!(3), &1));
    assert_eq!(page["doctors"][0]["name"], "丙");
    assert_eq!(admin.get("/admin/doctors?page=3&page_size=2").await.message()["doctors"], json!([]));
    assert_eq!(admin.get("/doctors?page_size=10000").await.message()["doctors"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_change_keeps_what_it_does_not_name_and_null_unsets_a_price() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let doctor = admin.plain_doctor(admin.department().await, "张三", "主治医师").await;
    let path = format!("/doctors/{doctor}");
    let change = json!({"name": "张三（更新）", "title": "副主任医师", "default_price_normal": 90.00});
    let changed = admin.put(&path, &change).await.message();
    assert_eq!((&changed["name"], &changed["title"]), (&change["name"], &change["title"]));
    let changed = admin.put(&path, &json!({"introduction": "更新的简介"})).await.message();
    assert_eq!((&changed["title"], &changed["default_price_normal"]), (&json!("副主任医师"), &json!(90.0)));
    let changed = admin.put(&path, &json!({"default_price_normal": null})).await.message();
    assert_eq!(changed["default_price_normal"], Value::Null);
    assert_eq!(shown(&ward.registration(), doctor).await["introduction"], "更新的简介");
}

#[tokio::test]
async fn a_doctor_that_cannot_be_is_refused_and_leaves_nothing() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let dept = admin.department().await;
    for wrong in [
        json!({"name": "张三"}),
        json!({"dept_id": dept}),
        json!({"dept_id": dept, "name": ""}),
        json!({"dept_id": dept, "name": "张".repeat(51)}),
        json!({"dept_id": dept, "name": "张三", "default_price_expert": -1}),
        json!({"dept_id": dept, "name": "张三", "identifier": "doc1"}),
        json!({"dept_id": dept, "name": "张三", "password": "StrongP@ss"}),
        json!({"dept_id": dept, "name": "张三", "identifier": "doc1", "password": "123"}),
        json!({"dept_id": dept, "name": "张三", "identifier": "doc1", "password": "StrongP@ss", "email": "nobody"}),
        json!({"dept_id": "内科", "name": "张三"}),
    ] {
        assert_eq!(admin.post("/doctors", &wrong).await.refused(), 99, "{wrong}");
    }
    assert_eq!(admin.post("/doctors", &json!({"dept_id": 9999, "name": "张三"})).await.refused(), 106);
    assert_eq!(admin.put("/doctors/9999", &json!({"name": "张三"})).await.refused(), 106);
    assert_eq!(admin.put("/doctors/x", &json!({"name": "张三"})).await.refused(), 99);
    assert_eq!(admin.get("/doctors").await.message()["total"], 0);
}

#[tokio::test]
async fn a_transfer_ends_a_headship() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let (one, two) = (admin.department().await, admin.department().await);
    let doctor = admin.plain_doctor(one, "张三", "主任医师").await;
    admin.post(&format!("/admin/departments/{one}/heads/select"), &json!({"doctor_id": doctor})).await.message();
    assert_eq!(shown(&admin, doctor).await["is_department_head"], true);
    let path = format!("/doctors/{doctor}/transfer");
    let moved = admin.put(&path, &json!({"new_dept_id": two})).await.message();
    let expected = json!({
        "detail": "成功将医生 张三 调至新科室", "doctor_id": doctor, "old_dept_id": one, "new_dept_id": two,
    });
    assert_eq!(moved, expected);
    let after = shown(&admin, doctor).await;
    assert_eq!((&after["dept_id"], &after["is_department_head"]), (&json!(two), &json!(false)));
    assert_eq!(admin.put(&path, &json!({"new_dept_id": 9999})).await.refused(), 106);
    assert_eq!(admin.put(&path, &json!({"new_dept_id": two})).await.refused(), 99);
    assert_eq!(admin.put("/doctors/9999/transfer", &json!({"new_dept_id": two})).await.refused(), 106);
}

#[tokio::test]
async fn a_head_is_a_chief_of_the_department() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let (one, two) = (admin.department().await, admin.department().await);
    let select = format!("/admin/departments/{one}/heads/select");
    let chief = admin.plain_doctor(one, "张三", "副主任医师").await;
    let made = admin.post(&select, &json!({"doctor_id": chief})).await.message();
    let expected = json!({"dept_id": one, "doctor_id": chief, "is_department_head": true, "max_heads": 2});
    assert_eq!(made, expected);
    let resident = admin.plain_doctor(one, "李四", "主治医师").await;
    let refused = admin.post(&select, &json!({"doctor_id": resident})).await.refusal();
    assert_eq!((refused.code, refused.error.as_str()), (99, "业务规则校验失败"));
    assert_eq!(refused.msg, "仅主任/副主任可设为科室长");
    let elsewhere = admin.plain_doctor(two, "王五", "主任医师").await;
    assert_eq!(admin.post(&select, &json!({"doctor_id": elsewhere})).await.refusal().msg, "医生不属于该科室");
    assert_eq!(admin.post(&select, &json!({"doctor_id": 9999})).await.refused(), 106);
    assert_eq!(admin.post(&select, &json!({})).await.refused(), 99);
}

#[tokio::test]
async fn a_department_has_two_heads_and_the_same_one_again_is_no_third() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let dept = admin.department().await;
    let select = format!("/admin/departments/{dept}/heads/select");
    let mut doctors = Vec::new();
    for name in ["甲", "乙", "丙"] {
        doctors.push(admin.plain_doctor(dept, name, "主任医师").await);
    }
    for doctor in [doctors[0], doctors[1], doctors[1]] {
        admin.post(&select, &json!({"doctor_id": doctor})).await.message();
    }
    let third = admin.post(&select, &json!({"doctor_id": doctors[2]})).await.refusal();
    assert_eq!(third.msg, "科室长数量已达上限(2)");
    let end = format!("/admin/departments/{dept}/heads/{}", doctors[0]);
    assert_eq!(admin.delete(&end).await.message()["was_department_head"], true);
    let again = admin.delete(&end).await.message();
    assert_eq!((&again["was_department_head"], &again["is_department_head"]), (&json!(false), &json!(false)));
    admin.post(&select, &json!({"doctor_id": doctors[2]})).await.message();
}

#[tokio::test]
async fn two_heads_are_two_also_when_ten_are_chosen_at_once() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let dept = admin.department().await;
    let select = format!("/admin/departments/{dept}/heads/select");
    let mut bodies = Vec::new();
    for number in 0..10 {
        let doctor = admin.plain_doctor(dept, &format!("医生{number}"), "主任医师").await;
        bodies.push(json!({"doctor_id": doctor}));
    }
    let answers = futures_util::future::join_all(bodies.iter().map(|body| admin.post(&select, body))).await;
    assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 400 | 503)));
    let listed = admin.get(&format!("/doctors?dept_id={dept}")).await.message();
    let heads = listed["doctors"].as_array().unwrap().iter().filter(|doctor| doctor["is_department_head"] == true);
    assert_eq!(heads.count(), 2);
}

#[tokio::test]
async fn how_many_heads_a_department_has_is_the_departments_configuration_or_the_hospitals() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let (strict, usual) = (admin.department().await, admin.department().await);
    let of_strict = format!("/config?scope_type=MINOR_DEPT&scope_id={strict}");
    admin.put("/config", &json!({"departmentHeadMaxCount": 3})).await.message();
    admin.put(&of_strict, &json!({"departmentHeadMaxCount": 1})).await.message();
    for (dept, most) in [(strict, 1), (usual, 3)] {
        let select = format!("/admin/departments/{dept}/heads/select");
        for _ in 0..most {
            let chief = admin.plain_doctor(dept, "张三", "副主任医师").await;
            assert_eq!(admin.post(&select, &json!({"doctor_id": chief})).await.message()["max_heads"], most);
        }
        let chief = admin.plain_doctor(dept, "李四", "主任医师").await;
        let refusal = admin.post(&select, &json!({"doctor_id": chief})).await.refusal();
        assert_eq!((refusal.code, refusal.msg), (99, format!("科室长数量已达上限({most})")));
    }
    admin.put(&of_strict, &json!({"departmentHeadMaxCount": null})).await.message();
    assert_eq!(admin.get(&of_strict).await.message()["departmentHeadMaxCount"], 3);
}
