//! What every mounted API does alike.

use std::collections::HashSet;

use http::Method;
use serde_json::json;
use ward_tests::{Answer, Api, Ward};

#[tokio::test]
async fn a_trailing_slash_never_changes_a_result() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    admin.centre("North").await;
    for path in [
        "/studies",
        "/users",
        "/centres",
        "/centres/1",
        "/reports",
        "/auth/me",
        "/users/1",
        "/studies/4711",
        "/nothing",
    ] {
        let (without, with) = (admin.get(path).await, admin.get(&format!("{path}/")).await);
        assert_eq!((without.status, &without.body), (with.status, &with.body), "{path}");
        assert!(without.status != 307 && without.status != 308);
    }
    let form = [("username", "admin"), ("password", ward_tests::PASSWORD)];
    ward.anonymous().post_form("/auth/token/", &form).await.expect(200);
}

#[tokio::test]
async fn what_the_document_does_not_name_does_not_exist() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    for path in ["/nothing", "/studies/1/nothing", "/auth", "/STUDIES"] {
        assert!(!admin.get(path).await.expect(404).detail().is_empty(), "{path}");
    }
    ward.at("").get("/nothing").await.expect(404).json();
}

#[tokio::test]
async fn another_method_is_named_not_allowed() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let answer = admin.send(admin.request(Method::PUT, "/studies")).await.expect(405);
    assert!(!answer.detail().is_empty());
    let allowed = answer.header("allow").expect("Allow").to_owned();
    assert!(allowed.contains("GET") && allowed.contains("POST") && !allowed.contains("PUT"), "{allowed}");
    for method in ["TRACE", "CONNECT", "BREW"] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let answer = admin.try_send(admin.request(method.clone(), "/studies")).await;
        assert!(answer.is_ok_and(|answer| [400, 404, 405].contains(&answer.status)), "{method}");
    }
}

#[tokio::test]
async fn a_body_of_another_kind_is_not_taken() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let send = async |path: &str, kind: &str, body: &'static str| {
        admin.send(admin.request(Method::POST, path).header("content-type", kind).body(body)).await
    };
    for kind in ["text/plain", "application/xml", "application/octet-stream"] {
        assert!(!send("/centres", kind, "{\"name\":\"N\"}").await.expect(415).detail().is_empty());
        send("/auth/token", kind, "username=admin").await.expect(415);
        send("/studies/upload", kind, "x").await.expect(415);
    }
    send("/studies/upload", "application/json", "{}").await.expect(415);
    assert_eq!(admin.get("/centres").await.list().len(), 0);
}

#[tokio::test]
async fn a_json_body_has_a_limit() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let answer = admin.post("/centres", &json!({"name": "x".repeat(2 << 20)})).await.expect(413);
    assert!(!answer.detail().is_empty());
}

#[tokio::test]
async fn json_as_the_content_type_of_a_get_is_harmless() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let request = admin.request(Method::GET, "/studies").header("content-type", "application/json");
    admin.send(request).await.expect(200);
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let get = admin.get("/users").await.expect(200);
    let head = admin.send(admin.request(Method::HEAD, "/users")).await.expect(200);
    assert!(head.body.is_empty());
    assert_eq!(head.header("content-type"), get.header("content-type"));
}

async fn preflight(api: &Api, path: &str, origin: &str) -> Answer {
    let request = api
        .request(Method::OPTIONS, path)
        .header("origin", origin)
        .header("access-control-request-method", "PATCH")
        .header("access-control-request-headers", "authorization,content-type");
    api.send(request).await
}

#[tokio::test]
async fn a_preflight_from_a_configured_origin_needs_no_token_and_no_redirect() {
    let ward = Ward::start().await;
    let api = ward.anonymous();
    for path in ["/studies", "/studies/", "/studies/1/assign"] {
        let answer = preflight(&api, path, "http://localhost:5173").await;
        assert!([200, 204].contains(&answer.status), "{path}: {}", answer.status);
        assert_eq!(answer.header("access-control-allow-origin"), Some("http://localhost:5173"));
        let headers = answer.header("access-control-allow-headers").unwrap_or_default().to_ascii_lowercase();
        assert!(headers.contains("authorization") && headers.contains("content-type"), "{headers}");
        let methods = answer.header("access-control-allow-methods").unwrap_or_default();
        assert!(methods.contains("PATCH"), "{methods}");
    }
}

