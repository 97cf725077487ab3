//! One version follows another while requests are served.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use ward_tests::process::Home;
use ward_tests::{Answer, Api, PASSWORD, shifting, ward::eventually};

use crate::stage::{SIGNER, Stage, key, sign_in};

/// Swaps and rollbacks under load.
const SWAPS: usize = 1_000;
/// Clients that load it.
const CLIENTS: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_swaps_and_rollbacks_lose_no_request() {
    let stage = Stage::serving_one().await;
    stage.install_version("1.1.0", &Value::Null).await.expect(201);
    let stop = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..CLIENTS).map(|_| tokio::spawn(load(stage.ward.at("/shifting"), stop.clone()))).collect();
    for swap in 0..SWAPS {
        let (answer, expected) =
            if swap % 2 == 0 { (stage.activate("1.1.0").await, "1.1.0") } else { (stage.rollback().await, "1.0.0") };
        assert_eq!(answer.expect(200).json()["version"], expected);
        // Who asks after the answer gets the version that it names.
        assert_eq!(stage.version().await, expected);
    }
    stop.store(true, Ordering::Relaxed);
    let mut answers: BTreeMap<String, usize> = BTreeMap::new();
    for client in clients {
        for (answer, count) in client.await.unwrap() {
            *answers.entry(answer).or_default() += count;
        }
    }
    println!("{SWAPS} swaps, answers: {answers:?}");
    let expected = ["200 1.0.0".to_owned(), "200 1.1.0".to_owned()];
    assert_eq!(answers.keys().cloned().collect::<Vec<_>>(), expected, "{answers:?}");
}

/// Asks until it is told to stop; counts the answers by status and text.
async fn load(api: Api, stop: Arc<AtomicBool>) -> BTreeMap<String, usize> {
    let mut answers = BTreeMap::new();
    while !stop.load(Ordering::Relaxed) {
        let said = match api.try_send(api.request(http::Method::GET, "/version")).await {
            Ok(answer) => format!("{} {}", answer.status, answer.text()),
            Err(error) => format!("no answer: {error:?}"),
        };
        *answers.entry(said).or_default() += 1;
    }
    answers
}

#[tokio::test]
async fn a_request_keeps_the_version_that_it_began_with() {
    let stage = Stage::serving_one().await;
    stage.install_version("1.1.0", &Value::Null).await.expect(201);
    let api = stage.ward.at("/shifting");
    let slow = tokio::spawn(async move { api.get("/slow?ms=3000").await });
    let point = stage.ward.app().mounts[0].clone();
    let first = point.active().unwrap();
    // This test, the mount point, and then the request.
    eventually("the request runs", || async { Arc::strong_count(&first) > 2 }).await;
    stage.activate("1.1.0").await.expect(200);
    assert_eq!(stage.version().await, "1.1.0");
    assert_eq!(slow.await.unwrap().expect(200).text(), "1.0.0");
    eventually("only the rollback keeps the version before", || async { Arc::strong_count(&first) == 2 }).await;
}

#[tokio::test]
async fn a_rollback_leads_to_the_version_before_and_forward_again() {
    let stage = Stage::serving_one().await;
    stage.install_version("1.1.0", &Value::Null).await.expect(201);
    stage.activate("1.1.0").await.expect(200);
    for expected in ["1.0.0", "1.1.0"] {
        assert_eq!(stage.rollback().await.expect(200).json()["version"], expected);
        assert_eq!(
            (stage.version().await.as_str(), stage.mount().await["active"].as_str()),
            (expected, Some(expected))
        );
    }
}

#[tokio::test]
async fn a_rollback_to_nothing_is_refused() {
    let stage = Stage::serving_one().await;
    let answer = stage.rollback().await.expect(409);
    assert!(answer.text().contains("no other version"), "{}", answer.text());
    assert_eq!(stage.version().await, "1.0.0");
}

#[tokio::test]
async fn activating_what_serves_changes_nothing() {
    let stage = Stage::serving_one().await;
    let before = stage.mount().await;
    stage.activate("1.0.0").await.expect(200);
    let after = stage.mount().await;
    assert_eq!((&after["active"], &after["previous"]), (&before["active"], &before["previous"]));
}

