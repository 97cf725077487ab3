//! Clinics.

use serde_json::{Value, json};
use ward_tests::Ward;

#[tokio::test]
async fn a_clinic_lies_in_the_first_area_and_shows_its_prices() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let dept = admin.department().await;
    let body = json!({
        "minor_dept_id": dept, "name": "心血管内科普通门诊", "clinic_type": 0, "address": "门诊楼2层",
        "default_price_normal": 60.00, "default_price_expert": 180.00, "default_price_special": null,
    });
    let made = admin.post("/admin/clinics", &body).await.message();
    assert_eq!(made["detail"], "门诊创建成功");
    for (field, value) in body.as_object().unwrap() {
        assert_eq!(&made[field], value, "{field}");
    }
    let first = admin.get("/hospital-areas").await.message()["areas"][0]["area_id"].clone();
    for path in ["/admin/clinics", "/clinics", "/patient/clinics"] {
        let listed = admin.get(&format!("{path}?dept_id={dept}")).await.message();
        assert_eq!((&listed["total"], &listed["page"], &listed["page_size"]), (&json!(1), &json!(1), &json!(50)));
        let clinic = &listed["clinics"][0];
        assert_eq!(clinic["area_id"], first);
        assert_eq!(clinic["default_price_expert"], 180.0);
        assert!(clinic["create_time"].is_string());
    }
}

#[tokio::test]
async fn clinics_are_filtered_by_department_and_area() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let (one, two) = (admin.department().await, admin.department().await);
    let west = admin.post("/hospital-areas", &json!({"name": "西院区"})).await.message()["area_id"].clone();
    admin.clinic(one).await;
    let body = json!({"minor_dept_id": two, "name": "西门诊", "area_id": west});
    let there = admin.post("/admin/clinics", &body).await.message()["clinic_id"].clone();
    let listed = admin.get(&format!("/clinics?area_id={west}")).await.message();
    assert_eq!((&listed["total"], &listed["clinics"][0]["clinic_id"]), (&json!(1), &there));
    assert_eq!(admin.get(&format!("/clinics?area_id={west}&dept_id={one}")).await.message()["total"], 0);
    assert_eq!(admin.get("/clinics").await.message()["total"], 2);
}

#[tokio::test]
async fn a_change_keeps_what_it_does_not_name() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let clinic = admin.clinic(admin.department().await).await;
    let path = format!("/admin/clinics/{clinic}");
    let body = json!({"name": "心内科VIP诊室", "clinic_type": 2, "default_price_special": 600.00});
    let changed = admin.put(&path, &body).await.message();
    assert_eq!(changed["detail"], "门诊信息更新成功");
    assert_eq!((&changed["name"], &changed["clinic_type"]), (&json!("心内科VIP诊室"), &json!(2)));
    assert_eq!((&changed["default_price_special"], &changed["default_price_normal"]), (&json!(600.0), &Value::Null));
    let changed = admin.put(&path, &json!({"address": "内科楼3楼"})).await.message();
    assert_eq!((&changed["name"], &changed["default_price_special"]), (&json!("心内科VIP诊室"), &json!(600.0)));
}

#[tokio::test]
async fn a_clinic_that_cannot_be_is_refused() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let dept = admin.department().await;
    for wrong in [
        json!({"name": "门诊"}),
        json!({"minor_dept_id": dept}),
        json!({"minor_dept_id": dept, "name": ""}),
        json!({"minor_dept_id": dept, "name": "门诊", "clinic_type": 3}),
        json!({"minor_dept_id": dept, "name": "门诊", "clinic_type": "特需"}),
        json!({"minor_dept_id": dept, "name": "门诊", "default_price_normal": -0.01}),
    ] {
        assert_eq!(admin.post("/admin/clinics", &wrong).await.refused(), 99, "{wrong}");
    }
    assert_eq!(admin.post("/admin/clinics", &json!({"minor_dept_id": 9999, "name": "门诊"})).await.refused(), 106);
    let nowhere = json!({"minor_dept_id": dept, "name": "门诊", "area_id": 9999});
    assert_eq!(admin.post("/admin/clinics", &nowhere).await.refused(), 106);
    assert_eq!(admin.put("/admin/clinics/9999", &json!({"name": "门诊"})).await.refused(), 106);
    assert_eq!(admin.get("/clinics").await.message()["total"], 0);
}
