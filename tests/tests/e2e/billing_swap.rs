//! A hospital replaces the plugin at `/pacs/billing`, and nothing else.

use http::Method;
use serde_json::json;
use ward_tests::hospital::Hospital;
use ward_tests::{Api, PASSWORD, artefacts};

/// The guest that implements the same API.
const OTHER: &str = "other-billing";

async fn host(hospital: &Hospital) -> Api {
    let api = hospital.ward.at("/_ward");
    let body = json!({"username": "admin", "password": PASSWORD});
    let token = api.post("/tokens", &body).await.expect(200).json()["access_token"].as_str().unwrap().to_owned();
    api.with_token(token)
}

async fn change(api: &Api, path: &str) {
    api.send(api.request(Method::POST, path)).await.expect(200);
}

#[tokio::test]
async fn another_implementation_of_the_api_takes_over_and_gives_back() {
    let hospital = Hospital::open().await;
    hospital.price(hospital.north.id, "ct", 150.0, "usd").await;
    let study = hospital.north.study("ct").await;
    let invoice = hospital.bill(study).await;
    let host = host(&hospital).await;
    let component = std::fs::read(artefacts::guests().join(format!("{OTHER}.wasm"))).unwrap();
    host.send(host.request(Method::POST, "/plugins").body(component)).await.expect(201);
    change(&host, "/plugins/billing/versions/2.0.0/activate").await;

    let free = hospital.office.post("/", &json!({"study_id": study})).await.expect(200).json();
    assert_eq!((&free["amount"], &free["status"]), (&json!(0.0), &json!("paid")));
    assert_eq!(free["invoice_number"], format!("FREE{study:08}"));
    assert_eq!(hospital.office.get("/").await.expect(200).list(), [free]);
    hospital.office.post("/", &json!({"study_id": 4711})).await.expect(404);
    hospital.office.anonymous().get("/").await.expect(401);
    hospital.admin.get(&format!("/studies/{study}")).await.expect(200);

    change(&host, "/plugins/billing/rollback").await;
    assert_eq!(hospital.office.get("/").await.expect(200).list(), [invoice]);
}

#[tokio::test]
async fn without_pacs_nothing_is_billed_and_nothing_breaks() {
    let hospital = Hospital::open().await;
    hospital.price(hospital.north.id, "ct", 150.0, "usd").await;
    let study = hospital.north.study("ct").await;
    let invoice = hospital.bill(study).await;
    let pacs = hospital.ward.app().mounts.iter().find(|point| point.domain == "pacs").unwrap();
    let serving = pacs.swap(None);
    hospital.office.post("/", &json!({"study_id": study + 1, "amount": 1, "currency": "usd"})).await.expect(503);
    assert_eq!(hospital.office.get("/").await.expect(200).list(), [invoice]);
    pacs.swap(serving);
    hospital.office.post("/", &json!({"study_id": study + 1, "amount": 1, "currency": "usd"})).await.expect(404);
}
