//! Major and minor departments.

use serde_json::{Value, json};
use ward_tests::people::unique;
use ward_tests::{Api, Ward};

async fn minor(api: &Api, id: i64) -> Value {
    let all = api.get("/minor-departments?page_size=10000").await.message();
    let found = all["departments"].as_array().unwrap().iter().find(|one| one["minor_dept_id"] == id);
    found.unwrap_or_else(|| panic!("no department {id}: {all}")).clone()
}

#[tokio::test]
async fn a_major_department_is_created_listed_changed_and_deleted() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let body = json!({"name": "内科", "description": "内科相关"});
    let made = admin.post("/major-departments", &body).await.message();
    assert_eq!(made["detail"], "成功创建大科室：内科");
    let listed = ward.registration().get("/major-departments").await.message();
    let only = &listed["departments"][0];
    assert_eq!((&only["name"], &only["description"]), (&body["name"], &body["description"]));
    assert!(only["create_time"].is_string());
    let id = only["major_dept_id"].as_i64().unwrap();
    let path = format!("/major-departments/{id}");
    let changed = admin.put(&path, &json!({"name": "内科（更新）"})).await.message();
    assert_eq!(changed["detail"], "成功更新大科室信息");
    let listed = ward.registration().get("/patient/major-departments").await.message();
    assert_eq!(listed["departments"][0]["name"], "内科（更新）");
    assert_eq!(listed["departments"][0]["description"], "内科相关");
    assert_eq!(admin.delete(&path).await.message()["detail"], "成功删除大科室");
    assert_eq!(ward.registration().get("/major-departments").await.message()["departments"], json!([]));
    assert_eq!(admin.delete(&path).await.refused(), 106);
}

#[tokio::test]
async fn a_major_department_with_minor_ones_stays() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let dept = admin.department().await;
    let major = minor(&admin, dept).await["major_dept_id"].as_i64().unwrap();
    let refused = admin.delete(&format!("/major-departments/{major}")).await.refusal();
    assert_eq!((refused.status, refused.code), (400, 99));
    admin.delete(&format!("/minor-departments/{dept}")).await.message();
    admin.delete(&format!("/major-departments/{major}")).await.message();
}

#[tokio::test]
async fn names_are_not_given_twice_and_are_free_again_after_a_deletion() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let body = json!({"name": "外科"});
    let id = admin.post("/major-departments", &body).await.message()["major_dept_id"].as_i64().unwrap();
    assert_eq!(admin.post("/major-departments", &body).await.refusal().msg, "大科室名称已存在");
    admin.delete(&format!("/major-departments/{id}")).await.message();
    let again = admin.post("/major-departments", &body).await.message()["major_dept_id"].clone();
    let minor = json!({"major_dept_id": again, "name": "骨科"});
    admin.post("/minor-departments", &minor).await.message();
    assert_eq!(admin.post("/minor-departments", &minor).await.refusal().msg, "该大科室下已存在同名小科室");
    let other = json!({"major_dept_id": admin.major_department().await, "name": "骨科"});
    admin.post("/minor-departments", &other).await.message();
}

#[tokio::test]
async fn fifty_who_create_one_department_at_once_make_one() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let body = json!({"name": "急诊科"});
    let answers = futures_util::future::join_all((0..50).map(|_| admin.post("/major-departments", &body))).await;
    let made = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(made, 1);
    assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 400 | 503)), "nobody sees a fault");
    let listed = admin.get("/major-departments").await.message();
    assert_eq!(listed["departments"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_minor_department_shows_the_prices_it_sets() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let major = admin.major_department().await;
    let body = json!({
        "major_dept_id": major, "name": "心内科", "description": "心脏内科",
        "default_price_normal": 60.00, "default_price_expert": null, "default_price_special": 550.5,
    });
    let made = admin.post("/minor-departments", &body).await.message();
    for (field, value) in body.as_object().unwrap() {
        assert_eq!(&made[field], value, "{field}");
    }
    let id = made["minor_dept_id"].as_i64().unwrap();
    let listed = minor(&ward.registration(), id).await;
    assert_eq!(listed["default_price_special"], 550.5);
    assert!(listed["create_time"].is_string());
}

#[tokio::test]
async fn a_null_price_unsets_it_and_an_absent_one_stays() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let major = admin.major_department().await;
    let body =
        json!({"major_dept_id": major, "name": "肾内科", "default_price_normal": 60, "default_price_expert": 120});
    let id = admin.post("/minor-departments", &body).await.message()["minor_dept_id"].as_i64().unwrap();
    let path = format!("/minor-departments/{id}");
    let changed = admin.put(&path, &json!({"default_price_normal": null})).await.message();
    assert_eq!(changed["default_price_normal"], Value::Null);
    assert_eq!(changed["default_price_expert"], 120.0);
    for wrong in [json!(-1), json!("dear"), json!(1e12), json!(true)] {
        assert_eq!(admin.put(&path, &json!({"default_price_normal": wrong})).await.refused(), 99, "{wrong}");
    }
    assert_eq!(minor(&admin, id).await["default_price_expert"], 120.0);
}

