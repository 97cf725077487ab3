//! Clients may rely on the API that is mounted.

use serde_json::{Value, json};

use crate::stage::{Stage, refusal};

/// A document with an operation for each name, all the guest has, and these changes to `version`.
fn document(ids: &[&str], version: &Value) -> Value {
    let mut paths = json!({});
    for id in ids {
        paths[format!("/{id}")] =
            json!({ "get": { "operationId": id, "responses": { "200": { "description": "fine" } } } });
    }
    for (key, value) in version.as_object().into_iter().flatten() {
        paths["/version"]["get"][key] = value.clone();
    }
    json!({ "openapi": { "openapi": "3.1.0", "info": { "title": "x", "version": "1" }, "paths": paths } })
}

const ALL: [&str; 4] = ["run", "version", "slow", "count"];

#[tokio::test]
async fn breaking_changes_are_refused_with_their_list() {
    let stage = Stage::serving_one().await;
    let required = json!({ "parameters": [{ "name": "q", "in": "query", "required": true }] });
    let changes = document(&["run", "version", "slow"], &required);
    stage.install_version("2.0.0", &changes).await.expect(201);
    let answer = stage.activate("2.0.0").await.expect(409);
    let (step, sentence) = refusal(&answer);
    assert_eq!((step.as_str(), sentence.starts_with("2 breaking changes")), ("contract", true), "{sentence}");
    let differences = answer.json()["error"]["differences"].clone();
    let found: Vec<_> =
        differences.as_array().unwrap().iter().map(|one| format!("{} {}", one["operation"], one["change"])).collect();
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().any(|one| one.contains("GET /count") && one.contains("is gone")), "{found:?}");
    assert!(found.iter().any(|one| one.contains("GET /version") && one.contains("`q`")), "{found:?}");
    assert_eq!(stage.version().await, "1.0.0");
}

#[tokio::test]
async fn breaking_changes_may_be_accepted_and_rolled_back() {
    let stage = Stage::serving_one().await;
    stage.install_version("2.0.0", &document(&["run", "version"], &Value::Null)).await.expect(201);
    stage.change("/plugins/shifting/versions/2.0.0/activate?accept_breaking=true").await.expect(200);
    stage.ward.at("/shifting").get("/count").await.expect(404);
    stage.rollback().await.expect(200);
    stage.ward.at("/shifting").get("/count").await.expect(200);
}

#[tokio::test]
async fn additions_are_fine() {
    let stage = Stage::serving_one().await;
    let ids: Vec<&str> = ALL.into_iter().chain(["added"]).collect();
    stage.install_version("1.1.0", &document(&ids, &Value::Null)).await.expect(201);
    stage.activate("1.1.0").await.expect(200);
}

#[tokio::test]
async fn the_changes_can_be_asked_for_before() {
    let stage = Stage::serving_one().await;
    stage.install_version("2.0.0", &document(&["run", "version", "slow", "added"], &Value::Null)).await.expect(201);
    let answer = stage.admin.get("/plugins/shifting/versions/2.0.0/differences").await.expect(200).json();
    let differences = answer["differences"].as_array().unwrap();
    let of = |breaking: bool| differences.iter().filter(|one| one["breaking"] == breaking).count();
    assert_eq!((of(true), of(false)), (1, 1), "{answer}");
}

#[tokio::test]
async fn what_served_last_is_the_contract_where_nothing_serves() {
    let stage = Stage::serving_one().await;
    stage.install_version("2.0.0", &document(&["run", "version"], &Value::Null)).await.expect(201);
    stage.ward.app().mounts[0].swap(None);
    assert_eq!(refusal(&stage.activate("2.0.0").await.expect(409)).0, "contract");
}
