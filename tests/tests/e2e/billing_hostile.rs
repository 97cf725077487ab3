//! Input that `/pacs/billing` refuses, and what it leaves behind: nothing.

use serde_json::{Value, json};
use ward_tests::hospital::Hospital;

#[tokio::test]
async fn a_price_is_refused_field_by_field() {
    let hospital = Hospital::open().await;
    let right = json!({"centre_id": hospital.north.id, "modality": "ct", "price": 150, "currency": "usd"});
    let wrong = [
        ("centre_id", json!("north")),
        ("centre_id", json!(1.5)),
        ("centre_id", json!([1])),
        ("centre_id", Value::Null),
        ("modality", json!("x-ray")),
        ("modality", json!(7)),
        ("modality", json!("ct\0")),
        ("price", json!(-0.01)),
        ("price", json!(0.001)),
        ("price", json!(1e300)),
        ("price", json!("NaN")),
        ("price", json!("一百")),
        ("price", json!({})),
        ("price", Value::Null),
        ("currency", json!("eur")),
        ("currency", json!("usd' OR 1=1 --")),
        ("currency", json!(true)),
    ];
    for (field, value) in wrong {
        let mut body = right.clone();
        body[field] = value.clone();
        let refused = hospital.office.post("/pricing", &body).await.expect(422);
        assert_eq!(refused.invalid_fields(), [format!("body.{field}")], "{field}: {value}");
    }
    assert_eq!(hospital.office.get("/pricing").await.expect(200).list(), Vec::<Value>::new());
}

#[tokio::test]
async fn everything_wrong_is_told_at_once_and_bodies_must_be_objects() {
    let hospital = Hospital::open().await;
    let refused = hospital.office.post("/pricing", &json!({})).await.expect(422);
    assert_eq!(refused.invalid_fields(), ["body.centre_id", "body.modality", "body.price", "body.currency"]);
    for body in [json!([]), json!("text"), json!(7), Value::Null] {
        for path in ["/pricing", "/"] {
            hospital.office.post(path, &body).await.expect(422);
        }
    }
    let broken = hospital.office.request(http::Method::POST, "/").header("content-type", "application/json");
    hospital.office.send(broken.body("{\"study_id\": 1")).await.expect(422);
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let deep = hospital.office.request(http::Method::POST, "/").header("content-type", "application/json").body(deep);
    hospital.office.send(deep).await.expect(422);
    let huge = hospital.office.request(http::Method::POST, "/").header("content-type", "application/json");
    hospital.office.send(huge.body(vec![b' '; 2 << 20])).await.expect(413);
}

#[tokio::test]
async fn an_invoice_is_refused_field_by_field() {
    let hospital = Hospital::open().await;
    let study = hospital.north.study("ct").await;
    for (field, value) in [
        ("study_id", json!("X3LUIDBH")),
        ("study_id", json!("1/../../centres")),
        ("study_id", json!(9.5e18)),
        ("amount", json!(-1)),
        ("amount", json!(1.234)),
        ("amount", json!([])),
        ("currency", json!("dollars")),
    ] {
        let mut body = json!({"study_id": study, "amount": 1, "currency": "usd"});
        body[field] = value.clone();
        let refused = hospital.office.post("/", &body).await.expect(422);
        assert_eq!(refused.invalid_fields(), [format!("body.{field}")], "{field}: {value}");
    }
    assert_eq!(hospital.office.get("/").await.expect(200).list(), Vec::<Value>::new());
}

#[tokio::test]
async fn numbers_in_addresses_and_queries_are_checked() {
    let hospital = Hospital::open().await;
    for path in ["/x", "/1.5", "/99999999999999999999", "/%00", "/张"] {
        let status = hospital.office.get(path).await.status;
        assert!(matches!(status, 400 | 404 | 422), "{path}: {status}");
    }
    for number in ["0", "-1", "9223372036854775807"] {
        hospital.office.get(&format!("/{number}")).await.expect(404);
    }
    for query in ["skip=-1", "limit=ten", "status=open", "centre_id=north"] {
        let refused = hospital.office.get(&format!("/?{query}")).await.expect(422);
        let field = query.split('=').next().unwrap();
        assert_eq!(refused.invalid_fields(), [format!("query.{field}")]);
    }
}

#[tokio::test]
async fn a_status_must_be_named_and_known() {
    let hospital = Hospital::open().await;
    let body = json!({"study_id": hospital.north.study("ct").await, "amount": 1, "currency": "usd"});
    let invoice = hospital.office.post("/", &body).await.expect(200).id();
    for query in ["", "?status=", "?status=void", "?status=paid%00", "?state=paid"] {
        let refused = hospital.office.patch_empty(&format!("/{invoice}/status{query}")).await.expect(422);
        assert_eq!(refused.invalid_fields(), ["query.status"], "{query}");
    }
    assert_eq!(hospital.office.get(&format!("/{invoice}")).await.expect(200).json()["status"], "pending");
}