#[tokio::test]
async fn a_minor_department_moves_to_another_major_one() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let dept = admin.department().await;
    let other = admin.major_department().await;
    let moved = admin.put(&format!("/minor-departments/{dept}"), &json!({"major_dept_id": other})).await.message();
    assert_eq!(moved["major_dept_id"], other);
    let to_nowhere = admin.put(&format!("/minor-departments/{dept}"), &json!({"major_dept_id": 9999})).await;
    assert_eq!(to_nowhere.refused(), 106);
    assert_eq!(minor(&admin, dept).await["major_dept_id"], other);
}

#[tokio::test]
async fn a_minor_department_with_doctors_stays() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let dept = admin.department().await;
    let doctor = admin.plain_doctor(dept, "张三", "主治医师").await;
    assert_eq!(admin.delete(&format!("/minor-departments/{dept}")).await.refusal().msg, "该小科室下存在医生，无法删除");
    let name = minor(&admin, dept).await["name"].as_str().unwrap().to_owned();
    admin.delete(&format!("/doctors/{doctor}")).await.message();
    let deleted = admin.delete(&format!("/minor-departments/{dept}")).await.message();
    assert_eq!(deleted["detail"], format!("成功删除小科室 {name}"));
}

#[tokio::test]
async fn a_deleted_department_takes_its_clinics_with_it() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let dept = admin.department().await;
    admin.clinic(dept).await;
    admin.delete(&format!("/minor-departments/{dept}")).await.message();
    assert_eq!(admin.get(&format!("/clinics?dept_id={dept}")).await.message()["total"], 0);
    let path = format!("/departments/{dept}/schedules?start_date=2025-11-20&end_date=2025-11-21");
    assert_eq!(admin.get(&path).await.refused(), 106);
}

#[tokio::test]
async fn minor_departments_come_page_by_page() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let major = admin.major_department().await;
    for _ in 0..5 {
        let body = json!({"major_dept_id": major, "name": format!("科{}", unique())});
        admin.post("/minor-departments", &body).await.message();
    }
    admin.department().await;
    let page = |query: &str| {
        let (api, path) = (ward.registration(), format!("/minor-departments?{query}"));
        async move { api.get(&path).await.message() }
    };
    let first = page(&format!("major_dept_id={major}&page=1&page_size=2")).await;
    assert_eq!((&first["total"], &first["page"], &first["page_size"]), (&json!(5), &json!(1), &json!(2)));
    assert_eq!(first["departments"].as_array().unwrap().len(), 2);
    let last = page(&format!("major_dept_id={major}&page=3&page_size=2")).await;
    assert_eq!(last["departments"].as_array().unwrap().len(), 1);
    let beyond = page("page=9").await;
    assert_eq!((&beyond["total"], &beyond["departments"]), (&json!(6), &json!([])));
    assert_eq!(page("").await["page_size"], 50);
    for wrong in ["page=0", "page_size=0", "page=x", "page_size=-1", "major_dept_id=内科"] {
        let answer = ward.registration().get(&format!("/minor-departments?{wrong}")).await;
        assert_eq!(answer.refused(), 99, "{wrong}");
    }
}

#[tokio::test]
async fn only_administrators_manage_departments() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let doctor = admin.doctor(admin.department().await).await;
    let body = json!({"name": "内科"});
    assert_eq!(doctor.post("/major-departments", &body).await.refused(), 102);
    assert_eq!(ward.registration().post("/major-departments", &body).await.refused(), 105);
    assert_eq!(ward.registration().get("/hospital-areas").await.refused(), 105);
}
