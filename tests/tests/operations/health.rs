//! What a load balancer asks.

use std::time::Duration;

use ward_tests::process::Home;
use ward_tests::ward::eventually;
use ward_tests::{Ward, artefacts};

#[tokio::test]
async fn a_node_that_serves_everything_is_ready() {
    let ward = Ward::builder().without_plugins().guest("hundred-routes", &[]).start().await;
    let ready = ward.at("").get("/health/ready").await.expect(200).json();
    assert_eq!(ready, serde_json::json!({ "status": "ready", "reasons": [] }));
    assert_eq!(ward.at("").get("/health/live").await.expect(200).json()["status"], "ok");
}

#[tokio::test]
async fn a_mount_without_a_plugin_is_a_reason_and_the_process_lives() {
    let builder = Ward::builder().without_plugins().guest("shifting", &["sql"]);
    let builder = builder.configure(|assembly| {
        let key = ward::signature::SigningKey::from_pem(&ward::signature::SigningKey::generate().unwrap()).unwrap();
        assembly.trusted_keys.insert("vendor".into(), key.public());
        assembly.mounts[0].unsigned = false;
    });
    let ward = builder.start().await;
    let ready = ward.at("").get("/health/ready").await.expect(503).json();
    assert_eq!(ready["reasons"], serde_json::json!(["no plugin is active at /shifting"]));
    ward.at("").get("/health/live").await.expect(200);
}

#[tokio::test]
async fn a_database_that_is_away_is_a_reason() {
    let ward = Ward::builder().without_plugins().guest("hundred-routes", &[]).start().await;
    if !ward.database().is_postgres() {
        return;
    }
    ward.database().cut().await;
    eventually("it is not ready", || async {
        let answer = ward.at("").get("/health/ready").await;
        answer.status == 503 && answer.text().contains("the database does not answer")
    })
    .await;
    ward.at("").get("/health/live").await.expect(200);
    ward.database().restore().await;
    eventually("it is ready again", || async { ward.at("").get("/health/ready").await.status == 200 }).await;
}

#[tokio::test]
async fn an_object_store_that_is_away_is_a_reason() {
    let ward = Ward::builder().without_plugins().guest("hundred-routes", &[]).start().await;
    std::fs::remove_dir_all(ward.data().join("blobs")).unwrap();
    eventually("it is not ready", || async {
        ward.at("").get("/health/ready").await.text().contains("the object store does not answer")
    })
    .await;
}

#[tokio::test]
async fn a_node_that_ends_says_so_before_it_stops_listening() {
    let home = Home::new().await;
    let assembly = "[[mount]]\nplugin = \"hundred-routes\"\npath = \"/guest\"\nunsigned = true\n";
    let process = home.start_guests(assembly, &[("WARD_HTTP_DRAIN_MS", "2000")]).await;
    assert!(artefacts::binary().exists());
    let (host, guest) = (process.at(""), process.at("/guest"));
    host.get("/health/ready").await.expect(200);
    let ended = tokio::spawn(process.terminate());
    let mut said = false;
    for _ in 0..200 {
        // A new connection each time: `Api` keeps none that the server has closed.
        let Ok(answer) = host.try_send(host.request(http::Method::GET, "/health/ready")).await else { break };
        if answer.status == 503 {
            assert!(answer.text().contains("the node is shutting down"), "{}", answer.text());
            assert_eq!(guest.get("/nothing").await.status, 404, "requests are still answered");
            said = true;
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(said, "it never said that it ends");
    assert!(ended.await.unwrap().success());
    assert!(host.try_send(host.request(http::Method::GET, "/health/ready")).await.is_err());
}
