//! Several nodes share one PostgreSQL: what one activates, all serve.

use serde_json::Value;
use ward_tests::{Ward, shifting, ward::eventually};

use crate::stage::{Stage, trust};

/// Another node of the same server.
async fn beside(stage: &Stage) -> Ward {
    let builder = Ward::builder().without_plugins().guest("shifting", &["sql"]).beside(&stage.ward);
    let trusted = stage.key.public();
    builder.configure(|assembly| trust(assembly, trusted)).start().await
}

async fn version(ward: &Ward) -> String {
    ward.at("/shifting").get("/version").await.text()
}

#[tokio::test]
async fn what_one_node_activates_every_node_serves() {
    let stage = Stage::serving_one().await;
    if !stage.ward.database().is_postgres() {
        return;
    }
    let other = beside(&stage).await;
    assert_eq!(version(&other).await, "1.0.0");
    stage.install_version("1.1.0", &Value::Null).await.expect(201);
    stage.activate("1.1.0").await.expect(200);
    eventually("the other node serves 1.1.0", || async { version(&other).await == "1.1.0" }).await;
    stage.rollback().await.expect(200);
    eventually("the other node serves 1.0.0", || async { version(&other).await == "1.0.0" }).await;
    stage.admin.delete("/plugins/shifting").await.expect(200);
    eventually("the other node serves nothing", || async { other.at("/shifting").get("/version").await.status == 503 })
        .await;
}

#[tokio::test]
async fn changes_on_several_nodes_take_turns() {
    let stage = Stage::serving_one().await;
    if !stage.ward.database().is_postgres() {
        return;
    }
    let other = beside(&stage).await;
    for version in ["1.1.0", "1.2.0"] {
        stage.install_version(version, &Value::Null).await.expect(201);
    }
    let there = other.at("/_ward").with_token(stage.admin.token());
    let change = |turn: usize| {
        let (api, version) = if turn.is_multiple_of(2) { (&stage.admin, "1.1.0") } else { (&there, "1.2.0") };
        api.send(api.request(http::Method::POST, &format!("/plugins/shifting/versions/{version}/activate")))
    };
    for answer in futures_util::future::join_all((0..8).map(change)).await {
        answer.expect(200);
    }
    let active = stage.mount().await["active"].as_str().unwrap().to_owned();
    for node in [&stage.ward, &other] {
        eventually("both nodes serve the same", || async { version(node).await == active }).await;
    }
}

#[tokio::test]
async fn two_nodes_install_the_same_file_at_once() {
    let stage = Stage::serving_one().await;
    if !stage.ward.database().is_postgres() {
        return;
    }
    let other = beside(&stage).await;
    let there = other.at("/_ward").with_token(stage.admin.token());
    let component = shifting::version("1.1.0", &Value::Null);
    let signature = stage.key.sign(&component);
    let install = |api: &ward_tests::Api| {
        let request = api.request(http::Method::POST, "/plugins").header("x-ward-signature", &signature);
        let (api, request) = (api.clone(), request.body(component.clone()));
        async move { api.send(request).await }
    };
    let (here, there) = tokio::join!(install(&stage.admin), install(&there));
    assert_eq!((here.status, there.status), (201, 201), "{} {}", here.text(), there.text());
    assert_eq!(stage.packages().await, ["1.0.0", "1.1.0"]);
}
