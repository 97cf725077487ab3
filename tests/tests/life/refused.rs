//! Files that must not be installed or activated: a clear sentence, and the version before serves.

use std::time::Duration;

use serde_json::{Value, json};
use ward_tests::raw::Raw;
use ward_tests::{Answer, Ward, shifting};

use crate::stage::{Stage, key, says};

/// Version 1.0.0 still serves, and nothing else is installed.
async fn as_before(stage: &Stage) {
    assert_eq!(stage.version().await, "1.0.0");
    assert_eq!(stage.packages().await, ["1.0.0"]);
    assert_eq!(stage.mount().await["active"], "1.0.0");
}

/// What a signed file is told while version 1.0.0 serves.
async fn told(component: &[u8], status: u16) -> Answer {
    let stage = Stage::serving_one().await;
    let answer = stage.install(component).await.expect(status);
    as_before(&stage).await;
    answer
}

#[tokio::test]
async fn what_is_no_webassembly() {
    says(&told(b"#!/bin/sh\necho hello\n", 422).await, "describe", &["not WebAssembly"]);
    says(&told(b"", 422).await, "describe", &["not WebAssembly"]);
}

#[tokio::test]
async fn a_core_module() {
    says(&told(b"\0asm\x01\0\0\0", 422).await, "describe", &["core WebAssembly module", "wasm32-wasip2"]);
}

#[tokio::test]
async fn a_component_for_another_world() {
    let other = ward_guests::lying::other_world("0.2.0").unwrap();
    says(&told(&other, 422).await, "describe", &["ward:plugin/log@0.2.0", "0.1.0"]);
}

#[tokio::test]
async fn a_component_that_is_no_plugin() {
    let empty = ward_guests::lying::nothing().unwrap();
    says(&told(&empty, 422).await, "describe", &["no plugin of Ward"]);
}

#[tokio::test]
async fn a_truncated_component() {
    let whole = shifting::version("1.1.0", &Value::Null);
    says(&told(&whole[..whole.len() / 2], 422).await, "describe", &["not a WebAssembly component"]);
}

#[tokio::test]
async fn a_file_of_two_gigabytes_is_not_read() {
    let stage = Stage::serving_one().await;
    let head = format!(
        "POST /_ward/plugins HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-length: 2147483648\r\n\r\n",
        stage.ward.address(),
        stage.admin.token()
    );
    let mut connection = Raw::connect(&stage.ward.address()).await;
    assert!(connection.write(head.as_bytes()).await);
    let answer = connection.read(Duration::from_secs(30)).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("134217728 bytes"), "{answer}");
    as_before(&stage).await;
}

#[tokio::test]
async fn a_describe_that_traps() {
    let component = shifting::version("1.1.0", &json!({ "describe": "trap" }));
    says(&told(&component, 422).await, "describe", &["`describe` failed", "unreachable"]);
}

#[tokio::test]
async fn a_describe_that_never_ends() {
    let component = shifting::version("1.1.0", &json!({ "describe": "loop" }));
    says(&told(&component, 422).await, "describe", &["`describe` failed", "computed for longer"]);
}

#[tokio::test]
async fn a_description_of_a_hundred_megabytes() {
    let component = shifting::version("1.1.0", &json!({ "padding": 100 << 20 }));
    says(&told(&component, 422).await, "describe", &["more than 16 MiB"]);
}

#[tokio::test]
async fn a_document_that_is_no_json() {
    let component = shifting::version("1.1.0", &json!({ "openapi": "{\"openapi\": " }));
    says(&told(&component, 422).await, "document", &["not JSON"]);
}

#[tokio::test]
async fn a_document_that_refers_to_nothing() {
    let response = json!({ "200": { "$ref": "#/components/responses/Absent" } });
    let paths = json!({ "/run": { "get": { "operationId": "run", "responses": response } } });
    let component = shifting::version("1.1.0", &json!({ "openapi": { "openapi": "3.1.0", "paths": paths } }));
    says(&told(&component, 422).await, "document", &["#/components/responses/Absent"]);
}

#[tokio::test]
async fn a_document_with_paths_outside_of_its_mount() {
    for path in ["/../pacs/studies", "https://elsewhere.example/run"] {
        let paths = json!({ path: { "get": { "operationId": "run", "responses": {} } } });
        let component = shifting::version("1.1.0", &json!({ "openapi": { "openapi": "3.1.0", "paths": paths } }));
        says(&told(&component, 422).await, "document", &[path]);
    }
}

#[tokio::test]
async fn policies_that_do_not_fit() {
    let policies = "permit (principal, action == Action::\"no_such_operation\", resource);";
    let component = shifting::version("1.1.0", &json!({ "policies": policies }));
    says(&told(&component, 422).await, "policies", &["no_such_operation"]);
}

