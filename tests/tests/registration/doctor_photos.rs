//! Photos of doctors.

use serde_json::{Value, json};
use ward_tests::Ward;

use crate::images::{PNG, image};

#[tokio::test]
async fn a_photo_is_served_as_it_was_sent() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let doctor = admin.plain_doctor(admin.department().await, "张三", "").await;
    let path = format!("/doctors/{doctor}/photo");
    let sent = admin.post_multipart(&path, image("me.jpg", PNG)).await.message();
    assert_eq!(sent["original_photo_url"], Value::Null);
    let address = sent["photo_path"].as_str().unwrap();
    assert!(address.starts_with("/static/image/doctor_"), "{address}");
    assert!(address.rsplit('.').next() == Some("png"), "its content counts, not its name: {address}");
    for place in [address, &path, &format!("/patient{path}"), &format!("/admin{path}")] {
        let photo = admin.get(place).await.expect(200);
        assert_eq!((photo.header("content-type"), &photo.body[..]), (Some("image/png"), PNG), "{place}");
    }
    assert_eq!(ward.registration().get(address).await.status, 200);
    assert_eq!(ward.registration().get(&format!("/admin{path}")).await.refused(), 105);
    assert_eq!(admin.get("/doctors").await.message()["doctors"][0]["photo_path"], address);
}

#[tokio::test]
async fn a_new_photo_takes_the_place_of_the_old_one() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let doctor = admin.plain_doctor(admin.department().await, "张三", "").await;
    let path = format!("/doctors/{doctor}/photo");
    let first = admin.post_multipart(&path, image("a.png", PNG)).await.message();
    let second = admin.post_multipart(&path, image("b.png", PNG)).await.message();
    assert_ne!(first["photo_path"], second["photo_path"]);
    assert_eq!(admin.get(first["photo_path"].as_str().unwrap()).await.status, 404);
    assert_eq!(admin.get(second["photo_path"].as_str().unwrap()).await.status, 200);
}

#[tokio::test]
async fn a_photo_is_deleted_once() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let doctor = admin.plain_doctor(admin.department().await, "张三", "").await;
    let path = format!("/doctors/{doctor}/photo");
    let refused = admin.get(&format!("/admin{path}")).await.refusal();
    assert_eq!((refused.code, refused.error.as_str(), refused.msg.as_str()), (106, "资源错误", "医生照片文件不存在"));
    let sent = admin.post_multipart(&path, image("a.png", PNG)).await.message();
    assert_eq!(admin.delete(&path).await.message(), json!({"detail": "成功删除医生照片"}));
    assert_eq!(admin.delete(&path).await.refused(), 106);
    assert_eq!(admin.get(sent["photo_path"].as_str().unwrap()).await.status, 404);
    assert_eq!(admin.get("/doctors").await.message()["doctors"][0]["photo_path"], Value::Null);
}

#[tokio::test]
async fn what_is_no_image_is_refused() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let doctor = admin.plain_doctor(admin.department().await, "张三", "").await;
    let path = format!("/doctors/{doctor}/photo");
    for wrong in [&b"<html><script>"[..], b"%PDF-1.7", b"", b"MZ\x90\0"] {
        assert_eq!(admin.post_multipart(&path, image("a.png", wrong)).await.refused(), 99);
    }
    assert_eq!(admin.post(&path, &json!({"file": "x"})).await.refusal().status, 415);
    assert_eq!(admin.post_multipart("/doctors/9999/photo", image("a.png", PNG)).await.refused(), 106);
    assert_eq!(admin.get("/doctors").await.message()["doctors"][0]["photo_path"], Value::Null);
}

#[tokio::test]
async fn the_photo_of_a_deleted_doctor_is_gone() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let doctor = admin.plain_doctor(admin.department().await, "张三", "").await;
    let sent = admin.post_multipart(&format!("/doctors/{doctor}/photo"), image("a.png", PNG)).await.message();
    admin.delete(&format!("/doctors/{doctor}")).await.message();
    assert_eq!(admin.get(sent["photo_path"].as_str().unwrap()).await.status, 404);
}
