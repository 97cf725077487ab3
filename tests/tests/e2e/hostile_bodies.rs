//! Bodies that mean no good: each is answered in the API's own envelope and changes nothing.

use std::fmt::Write as _;

use http::Method;
use serde_json::json;
use ward_tests::{Api, Ward};

async fn post_raw(api: &Api, path: &str, kind: &str, body: impl Into<reqwest::Body>) -> ward_tests::Answer {
    api.send(api.request(Method::POST, path).header("content-type", kind).body(body)).await
}

#[tokio::test]
async fn malformed_json_is_answered_in_the_apis_own_envelope() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let deep = "[".repeat(100_000);
    let unclosed = format!("{}\"name\":", "{".repeat(50));
    for body in [
        "",
        "{",
        "nul",
        "{\"name\": }",
        "{\"name\": \"a\",}",
        "{'name': 'a'}",
        "\u{feff}{}",
        "{} {}",
        "1e999",
        "{\"name\": 1e999}",
        "\"\\ud800\"",
        "{\"name\": \"\\ud800\"}",
        deep.as_str(),
        unclosed.as_str(),
    ] {
        let answer = post_raw(&admin, "/centres", "application/json", body.to_owned()).await;
        let shown = &body[..body.len().min(30)];
        assert!([400, 422].contains(&answer.status), "{shown:?}: {} {}", answer.status, answer.text());
        assert!(!answer.json()["detail"].is_null());
    }
    let invalid_utf8: &[u8] = b"{\"name\": \"\xff\xfe\"}";
    let answer = post_raw(&admin, "/centres", "application/json", invalid_utf8).await;
    assert!([400, 422].contains(&answer.status));
    assert_eq!(admin.get("/centres").await.list().len(), 0);
}

#[tokio::test]
async fn a_value_of_the_wrong_type_is_named() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    for value in [json!(null), json!(5), json!(true), json!([]), json!({}), json!(["a"])] {
        let answer = admin.post("/centres", &json!({"name": value})).await;
        assert_eq!(answer.invalid_fields(), ["body.name"], "{value}");
    }
    for body in [json!([]), json!("text"), json!(5), json!(null)] {
        assert_eq!(admin.post("/centres", &body).await.status, 422, "{body}");
    }
    for study in [json!("1"), json!(1.5), json!(-1), json!(1e30), json!(9_223_372_036_854_775_807_u64)] {
        let report = json!({"study_id": study, "findings": "F", "impression": "I", "report_type": "R"});
        let answer = admin.post("/reports", &report).await;
        assert!([404, 422].contains(&answer.status), "{study}: {} {}", answer.status, answer.text());
    }
}

#[tokio::test]
async fn an_unknown_field_changes_nothing() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let body = json!({
        "username": "sly", "email": "sly@example.com", "password": "a long password", "full_name": "S", "role": "radiologist",
        "id": 1, "is_admin": true, "roles": ["admin"], "is_active": true, "__proto__": {"role": "admin"},
    });
    let answer = admin.post("/auth/register", &body).await;
    if answer.status == 200 {
        let user = answer.json();
        assert_ne!(user["id"], 1);
        assert_eq!(user["role"], "radiologist");
    } else {
        answer.invalid_fields();
    }
    assert_eq!(admin.get("/auth/me").await.json()["username"], "admin");
}

#[tokio::test]
async fn the_nul_character_is_kept_or_refused_but_breaks_nothing() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let answer = admin.post("/centres", &json!({"name": "a\u{0}b"})).await;
    assert!([400, 422].contains(&answer.status), "{}: {}", answer.status, answer.text());
    admin.get("/centres?search=%00").await;
    let technician = admin.technician().await;
    let upload = ward_tests::Upload::new().field("patient_name", "a\u{0}b");
    let answer = technician.upload(upload).await;
    assert!([400, 422].contains(&answer.status), "{}: {}", answer.status, answer.text());
    let found = technician.get("/studies?search=a%00b").await;
    assert!([200, 400, 422].contains(&found.status), "{}: {}", found.status, found.text());
}

#[tokio::test]
async fn multipart_that_is_none_is_refused() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    let part = "--x\r\nContent-Disposition: form-data; name=\"patient_name\"\r\n\r\nJohn";
    let nameless = "--x\r\nContent-Type: text/plain\r\n\r\nJohn\r\n--x--\r\n";
    let long_head =
        format!("--x\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\na\r\n--x--\r\n", "n".repeat(1 << 20));
    let many = (0..50_000).fold(String::new(), |mut many, n| {
        let _ = write!(many, "--x\r\nContent-Disposition: form-data; name=\"f{n}\"\r\n\r\na\r\n");
        many
    });
    for (kind, body) in [
        ("multipart/form-data", part.to_owned()),
        ("multipart/form-data; boundary=", part.to_owned()),
        ("multipart/form-data; boundary=y", format!("{part}\r\n--x--\r\n")),
        ("multipart/form-data; boundary=x", part.to_owned()),
        ("multipart/form-data; boundary=x", nameless.to_owned()),
        ("multipart/form-data; boundary=x", String::new()),
        ("multipart/form-data; boundary=x", "--x--\r\n".to_owned()),
        ("multipart/form-data; boundary=x", long_head),
        ("multipart/form-data; boundary=x", format!("{many}--x--\r\n")),
    ] {
        let answer = post_raw(&technician, "/studies/upload", kind, body.clone()).await;
        let shown = &body[..body.len().min(80)];
        assert!([400, 413, 422].contains(&answer.status), "{kind} {shown:?}: {} {}", answer.status, answer.text());
        assert!(!answer.json()["detail"].is_null());
    }
    assert_eq!(technician.get("/studies").await.list().len(), 0);
}

#[tokio::test]
async fn a_file_name_is_a_name_and_never_a_path() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    let marker = format!("ward-escaped-{}", std::process::id());
    for name in [
        format!("../../../../tmp/{marker}"),
        format!("/tmp/{marker}"),
        format!("..\\{marker}"),
        "..".into(),
        String::new(),
        "a/b/c.dcm".into(),
        "x".repeat(5_000),
    ] {
        let upload = ward_tests::Upload::new().file(&name, ward_tests::dicom::image(1));
        let answer = technician.upload(upload).await;
        assert!([200, 400, 422].contains(&answer.status), "{}: {}", answer.status, answer.text());
    }
    assert!(!std::path::Path::new("/tmp").join(&marker).exists());
}