#[tokio::test]
async fn bounds_that_its_own_migrations_do_not_lead_into() {
    let component = shifting::version("1.1.0", &json!({ "minimum": 2, "maximum": 3 }));
    says(&told(&component, 422).await, "describe", &["minimum 2", "migrations 1"]);
}

#[tokio::test]
async fn what_is_not_granted() {
    let stage = Stage::of(Ward::builder().without_plugins().guest("shifting", &[]), key()).await;
    let answer = stage.install_version("1.0.0", &Value::Null).await.expect(422);
    says(&answer, "grants", &["sql", "grant"]);
}

#[tokio::test]
async fn a_migration_with_a_syntax_error_halfway() {
    let stage = Stage::serving_one().await;
    let halfway = "CREATE TABLE second (id BIGINT); INSERT INTO note VALUES (7, 'x'); CREATE TABEL third (id BIGINT)";
    let migrations = json!([shifting::NOTE, "CREATE TABLE first (id BIGINT)", halfway]);
    stage.install_version("1.1.0", &json!({ "migrations": migrations })).await.expect(201);
    says(&stage.activate("1.1.0").await.expect(422), "migrate", &["migration 3 (step 3)", "syntax error"]);
    assert_eq!((stage.version().await.as_str(), stage.mount().await["active"].as_str()), ("1.0.0", Some("1.0.0")));
    // Nothing of it stays: the same tables can be made by a version that is sound.
    assert_eq!(stage.ward.at("/shifting").get("/count").await.expect(200).text(), "0");
    let migrations = json!([shifting::NOTE, "CREATE TABLE first (id BIGINT)", "CREATE TABLE second (id BIGINT)"]);
    stage.install_version("1.2.0", &json!({ "migrations": migrations })).await.expect(201);
    stage.activate("1.2.0").await.expect(200);
}

#[tokio::test]
async fn an_instance_that_does_not_come_up() {
    let stage = Stage::serving_one().await;
    stage.install_version("1.1.0", &json!({ "unwell": true })).await.expect(201);
    says(&stage.activate("1.1.0").await.expect(422), "health", &["does not answer"]);
    assert_eq!((stage.version().await.as_str(), stage.mount().await["serving"].as_str()), ("1.0.0", Some("1.0.0")));
}

#[tokio::test]
async fn a_version_or_a_plugin_that_is_not_there() {
    let stage = Stage::serving_one().await;
    says(&stage.activate("9.9.9").await.expect(404), "record", &["9.9.9", "not installed"]);
    says(&stage.change("/plugins/absent/rollback").await.expect(404), "record", &["`absent`"]);
    says(&stage.admin.delete("/plugins/absent").await.expect(404), "record", &["`absent`"]);
    as_before(&stage).await;
}

#[tokio::test]
async fn two_installs_at_once() {
    let stage = Stage::serving_one().await;
    let same = shifting::version("1.1.0", &Value::Null);
    let (one, other) = tokio::join!(stage.install(&same), stage.install(&same));
    assert_eq!((one.status, other.status), (201, 201), "{} {}", one.text(), other.text());
    let (left, right) =
        (shifting::version("1.2.0", &json!({ "a": 1 })), shifting::version("1.2.0", &json!({ "b": 2 })));
    let (one, other) = tokio::join!(stage.install(&left), stage.install(&right));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "{} {}", one.text(), other.text());
    let refused = if one.status == 409 { one } else { other };
    says(&refused, "record", &["1.2.0", "other content"]);
    assert_eq!(stage.version().await, "1.0.0");
}

#[tokio::test]
async fn activate_during_activate() {
    let stage = Stage::serving_one().await;
    for version in ["1.1.0", "1.2.0"] {
        stage.install_version(version, &Value::Null).await.expect(201);
    }
    let changes = (0..8).map(|turn| stage.activate(["1.1.0", "1.2.0"][turn % 2]));
    for answer in futures_util::future::join_all(changes).await {
        answer.expect(200);
    }
    let mount = stage.mount().await;
    assert_eq!(mount["active"], mount["serving"]);
    assert_eq!(stage.version().await, mount["active"].as_str().unwrap());
}

#[tokio::test]
async fn a_query_that_is_misspelt_changes_nothing() {
    let stage = Stage::serving_one().await;
    stage.install_version("1.1.0", &Value::Null).await.expect(201);
    for query in ["acept_breaking=true", "accept_breaking=yes"] {
        stage.change(&format!("/plugins/shifting/versions/1.1.0/activate?{query}")).await.expect(400);
    }
    assert_eq!(stage.version().await, "1.0.0");
}
