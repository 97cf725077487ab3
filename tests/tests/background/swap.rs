//! A version that is swapped in while its predecessor works.

use std::collections::BTreeMap;

use http::Method;
use serde_json::json;
use ward::signature::SigningKey;
use ward_tests::{Api, PASSWORD, artefacts};

use crate::client::Events;
use crate::stage::{builder, enqueue, publish, steps, until, worker};

/// The worker as it is built, and as a version of another name.
fn versions() -> [(String, Vec<u8>); 2] {
    const MARK: &str = "1.0.0+first";
    let built = std::fs::read(artefacts::guests().join("worker.wasm")).unwrap();
    let renamed = MARK.replace("first", "other");
    let mut other = built.clone();
    let places: Vec<usize> =
        (0..built.len() - MARK.len()).filter(|at| built[*at..].starts_with(MARK.as_bytes())).collect();
    assert!(!places.is_empty(), "the version stands in the component");
    for at in places {
        other[at..at + MARK.len()].copy_from_slice(renamed.as_bytes());
    }
    [(MARK.to_owned(), built), (renamed, other)]
}

async fn activate(admin: &Api, key: &SigningKey, version: &str, component: &[u8]) {
    let install = admin.request(Method::POST, "/plugins").header("x-ward-signature", key.sign(component));
    admin.send(install.body(component.to_vec())).await.expect(201);
    admin.send(admin.request(Method::POST, &format!("/plugins/worker/versions/{version}/activate"))).await.expect(200);
}

#[tokio::test]
async fn a_job_ends_on_the_version_it_began_with_and_everything_else_goes_on() {
    let key = SigningKey::from_pem(&SigningKey::generate().unwrap()).unwrap();
    let public = key.public();
    let ward = builder().configure(|assembly| {
        assembly.trusted_keys = BTreeMap::from([("vendor".to_owned(), public)]);
        assembly.mounts[0].unsigned = false;
    });
    let ward = ward.start().await;
    let admin = ward.at("/_ward");
    let tokens = admin.post("/tokens", &json!({"username": "admin", "password": PASSWORD})).await.expect(200).json();
    let admin = admin.with_token(tokens["access_token"].as_str().unwrap());
    let [(first, old), (second, new)] = versions();

    activate(&admin, &key, &first, &old).await;
    let worker = worker(&ward);
    let mut events = Events::listen(&worker, "tasks", None).await;
    events.next().await;
    let running = enqueue(&worker, &json!({"text": "old", "wait_ms": 4_000})).await;
    until(&worker, &running, "running").await;

    activate(&admin, &key, &second, &new).await;
    let after = enqueue(&worker, &json!({"text": "new"})).await;
    until(&worker, &after, "done").await;
    assert_eq!(until(&worker, &running, "done").await["attempt"], 1);
    assert_eq!(steps(&worker, "old").await.len(), 2);
    publish(&worker, "tasks", &[json!("still here")]).await;
    assert_eq!(events.next().await.data, "still here");
    publish(&worker, "notes", &[json!(1)]).await;
    ward_tests::ward::eventually("it is heard", async || worker.get("/heard").await.expect(200).list().len() == 1)
        .await;
}