#[tokio::test]
async fn documents_index_and_health_are_of_the_version_that_serves() {
    let stage = Stage::serving_one().await;
    let document = |ids: &[&str]| {
        let mut paths = json!({});
        for id in ids {
            paths[format!("/{id}")] = json!({ "get": { "operationId": id, "responses": { "200": {} } } });
        }
        json!({ "openapi": "3.1.0", "info": {}, "paths": paths })
    };
    let changes = json!({ "openapi": document(&["run", "version", "slow", "count", "added"]) });
    stage.install_version("1.1.0", &changes).await.expect(201);
    let host = stage.ward.at("");
    let has_it = |answer: Answer, path: &str| answer.expect(200).json()["paths"].get(path).is_some();
    assert!(!has_it(host.get("/openapi.json").await, "/shifting/added"));
    stage.activate("1.1.0").await.expect(200);
    assert!(has_it(host.get("/openapi.json").await, "/shifting/added"));
    assert!(has_it(host.get("/shifting/openapi.json").await, "/added"));
    assert_eq!(host.get("/").await.expect(200).json()["mounts"][0]["version"], "1.1.0");
    host.get("/shifting/added").await.expect(200);
}

#[tokio::test]
async fn where_nothing_is_active_the_mount_says_so_and_the_rest_works() {
    let stage = Stage::empty().await;
    let answer = stage.ward.at("/shifting").get("/version").await.expect(503);
    assert!(answer.text().contains("no version of this plugin is active"), "{}", answer.text());
    assert!(answer.header("retry-after").is_some());
    stage.ward.at("").get("/health").await.expect(200);
    assert_eq!(stage.mount().await["active"], Value::Null);
}

#[tokio::test]
async fn a_removed_plugin_is_out_of_service_and_comes_back_with_its_data() {
    let stage = Stage::serving_one().await;
    let count = stage.ward.at("/shifting").get("/count").await.expect(200).text();
    let removed = stage.admin.delete("/plugins/shifting").await.expect(200).json();
    assert_eq!(removed["removed"][0]["version"], "1.0.0");
    stage.ward.at("/shifting").get("/version").await.expect(503);
    assert!(stage.packages().await.is_empty());
    stage.install_version("1.0.0", &Value::Null).await.expect(201);
    stage.activate("1.0.0").await.expect(200);
    assert_eq!(stage.ward.at("/shifting").get("/count").await.expect(200).text(), count);
}

#[tokio::test]
async fn only_a_version_that_nobody_needs_is_removed_alone() {
    let stage = Stage::serving_one().await;
    for version in ["1.1.0", "1.2.0"] {
        stage.install_version(version, &Value::Null).await.expect(201);
    }
    stage.activate("1.1.0").await.expect(200);
    for needed in ["1.0.0", "1.1.0"] {
        stage.admin.delete(&format!("/plugins/shifting/versions/{needed}")).await.expect(409);
    }
    stage.admin.delete("/plugins/shifting/versions/1.2.0").await.expect(200);
    stage.admin.delete("/plugins/shifting/versions/1.2.0").await.expect(404);
    assert_eq!(stage.packages().await, ["1.0.0", "1.1.0"]);
}

#[tokio::test]
async fn a_restart_serves_what_was_active_also_after_kill() {
    let home = Home::new().await;
    let key = key();
    let config = home.data().with_file_name("ward.toml");
    let text = format!(
        "[trusted_keys]\n{SIGNER} = {:?}\n[[mount]]\nplugin = \"shifting\"\npath = \"/shifting\"\ngrants = [\"sql\"]\n",
        key.public()
    );
    std::fs::write(&config, text).unwrap();
    let variables = [("WARD_CONFIG", config.to_str().unwrap()), ("WARD_ADMIN_PASSWORD", PASSWORD)];
    let server = home.start_with(&variables).await;
    let admin = sign_in(&server.at("/_ward"), "admin", PASSWORD).await;
    for version in ["1.0.0", "1.1.0"] {
        let component = shifting::version(version, &Value::Null);
        let request = admin.request(http::Method::POST, "/plugins").header("x-ward-signature", key.sign(&component));
        admin.send(request.body(component)).await.expect(201);
        let path = format!("/plugins/shifting/versions/{version}/activate");
        admin.send(admin.request(http::Method::POST, &path)).await.expect(200);
    }
    server.kill().await;

    let server = home.start_with(&variables).await;
    assert_eq!(server.at("/shifting").get("/version").await.expect(200).text(), "1.1.0");
    let admin = sign_in(&server.at("/_ward"), "admin", PASSWORD).await;
    admin.send(admin.request(http::Method::POST, "/plugins/shifting/rollback")).await.expect(200);
    assert_eq!(server.at("/shifting").get("/version").await.expect(200).text(), "1.0.0");
    server.kill().await;

    let server = home.start_with(&variables).await;
    assert_eq!(server.at("/shifting").get("/version").await.expect(200).text(), "1.0.0");
}
