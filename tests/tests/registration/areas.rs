//! Hospital areas: there is one from the start; administrators manage them, anybody sees them with their maps.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use ward_tests::{Api, Ward};

use crate::images::{PNG, image};

async fn areas(api: &Api, path: &str) -> Vec<Value> {
    api.get(path).await.message()["areas"].as_array().unwrap().clone()
}

#[tokio::test]
async fn one_area_is_there_from_the_start() {
    let ward = Ward::start().await;
    let shown = areas(&ward.registration(), "/hospitals").await;
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0]["name"], "主院区");
    for field in ["latitude", "longitude", "image_type", "image_data"] {
        assert_eq!(shown[0].get(field), Some(&Value::Null), "{field}");
    }
    assert!(shown[0]["create_time"].as_str().unwrap().contains('T'));
}

#[tokio::test]
async fn an_administrator_manages_areas() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let body =
        json!({"name": "东院区", "destination": "北京市海淀区上园村3号", "latitude": 39.984, "longitude": 116.318});
    let made = admin.post("/hospital-areas", &body).await.message();
    assert_eq!(made["detail"], "成功创建院区：东院区");
    let id = made["area_id"].as_i64().unwrap();
    let change = json!({"destination": "上园村4号", "longitude": null});
    let changed = admin.put(&format!("/admin/hospital-areas/{id}"), &change).await.message();
    assert_eq!((&changed["name"], &changed["latitude"]), (&json!("东院区"), &json!(39.984)));
    let shown = areas(&admin, &format!("/hospital-areas?area_id={id}")).await;
    assert_eq!(shown.len(), 1);
    assert_eq!((&shown[0]["destination"], &shown[0]["longitude"]), (&json!("上园村4号"), &Value::Null));
    assert_eq!(admin.delete(&format!("/hospital-areas/{id}")).await.message()["detail"], "成功删除院区 东院区");
    assert_eq!(admin.get(&format!("/hospital-areas?area_id={id}")).await.refused(), 106);
    assert_eq!(areas(&admin, "/hospital-areas").await.len(), 1);
}

#[tokio::test]
async fn an_area_needs_a_name_of_its_own_and_a_place_on_earth() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    assert_eq!(admin.post("/hospital-areas", &json!({"name": "主院区"})).await.refusal().msg, "院区名称已存在");
    for wrong in [
        json!({}),
        json!({"name": " "}),
        json!({"name": "西\u{0}区"}),
        json!({"name": "西".repeat(101)}),
        json!({"name": "西院区", "latitude": 90.1}),
        json!({"name": "西院区", "longitude": "east"}),
        json!([]),
    ] {
        assert_eq!(admin.post("/hospital-areas", &wrong).await.refused(), 99, "{wrong}");
    }
    assert_eq!(areas(&admin, "/hospital-areas").await.len(), 1);
}

#[tokio::test]
async fn the_last_area_and_one_with_clinics_stay() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let first = areas(&admin, "/hospital-areas").await[0]["area_id"].as_i64().unwrap();
    assert_eq!(admin.delete(&format!("/hospital-areas/{first}")).await.refusal().msg, "至少保留一个院区");
    admin.post("/hospital-areas", &json!({"name": "西院区"})).await.message();
    let dept = admin.department().await;
    admin.clinic(dept).await;
    let refused = admin.delete(&format!("/hospital-areas/{first}")).await.refusal();
    assert_eq!((refused.status, refused.msg.as_str()), (400, "该院区下存在门诊，无法删除"));
}

#[tokio::test]
async fn a_map_is_shown_in_base64_with_its_type() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let id = areas(&admin, "/hospital-areas").await[0]["area_id"].as_i64().unwrap();
    let path = format!("/hospital-areas/{id}/image");
    admin.post_multipart(&path, image("map.png", PNG)).await.message();
    let shown = areas(&ward.registration(), "/hospitals").await;
    assert_eq!(shown[0]["image_type"], "image/png");
    assert_eq!(STANDARD.decode(shown[0]["image_data"].as_str().unwrap()).unwrap(), PNG);
    admin.delete(&path).await.message();
    assert_eq!(areas(&ward.registration(), "/hospitals").await[0]["image_data"], Value::Null);
}

#[tokio::test]
async fn a_map_is_an_image_by_its_content() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let id = areas(&admin, "/hospital-areas").await[0]["area_id"].as_i64().unwrap();
    let path = format!("/hospital-areas/{id}/image");
    assert_eq!(admin.post_multipart(&path, image("map.png", b"<svg onload='x'/>")).await.refused(), 99);
    assert_eq!(admin.post_multipart(&path, Form::new().part("other", Part::bytes(PNG))).await.refused(), 99);
    let mut large = PNG.to_vec();
    large.resize(5 * 1024 * 1024 + 1, 0);
    let large = Form::new().part("file", Part::bytes(large).file_name("map.png"));
    assert_eq!(admin.post_multipart(&path, large).await.refused(), 99);
    assert_eq!(admin.post_multipart("/hospital-areas/99/image", image("map.png", PNG)).await.refused(), 106);
    assert_eq!(areas(&admin, "/hospitals").await[0]["image_data"], Value::Null);
}