#[tokio::test]
async fn a_strange_origin_gets_no_permission() {
    let ward = Ward::start().await;
    let api = ward.anonymous();
    for origin in ["https://evil.example", "http://localhost.evil.example", "http://localhost:80.evil.example", "null"]
    {
        assert_eq!(preflight(&api, "/studies", origin).await.header("access-control-allow-origin"), None, "{origin}");
        let request = api.request(Method::GET, "/health").header("origin", origin);
        assert_eq!(api.send(request).await.header("access-control-allow-origin"), None, "{origin}");
    }
}

#[tokio::test]
async fn an_answer_to_a_configured_origin_may_be_read_even_if_it_is_an_error() {
    let ward = Ward::start().await;
    let api = ward.anonymous();
    for (path, status) in [("/health", 200), ("/studies", 401), ("/nothing", 404)] {
        let answer =
            api.send(api.request(Method::GET, path).header("origin", "http://localhost:3000")).await.expect(status);
        assert_eq!(answer.header("access-control-allow-origin"), Some("http://localhost:3000"), "{path}");
    }
    let ward = Ward::builder()
        .configure(|assembly| assembly.cors_origins = vec!["https://his.hospital.example".into()])
        .start()
        .await;
    let answer = preflight(&ward.anonymous(), "/studies", "https://his.hospital.example").await;
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://his.hospital.example"));
}

#[tokio::test]
async fn every_answer_has_a_request_id_of_its_own() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let mut ids = HashSet::new();
    for path in ["/studies", "/studies", "/nothing", "/users/x", "/health"] {
        let answer = admin.get(path).await;
        let id = answer.header("x-request-id").unwrap_or_else(|| panic!("{path} has no id")).to_owned();
        assert!(ids.insert(id));
    }
}

#[tokio::test]
async fn an_id_from_outside_cannot_write_into_the_log() {
    let ward = Ward::start().await;
    let api = ward.anonymous();
    let long = "x".repeat(5_000);
    for id in ["a b\tc", "\u{1b}[31m", long.as_str()] {
        let Ok(value) = http::HeaderValue::from_bytes(id.as_bytes()) else { continue };
        let answer = api.send(api.request(Method::GET, "/health").header("x-request-id", value)).await.expect(200);
        assert_ne!(answer.header("x-request-id"), Some(id));
    }
}

#[tokio::test]
async fn a_plugin_is_also_mounted_at_the_root_of_its_host_name() {
    let ward = Ward::start().await;
    let api = ward.at("");
    for host in ["pacs.localhost", "PACS.localhost", "pacs.localhost:8080"] {
        let answer = api.send(api.request(Method::GET, "/auth/me").header("host", host)).await.expect(401);
        assert_eq!(answer.detail(), "Could not validate credentials");
    }
    let elsewhere = api.send(api.request(Method::GET, "/auth/me").header("host", "other.localhost")).await;
    elsewhere.expect(404);
}

#[tokio::test]
async fn the_platforms_health_needs_no_token_and_names_everything() {
    let ward = Ward::start().await;
    let health = ward.at("").get("/health").await.expect(200);
    let text = health.json().to_string();
    for part in ["database", "blobs", "pacs"] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[tokio::test]
async fn the_apis_health_is_the_documents() {
    let ward = Ward::start().await;
    let health = ward.anonymous().get("/health").await.expect(200).json();
    assert_eq!(health["status"], "healthy");
    assert!(health["version"].is_string());
}

#[tokio::test]
async fn nothing_tells_what_the_server_is_made_of() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    for path in ["/studies/4711", "/nothing", "/users?skip=x"] {
        let answer = admin.get(path).await;
        let text = answer.text().to_lowercase();
        for word in ["sqlx", "sqlite", "postgres", "wasm", "panic", "rust", "select "] {
            assert!(!text.contains(word), "{path} says {word}: {text}");
        }
        assert_eq!(answer.header("server"), None);
    }
}
