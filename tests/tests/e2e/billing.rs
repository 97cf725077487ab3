//! `/pacs/billing`.

use serde_json::{Value, json};
use ward_tests::hospital::Hospital;

#[tokio::test]
async fn a_price_is_set_listed_and_changed() {
    let hospital = Hospital::open().await;
    let price = hospital.price(hospital.north.id, "ct", 150.0, "usd").await;
    assert_eq!(price["centre_id"], hospital.north.id);
    assert_eq!((&price["modality"], &price["price"], &price["currency"]), (&json!("ct"), &json!(150.0), &json!("usd")));
    assert!(price["created_at"].as_str().unwrap().contains('T'));
    assert_eq!(hospital.office.get("/pricing").await.expect(200).list()[0], price);
    let path = format!("/pricing/{}", price["id"]);
    let changed = hospital.office.patch(&path, &json!({"price": 175.5})).await.expect(200).json();
    assert_eq!((&changed["price"], &changed["currency"], &changed["id"]), (&json!(175.5), &json!("usd"), &price["id"]));
    let changed = hospital.office.patch(&path, &json!({"currency": "aed"})).await.expect(200).json();
    assert_eq!((&changed["price"], &changed["currency"]), (&json!(175.5), &json!("aed")));
    assert_eq!(hospital.office.patch(&path, &json!({})).await.expect(200).json(), changed);
}

#[tokio::test]
async fn a_centre_has_one_price_for_each_modality() {
    let hospital = Hospital::open().await;
    hospital.price(hospital.north.id, "ct", 150.0, "usd").await;
    hospital.price(hospital.north.id, "mri", 300.0, "usd").await;
    hospital.price(hospital.south.id, "ct", 5_000.0, "inr").await;
    let again = json!({"centre_id": hospital.north.id, "modality": "CT", "price": 1, "currency": "usd"});
    let refused = hospital.office.post("/pricing", &again).await.expect(400);
    assert_eq!(refused.detail(), "Pricing already exists for this centre and modality");
    let north = format!("/pricing?centre_id={}", hospital.north.id);
    assert_eq!(hospital.office.get(&north).await.expect(200).list().len(), 2);
    assert_eq!(hospital.office.get("/pricing?skip=1&limit=1").await.expect(200).list().len(), 1);
}

#[tokio::test]
async fn a_price_is_of_an_active_centre_that_exists() {
    let hospital = Hospital::open().await;
    let price = |centre: i64| json!({"centre_id": centre, "modality": "ct", "price": 150.0, "currency": "usd"});
    let missing = hospital.office.post("/pricing", &price(4711)).await.expect(404);
    assert_eq!(missing.detail(), "Centre not found");
    hospital.admin.patch_empty(&format!("/centres/{}/deactivate", hospital.south.id)).await.expect(200);
    hospital.office.post("/pricing", &price(hospital.south.id)).await.expect(400);
    assert_eq!(hospital.office.get("/pricing").await.expect(200).list(), Vec::<Value>::new());
    hospital.office.patch("/pricing/1", &json!({"price": 1})).await.expect(404);
}

#[tokio::test]
async fn an_invoice_is_made_as_documented() {
    let hospital = Hospital::open().await;
    let study = hospital.north.study("ct").await;
    let body = json!({"study_id": study, "amount": 150.0, "currency": "usd"});
    let invoice = hospital.office.post("/", &body).await.expect(200).json();
    assert_eq!((&invoice["study_id"], &invoice["amount"]), (&json!(study), &json!(150.0)));
    assert_eq!((&invoice["currency"], &invoice["status"]), (&json!("usd"), &json!("pending")));
    assert_eq!(invoice["centre_id"], hospital.north.id);
    let year = &invoice["invoice_date"].as_str().unwrap()[2..4];
    assert_eq!(invoice["invoice_number"], format!("INV{year}000001"));
    assert!(invoice["created_at"].is_string());
    assert_eq!(hospital.office.get(&format!("/{}", invoice["id"])).await.expect(200).json(), invoice);
    assert_eq!(hospital.office.get("/").await.expect(200).list(), [invoice]);
}

#[tokio::test]
async fn a_studys_arrival_makes_no_invoice() {
    let hospital = Hospital::open().await;
    hospital.price(hospital.north.id, "ct", 150.0, "usd").await;
    hospital.north.study("ct").await;
    assert_eq!(hospital.office.get("/").await.expect(200).list(), Vec::<Value>::new());
}

#[tokio::test]
async fn without_an_amount_an_invoice_is_of_the_price() {
    let hospital = Hospital::open().await;
    hospital.price(hospital.north.id, "mri", 1_234.56, "aed").await;
    let invoice = hospital.bill(hospital.north.study("mri").await).await;
    assert_eq!((&invoice["amount"], &invoice["currency"]), (&json!(1_234.56), &json!("aed")));
    assert_eq!(invoice["status"], "pending");
    let ct = hospital.north.study("ct").await;
    hospital.office.post("/", &json!({"study_id": ct})).await.expect(400);
    let needs = hospital.office.post("/", &json!({"study_id": ct, "amount": 10})).await.expect(422);
    assert_eq!(needs.invalid_fields(), ["body.currency"]);
}

