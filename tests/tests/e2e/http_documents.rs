//! The OpenAPI documents and their pages.

use std::collections::BTreeSet;

use serde_json::Value;
use ward_tests::{Api, Ward};

/// Every endpoint of the API document (without AI and billing, which are plugins of their own) and
/// those that its existing front end needs besides.
const ENDPOINTS: [(&str, &str); 31] = [
    ("post", "/auth/token"),
    ("get", "/auth/me"),
    ("post", "/auth/register"),
    ("get", "/users"),
    ("get", "/users/{user_id}"),
    ("patch", "/users/{user_id}"),
    ("patch", "/users/{user_id}/deactivate"),
    ("delete", "/users/{user_id}"),
    ("post", "/studies/upload"),
    ("post", "/studies"),
    ("get", "/studies"),
    ("get", "/studies/{study_id}"),
    ("get", "/studies/study_id/{study_id}"),
    ("patch", "/studies/{study_id}/assign"),
    ("get", "/studies/{study_id}/instance/{instance_number}"),
    ("get", "/studies/{study_id}/instances"),
    ("post", "/reports"),
    ("get", "/reports"),
    ("get", "/reports/{report_id}"),
    ("patch", "/reports/{report_id}/verify"),
    ("patch", "/reports/{report_id}"),
    ("post", "/centres"),
    ("get", "/centres"),
    ("get", "/centres/{centre_id}"),
    ("patch", "/centres/{centre_id}"),
    ("patch", "/centres/{centre_id}/deactivate"),
    ("delete", "/centres/{centre_id}"),
    ("get", "/health"),
    ("get", "/docs"),
    ("get", "/redoc"),
    ("get", "/openapi.json"),
];

/// What the gateway serves beside each plugin, outside its document.
const BY_THE_GATEWAY: [&str; 3] = ["/docs", "/redoc", "/openapi.json"];

#[tokio::test]
async fn the_document_names_every_endpoint() {
    let ward = Ward::start().await;
    let document = ward.anonymous().get("/openapi.json").await.expect(200).json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    for (method, path) in ENDPOINTS {
        if BY_THE_GATEWAY.contains(&path) {
            ward.anonymous().get(path).await.expect(200);
            continue;
        }
        let paths = document["paths"].as_object().unwrap();
        let found = paths.iter().any(|(known, operations)| same_path(known, path) && operations.get(method).is_some());
        assert!(found, "{method} {path} is not in the document");
    }
}

/// Equal but for parameters' names and a trailing slash.
fn same_path(a: &str, b: &str) -> bool {
    let shape = |path: &str| -> Vec<String> {
        let parts = path.trim_end_matches('/').split('/');
        parts.map(|part| if part.starts_with('{') { "{}".to_owned() } else { part.to_owned() }).collect()
    };
    shape(a) == shape(b)
}

#[tokio::test]
async fn every_operation_has_an_id_a_summary_and_answers() {
    let ward = Ward::start().await;
    let document = ward.anonymous().get("/openapi.json").await.expect(200).json();
    let mut ids = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no id"));
            assert!(ids.insert(id.to_owned()), "{id} is there twice");
            assert!(operation["summary"].is_string() || operation["description"].is_string(), "{id} is not described");
            assert!(!operation["responses"].as_object().unwrap().is_empty(), "{id} has no answers");
        }
    }
}

#[tokio::test]
async fn every_reference_in_the_documents_leads_somewhere() {
    let ward = Ward::start().await;
    for document in [ward.anonymous().get("/openapi.json").await, ward.at("").get("/openapi.json").await] {
        let document = document.expect(200).json();
        let mut references = Vec::new();
        collect_references(&document, &mut references);
        for reference in references {
            let pointer = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} leads elsewhere"));
            assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
        }
    }
}

fn collect_references(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(target) if key == "$ref" => references.push(target.clone()),
                    other => collect_references(other, references),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| collect_references(value, references)),
        _ => {}
    }
}

#[tokio::test]
async fn the_assembled_document_has_every_mount_under_its_prefix() {
    let ward = Ward::start().await;
    let assembled = ward.at("").get("/openapi.json").await.expect(200).json();
    let own = ward.anonymous().get("/openapi.json").await.expect(200).json();
    let paths = assembled["paths"].as_object().unwrap();
    for path in own["paths"].as_object().unwrap().keys() {
        assert!(paths.contains_key(&format!("/pacs{path}")), "/pacs{path} is missing");
    }
}

#[tokio::test]
async fn the_pages_load_nothing_from_elsewhere() {
    let ward = Ward::start().await;
    let root = ward.at("");
    for page in ["/docs", "/pacs/docs", "/pacs/redoc"] {
        let answer = root.get(page).await.expect(200);
        assert!(answer.header("content-type").unwrap().starts_with("text/html"));
        let html = String::from_utf8(answer.body.to_vec()).unwrap();
        for address in addresses(&html) {
            assert!(!address.contains("//"), "{page} loads {address}");
            if !address.starts_with("data:") {
                root.get(&absolute(page, &address)).await.expect(200);
            }
        }
    }
}

/// What `src="…"` and `href="…"` name.
fn addresses(html: &str) -> Vec<String> {
    // An inlined script may hold such texts itself: only tags outside it count.
    let outside: String = html.split("<script").map(|part| part.split_once('>').map_or(part, |(tag, _)| tag)).collect();
    ["src=\"", "href=\""]
        .iter()
        .flat_map(|name| outside.split(name).skip(1))
        .filter_map(|rest| rest.split_once('"').map(|(address, _)| address.to_owned()))
        .collect()
}

fn absolute(page: &str, address: &str) -> String {
    if address.starts_with('/') {
        return address.to_owned();
    }
    let parent = page.rsplit_once('/').map_or("", |(parent, _)| parent);
    format!("{parent}/{}", address.trim_start_matches("./"))
}

#[tokio::test]
async fn the_pages_name_their_own_document_under_every_mount() {
    let ward = Ward::start().await;
    let page = ward.anonymous().get("/docs").await.expect(200);
    assert!(String::from_utf8_lossy(&page.body).contains("openapi.json"));
    let api: Api = ward.at("");
    let at_host =
        api.send(api.request(http::Method::GET, "/openapi.json").header("host", "pacs.localhost")).await.expect(200);
    assert!(at_host.json()["paths"]["/auth/me"].is_object());
}
