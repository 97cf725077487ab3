//! Invoice numbers: each once, none left out, whoever else is at it.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::{Value, json};
use ward_tests::hospital::Hospital;

/// The places in the year of all invoices, in order.
async fn places(hospital: &Hospital) -> Vec<i64> {
    let invoices = hospital.office.get("/?limit=1000").await.expect(200).list();
    let mut places: Vec<i64> = invoices.iter().map(place).collect();
    places.sort_unstable();
    places
}

fn place(invoice: &Value) -> i64 {
    let number = invoice["invoice_number"].as_str().unwrap();
    assert_eq!(number.len(), 11, "{number}");
    number.strip_prefix("INV").unwrap()[2..].parse().unwrap()
}

/// Asks until it is answered: whoever loses too often against others is told to come back.
async fn bill(hospital: &Hospital, body: &Value) -> u16 {
    loop {
        let answer = hospital.office.post("/", body).await;
        if answer.status != 503 {
            return answer.status;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_have_no_gap_whatever_is_refused_beside_them() {
    let hospital = Hospital::open().await;
    let mut bodies = Vec::new();
    for index in 0..12 {
        let centre = if index % 2 == 0 { &hospital.north } else { &hospital.south };
        let study = centre.study("ct").await;
        // Each is asked for twice, and beside it stand three that are refused after the study was found.
        bodies.extend([
            json!({"study_id": study, "amount": index, "currency": "usd"}),
            json!({"study_id": study, "amount": 5, "currency": "usd"}),
        ]);
        bodies.extend([json!({"study_id": study}), json!({"study_id": study, "amount": 1}), json!({"study_id": 4711})]);
    }
    let statuses = join_all(bodies.iter().map(|body| bill(&hospital, body))).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 12, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 200 | 400 | 404 | 422)), "{statuses:?}");
    assert_eq!(places(&hospital).await, (1..=12).collect::<Vec<i64>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_study_that_many_bill_at_once_is_billed_once() {
    let hospital = Hospital::open().await;
    let study = hospital.north.study("ct").await;
    let body = json!({"study_id": study, "amount": 1, "currency": "usd"});
    let statuses = join_all((0..16).map(|_| bill(&hospital, &body))).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 200 | 400)), "{statuses:?}");
    assert_eq!(places(&hospital).await, [1]);
}

#[tokio::test]
async fn a_cancelled_invoice_keeps_its_number() {
    let hospital = Hospital::open().await;
    let study = hospital.north.study("ct").await;
    let body = json!({"study_id": study, "amount": 1, "currency": "usd"});
    let mut seen = BTreeSet::new();
    for _ in 0..3 {
        let invoice = hospital.office.post("/", &body).await.expect(200).json();
        assert!(seen.insert(place(&invoice)));
        hospital.office.patch_empty(&format!("/{}/status?status=cancelled", invoice["id"])).await.expect(200);
    }
    assert_eq!(places(&hospital).await, [1, 2, 3]);
}

#[tokio::test]
async fn an_invoice_that_cannot_be_written_takes_no_number() {
    let hospital = Hospital::open().await;
    let study = hospital.north.study("ct").await;
    let body = json!({"study_id": study, "amount": 1, "currency": "usd"});
    hospital.ward.sql("billing", "ALTER TABLE invoice RENAME TO away").await.unwrap();
    let failed = hospital.office.post("/", &body).await;
    assert!(matches!(failed.status, 500 | 503), "{}", failed.status);
    hospital.ward.sql("billing", "ALTER TABLE away RENAME TO invoice").await.unwrap();
    assert_eq!(bill(&hospital, &body).await, 200);
    assert_eq!(places(&hospital).await, [1]);
}