#[tokio::test]
async fn the_currency_of_an_invoice_is_the_prices() {
    let hospital = Hospital::open().await;
    hospital.price(hospital.north.id, "ct", 12_000.0, "inr").await;
    let study = hospital.north.study("ct").await;
    let other = json!({"study_id": study, "amount": 150, "currency": "usd"});
    let refused = hospital.office.post("/", &other).await.expect(400);
    assert_eq!(refused.detail(), "The price of this study is in inr, not in usd");
    let discounted =
        hospital.office.post("/", &json!({"study_id": study, "amount": "9999.90"})).await.expect(200).json();
    assert_eq!((&discounted["amount"], &discounted["currency"]), (&json!(9_999.9), &json!("inr")));
}

#[tokio::test]
async fn a_study_that_is_not_there_is_not_billed() {
    let hospital = Hospital::open().await;
    for study in [4711, 0, -1, i64::MAX] {
        let missing = hospital.office.post("/", &json!({"study_id": study, "amount": 1, "currency": "usd"})).await;
        assert_eq!(missing.expect(404).detail(), "Study not found", "{study}");
    }
    assert_eq!(hospital.office.get("/").await.expect(200).list(), Vec::<Value>::new());
}

#[tokio::test]
async fn a_study_has_one_invoice_that_is_not_cancelled() {
    let hospital = Hospital::open().await;
    hospital.price(hospital.north.id, "ct", 150.0, "usd").await;
    let study = hospital.north.study("ct").await;
    let first = hospital.bill(study).await;
    let refused = hospital.office.post("/", &json!({"study_id": study})).await.expect(400);
    assert_eq!(refused.detail(), format!("This study has the invoice {}", first["invoice_number"].as_str().unwrap()));
    hospital.office.patch_empty(&format!("/{}/status?status=cancelled", first["id"])).await.expect(200);
    let second = hospital.bill(study).await;
    assert_ne!(second["invoice_number"], first["invoice_number"]);
}

#[tokio::test]
async fn a_change_of_a_price_changes_no_invoice() {
    let hospital = Hospital::open().await;
    let price = hospital.price(hospital.north.id, "ct", 150.0, "usd").await;
    let before = hospital.bill(hospital.north.study("ct").await).await;
    hospital
        .office
        .patch(&format!("/pricing/{}", price["id"]), &json!({"price": 200, "currency": "aed"}))
        .await
        .expect(200);
    assert_eq!(hospital.office.get(&format!("/{}", before["id"])).await.expect(200).json(), before);
    let after = hospital.bill(hospital.north.study("ct").await).await;
    assert_eq!((&after["amount"], &after["currency"]), (&json!(200.0), &json!("aed")));
}

#[tokio::test]
async fn an_invoice_is_paid_reopened_and_cancelled_for_good() {
    let hospital = Hospital::open().await;
    hospital.price(hospital.north.id, "ct", 150.0, "usd").await;
    let invoice = hospital.bill(hospital.north.study("ct").await).await;
    let path = |status: &str| format!("/{}/status?status={status}", invoice["id"]);
    for status in ["pending", "paid", "paid", "pending", "PAID", "cancelled", "cancelled"] {
        let changed = hospital.office.patch_empty(&path(status)).await.expect(200).json();
        assert_eq!(changed["status"], status.to_lowercase());
        assert_eq!(changed["invoice_number"], invoice["invoice_number"]);
    }
    for status in ["pending", "paid"] {
        let refused = hospital.office.patch_empty(&path(status)).await.expect(400);
        assert_eq!(refused.detail(), format!("An invoice that is cancelled cannot become {status}"));
    }
    hospital.office.patch_empty("/4711/status?status=paid").await.expect(404);
}

#[tokio::test]
async fn invoices_are_filtered_by_centre_and_status_the_newest_first() {
    let hospital = Hospital::open().await;
    let mut made = Vec::new();
    for centre in [&hospital.north, &hospital.south, &hospital.north] {
        let body = json!({"study_id": centre.study("ct").await, "amount": 10, "currency": "usd"});
        made.push(hospital.office.post("/", &body).await.expect(200).id());
    }
    hospital.office.patch_empty(&format!("/{}/status?status=paid", made[0])).await.expect(200);
    let listed = async |query: &str| -> Vec<i64> {
        let list = hospital.office.get(&format!("/{query}")).await.expect(200).list();
        list.iter().map(|invoice| invoice["id"].as_i64().unwrap()).collect()
    };
    assert_eq!(listed("").await, [made[2], made[1], made[0]]);
    let north = hospital.north.id;
    assert_eq!(listed(&format!("?centre_id={north}")).await, [made[2], made[0]]);
    assert_eq!(listed(&format!("?centre_id={north}&status=pending")).await, [made[2]]);
    assert_eq!(listed("?status=paid").await, [made[0]]);
    assert_eq!(listed("?skip=1&limit=1").await, [made[1]]);
    assert_eq!(listed("?skip=100").await, Vec::<i64>::new());
    assert_eq!(listed("?status=&centre_id=").await.len(), 3);
}

