//! Uploads and static files.

use reqwest::multipart::{Form, Part};
use serde_json::Value;
use ward_tests::{Answer, Api, Ward};

/// The start of a PNG file, and something after it.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xd9";

async fn upload(api: &Api, bytes: &[u8], name: &str) -> Answer {
    let part = Part::bytes(bytes.to_vec()).file_name(name.to_owned());
    api.post_multipart("/common/upload", Form::new().part("file", part)).await
}

fn url(message: &Value) -> String {
    message["url"].as_str().unwrap().to_owned()
}

fn ending(url: &str) -> &str {
    url.rsplit('.').next().unwrap()
}

#[tokio::test]
async fn an_uploaded_image_is_served_at_the_address_that_was_answered() {
    let ward = Ward::start().await;
    let patient = ward.registration().patient().await;
    let uploaded = upload(&patient, PNG, "诊断证明.png").await.message();
    assert_eq!(uploaded["name"], "诊断证明.png");
    let url = url(&uploaded);
    assert!(url.starts_with("/static/images/audit/20"), "{url}");
    assert_eq!(ending(&url), "png");
    let served = ward.registration().get(&url).await.expect(200);
    assert_eq!((&served.body[..], served.header("content-type")), (PNG, Some("image/png")));
}

#[tokio::test]
async fn the_day_in_the_address_is_the_hospitals() {
    let held = ward::clock::HeldClock::at(ward_tests::registration::shanghai(2026, 1, 1, 0, 5));
    let ward = Ward::builder().clock(held.clock()).start().await;
    let patient = ward.registration().patient().await;
    let uploaded = upload(&patient, JPEG, "a.jpg").await.message();
    assert!(url(&uploaded).starts_with("/static/images/audit/2026/01/01/"), "{uploaded}");
}

#[tokio::test]
async fn what_a_file_is_its_content_says() {
    let ward = Ward::start().await;
    let patient = ward.registration().patient().await;
    let uploaded = upload(&patient, JPEG, "a.exe").await.message();
    assert_eq!(ending(&url(&uploaded)), "jpg");
    for (bytes, name) in [
        (&b"<script>alert(1)</script>"[..], "a.png"),
        (b"%PDF-1.7", "a.jpg"),
        (b"", "a.jpg"),
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "a.svg"),
    ] {
        let refusal = upload(&patient, bytes, name).await.expect(400).refusal();
        assert_eq!((refusal.code, refusal.msg.as_str()), (99, "不支持的文件类型"), "{name}");
    }
}

#[tokio::test]
async fn five_megabytes_are_taken_and_more_are_not() {
    let ward = Ward::start().await;
    let patient = ward.registration().patient().await;
    let mut image = JPEG.to_vec();
    image.resize(5 * 1024 * 1024, 0);
    let uploaded = upload(&patient, &image, "a.jpg").await.message();
    assert_eq!(ward.registration().get(&url(&uploaded)).await.expect(200).body.len(), image.len());
    image.push(0);
    assert_eq!(upload(&patient, &image, "a.jpg").await.expect(413).refused(), 99);
}

#[tokio::test]
async fn uploading_needs_a_token_and_a_file() {
    let ward = Ward::start().await;
    assert_eq!(upload(&ward.registration(), PNG, "a.png").await.expect(401).refused(), 105);
    let patient = ward.registration().patient().await;
    let refusal =
        patient.post_multipart("/common/upload", Form::new().text("file", "text")).await.expect(400).refusal();
    assert_eq!((refusal.code, refusal.msg.as_str()), (99, "file: 不能为空"));
}

#[tokio::test]
async fn a_hostile_name_is_only_a_name() {
    let ward = Ward::start().await;
    let patient = ward.registration().patient().await;
    let uploaded = upload(&patient, PNG, "../../../etc/passwd.png").await.message();
    assert_eq!(uploaded["name"], "passwd.png");
    assert!(!url(&uploaded).contains(".."));
}

#[tokio::test]
async fn nothing_but_stored_files_is_served() {
    let ward = Ward::start().await;
    let api = ward.registration();
    for path in [
        "/static/images/audit/nothing.jpg",
        "/static/%2e%2e/ward.toml",
        "/static/..%2f..%2fetc%2fpasswd",
        "/static/%00",
    ] {
        let answer = api.get(path).await;
        assert!([400, 404].contains(&answer.status), "{path}: {} {}", answer.status, answer.text());
        answer.refusal();
    }
}

#[tokio::test]
async fn the_time_zone_is_a_setting() {
    let held = ward::clock::HeldClock::at(ward_tests::registration::shanghai(2026, 1, 1, 0, 5));
    let ward = Ward::builder()
        .clock(held.clock())
        .configure(|assembly| {
            let mount = assembly.mounts.iter_mut().find(|mount| mount.plugin == "registration").unwrap();
            mount.settings.insert("time_zone".to_owned(), "Europe/Berlin".to_owned());
        })
        .start()
        .await;
    let patient = ward.registration().patient().await;
    let uploaded = upload(&patient, JPEG, "a.jpg").await.message();
    assert!(url(&uploaded).starts_with("/static/images/audit/2025/12/31/"), "{uploaded}");
}
