//! Who may change what serves.

use http::Method;
use serde_json::json;
use ward_tests::{PASSWORD, Ward};

use crate::stage::{Stage, key, sign_in};

/// Method and path of every operation but the sign-in, made out for version 1.0.0.
async fn operations(ward: &Ward) -> Vec<(Method, String)> {
    let document = ward.at("").get("/openapi.json").await.expect(200).json();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys().filter(|_| path.starts_with("/_ward/")) {
            let path = path.replace("{name}", "shifting").replace("{version}", "1.0.0");
            found.push((method.to_uppercase().parse().unwrap(), path));
        }
    }
    found.retain(|(_, path)| path != "/_ward/tokens");
    found
}

#[tokio::test]
async fn every_operation_is_in_the_assembled_document() {
    let stage = Stage::serving_one().await;
    let operations = operations(&stage.ward).await;
    assert_eq!(operations.len(), 16, "{operations:?}");
    let document = stage.ward.at("").get("/openapi.json").await.expect(200).json();
    let post = &document["paths"]["/_ward/plugins"]["post"];
    assert_eq!(post["operationId"], "_ward_install_plugin");
    assert!(document["components"]["schemas"].get("_ward.Package").is_some());
}

#[tokio::test]
async fn nobody_without_a_token_gets_in() {
    let stage = Stage::serving_one().await;
    let nobody = stage.ward.at("");
    for (method, path) in operations(&stage.ward).await {
        let answer = nobody.send(nobody.request(method.clone(), &path)).await;
        assert_eq!(answer.status, 401, "{method} {path}: {}", answer.text());
        let forged = nobody.with_token("a.b.c");
        assert_eq!(forged.send(forged.request(method, &path)).await.status, 401);
    }
    assert_eq!(stage.version().await, "1.0.0");
}

#[tokio::test]
async fn an_administrator_of_a_domain_is_none_of_the_host() {
    let ward = Ward::start().await;
    let radiologist = ward.admin().await.radiologist().await;
    let api = radiologist.at(format!("http://{}", ward.address()));
    for (method, path) in operations(&ward).await {
        let answer = api.send(api.request(method.clone(), &path)).await;
        assert_eq!(answer.status, 403, "{method} {path}: {}", answer.text());
    }
}

#[tokio::test]
async fn the_platform_administrators_token_of_any_domain_does() {
    let ward = Ward::start().await;
    let admin = ward.admin().await.at(format!("http://{}/_ward", ward.address()));
    assert_eq!(admin.get("/plugins").await.expect(200).json()["mounts"][0]["plugin"], "pacs");
}

#[tokio::test]
async fn the_hospital_may_forbid_what_the_host_permits() {
    let policy = "forbid (principal, action == Action::\"remove_plugin\", resource);";
    let builder =
        Ward::builder().without_plugins().guest("shifting", &["sql"]).site_policy("host", "keep.cedar", policy);
    let stage = Stage::of(builder, key()).await;
    stage.install_version("1.0.0", &serde_json::Value::Null).await.expect(201);
    stage.admin.delete("/plugins/shifting").await.expect(403);
    assert_eq!(stage.packages().await, ["1.0.0"]);
}

#[tokio::test]
async fn a_wrong_password_and_a_malformed_sign_in_are_told_apart() {
    let ward = Stage::empty().await.ward;
    let api = ward.at("/_ward");
    api.post("/tokens", &json!({ "username": "admin", "password": "wrong" })).await.expect(401);
    api.post("/tokens", &json!({ "username": "nobody", "password": PASSWORD })).await.expect(401);
    for body in [json!({}), json!({ "username": 7, "password": PASSWORD }), json!("admin"), json!({ "x": "y" })] {
        let answer = api.post("/tokens", &body).await.expect(400);
        assert!(!answer.text().contains(PASSWORD), "{}", answer.text());
    }
    sign_in(&api, "admin@ward.local", PASSWORD).await.get("/plugins").await.expect(200);
}

#[test]
fn no_mount_takes_the_hosts_own_paths_and_domain() {
    let refused = |path: &str, domain: &str| {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("ward.toml");
        let text = format!("[[mount]]\nplugin = \"shifting\"\npath = {path:?}\ndomain = {domain:?}\n");
        std::fs::write(&file, text).unwrap();
        ward::assembly::Assembly::load(Some(&file), []).unwrap_err().to_string()
    };
    assert!(refused("/_ward/x", "shifting").contains("host itself answers"));
    for domain in ["host", "packages", "staging"] {
        assert!(refused("/shifting", domain).contains("host's own"), "{domain}");
    }
}