#[tokio::test]
async fn only_administrators_set_prices_and_make_invoices() {
    let hospital = Hospital::open().await;
    hospital.price(hospital.north.id, "ct", 150.0, "usd").await;
    let study = hospital.north.study("ct").await;
    let invoice = hospital.bill(study).await["id"].clone();
    let radiologist = hospital.admin.radiologist().await;
    for person in [&radiologist, &hospital.north.technician, &hospital.north.user] {
        let person = hospital.at_billing(person);
        let price = json!({"centre_id": hospital.north.id, "modality": "mri", "price": 1, "currency": "usd"});
        assert_eq!(person.post("/pricing", &price).await.expect(403).detail(), "Not authorized to perform this action");
        person.patch("/pricing/1", &json!({"price": 1})).await.expect(403);
        person.post("/", &json!({"study_id": study})).await.expect(403);
        person.patch_empty(&format!("/{invoice}/status?status=paid")).await.expect(403);
        person.get("/pricing").await.expect(200);
        person.get(&format!("/{invoice}")).await.expect(200);
    }
}

#[tokio::test]
async fn people_of_a_centre_see_what_is_their_centres() {
    let hospital = Hospital::open().await;
    hospital.price(hospital.north.id, "ct", 150.0, "usd").await;
    hospital.price(hospital.south.id, "ct", 90.0, "usd").await;
    let north = hospital.bill(hospital.north.study("ct").await).await["id"].clone();
    let south = hospital.bill(hospital.south.study("ct").await).await["id"].clone();
    for person in [&hospital.north.technician, &hospital.north.user] {
        let person = hospital.at_billing(person);
        let seen = person.get("/").await.expect(200).list();
        assert_eq!(seen.iter().map(|invoice| &invoice["id"]).collect::<Vec<_>>(), [&north]);
        assert_eq!(person.get("/pricing").await.expect(200).list().len(), 1);
        assert_eq!(person.get(&format!("/{south}")).await.expect(404).detail(), "Billing record not found");
        let elsewhere = format!("?centre_id={}", hospital.south.id);
        assert_eq!(person.get(&format!("/{elsewhere}")).await.expect(200).list(), Vec::<Value>::new());
        assert_eq!(person.get(&format!("/pricing{elsewhere}")).await.expect(200).list(), Vec::<Value>::new());
    }
    let radiologist = hospital.admin.radiologist().await;
    let radiologist = hospital.at_billing(&radiologist);
    assert_eq!(radiologist.get("/").await.expect(200).list().len(), 2);
}

#[tokio::test]
async fn a_token_of_pacs_is_one_of_billing_and_ends_with_it() {
    let hospital = Hospital::open().await;
    let person = hospital.admin.radiologist().await;
    let there = hospital.at_billing(&person);
    there.get("/").await.expect(200);
    hospital.admin.patch_empty(&format!("/users/{}/deactivate", person.id)).await.expect(200);
    assert_eq!(there.get("/").await.expect(401).detail(), "Could not validate credentials");
    there.anonymous().get("/").await.expect(401);
}

#[tokio::test]
async fn the_api_is_reached_at_every_address_that_pacs_has() {
    let hospital = Hospital::open().await;
    let port = hospital.ward.address().rsplit(':').next().unwrap().to_owned();
    let root = hospital.ward.at("");
    for (host, path) in [
        ("pacs.localhost", "/billing/pricing"),
        ("billing.localhost", "/pricing"),
        ("127.0.0.1", "/pacs/billing/pricing/"),
    ] {
        let request = root.with_token(hospital.admin.token()).request(http::Method::GET, path);
        let answer = root.send(request.header("host", format!("{host}:{port}"))).await;
        assert_eq!(answer.expect(200).list(), Vec::<Value>::new(), "{host}");
    }
}

#[tokio::test]
async fn the_pages_of_the_document_are_no_invoices() {
    let hospital = Hospital::open().await;
    let anonymous = hospital.office.anonymous();
    let document = anonymous.get("/openapi.json").await.expect(200).json();
    assert_eq!(document["info"]["title"], "Billing API");
    for page in ["/docs", "/redoc"] {
        assert!(anonymous.get(page).await.expect(200).header("content-type").unwrap().starts_with("text/html"));
    }
    anonymous.get("/health").await.expect(401);
    hospital.office.get("/health").await.expect(422);
}
