//! What the plugin as a whole promises.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::Value;
use ward_sdk::Caller;

use crate::PLUGIN;

/// All operations of the document: method, path, operation.
fn operations() -> Vec<(String, String, Value)> {
    let document = serde_json::to_value(PLUGIN.openapi()).expect("plain data");
    let paths = document["paths"].as_object().expect("paths").clone();
    let of_path = |(path, item): (String, Value)| {
        let item = item.as_object().expect("operations").clone();
        item.into_iter().map(move |(method, operation)| (method, path.clone(), operation))
    };
    paths.into_iter().flat_map(of_path).collect()
}

fn ids() -> BTreeSet<String> {
    operations().iter().map(|(_, _, operation)| operation["operationId"].as_str().expect("an id").to_owned()).collect()
}

#[test]
fn every_documented_endpoint_is_there() {
    let there: BTreeSet<String> = operations().iter().map(|(method, path, _)| format!("{method} {path}")).collect();
    for expected in [
        "post /auth/token",
        "get /auth/me",
        "post /auth/register",
        "get /users",
        "get /users/{user_id}",
        "patch /users/{user_id}",
        "delete /users/{user_id}",
        "patch /users/{user_id}/deactivate",
        "post /studies/upload",
        "post /studies",
        "get /studies",
        "get /studies/{study_id}",
        "get /studies/study_id/{study_id}",
        "patch /studies/{study_id}/assign",
        "get /studies/{study_id}/instance/{instance_number}",
        "get /studies/{study_id}/instances",
        "post /reports",
        "get /reports",
        "get /reports/{report_id}",
        "patch /reports/{report_id}/verify",
        "patch /reports/{report_id}",
        "post /centres",
        "get /centres",
        "get /centres/{centre_id}",
        "patch /centres/{centre_id}",
        "delete /centres/{centre_id}",
        "patch /centres/{centre_id}/deactivate",
        "get /health",
    ] {
        assert!(there.contains(expected), "{expected}");
    }
}

#[test]
fn the_policies_name_every_operation_and_no_other() {
    let records = ["view", "upload_to", "assign", "write_report", "change_report", "sign_report", "create_account"];
    let named = PLUGIN.policies.split("Action::\"").skip(1).filter_map(|rest| rest.split('"').next());
    let named: BTreeSet<String> = named.filter(|name| !records.contains(name)).map(str::to_owned).collect();
    assert_eq!(named, ids());
}

#[test]
fn rate_limits_count_operations_that_exist() {
    let ids = ids();
    for limit in PLUGIN.rate_limits {
        assert!(limit.operations.iter().all(|operation| ids.contains(*operation)), "{}", limit.name);
    }
}

#[test]
fn what_touches_patient_data_says_so_and_the_rest_does_not() {
    for (method, path, operation) in operations() {
        let touches = path.starts_with("/studies") || path.starts_with("/reports");
        assert_eq!(operation["x-ward-patient-data"] == Value::Bool(true), touches, "{method} {path}");
    }
}

#[test]
fn uploads_state_their_limit() {
    for (method, path, operation) in operations() {
        let uploads = method == "post" && path.starts_with("/studies");
        let limit = operation["x-ward-limits"]["file_bytes"].as_u64();
        assert_eq!(limit, uploads.then_some(104_857_600), "{method} {path}");
    }
}

#[test]
fn every_reference_of_the_document_leads_somewhere() {
    let document = serde_json::to_value(PLUGIN.openapi()).expect("plain data");
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
}

/// Status and body of an answer that needs no capability.
fn ask(method: Method, path: &str, caller: Option<Caller>, body: &str) -> (u16, Value) {
    let kind = if path == "/auth/token" { "application/x-www-form-urlencoded" } else { "application/json" };
    let request = Request::builder().method(method).uri(path).header("content-type", kind);
    let mut request = request.body(Body::from(body.to_owned())).expect("a request");
    if let Some(caller) = caller {
        request.extensions_mut().insert(caller);
    }
    let response = PLUGIN.respond(request);
    let status = response.status().as_u16();
    (status, ward_sdk::testing::json(response))
}

#[expect(clippy::unnecessary_wraps, reason = "stands where `None` stands for nobody")]
fn caller(role: &str) -> Option<Caller> {
    Some(Caller { account: 4, login: "x".to_owned(), roles: vec![role.to_owned()], attributes: serde_json::Map::new() })
}

#[test]
fn refusals_have_fastapis_shape() {
    let (status, body) = ask(Method::POST, "/auth/token", None, "username=admin");
    assert_eq!(status, 422);
    assert_eq!(
        body,
        serde_json::json!({"detail": [{"loc": ["body", "password"], "msg": "field required", "type": "value_error.missing"}]})
    );
    let (status, body) = ask(Method::GET, "/users/abc", caller("admin"), "");
    assert_eq!((status, &body["detail"][0]["loc"]), (422, &serde_json::json!(["path", "user_id"])));
    let (status, body) = ask(Method::GET, "/studies/abc", caller("admin"), "");
    assert_eq!((status, &body["detail"][0]["type"]), (422, &serde_json::json!("type_error.integer")));
    let (status, body) = ask(Method::GET, "/studies/1/instance/x", caller("admin"), "");
    assert_eq!((status, &body["detail"][0]["loc"]), (422, &serde_json::json!(["path", "instance_number"])));
    let (status, body) = ask(Method::GET, "/studies/1/instance/-1", caller("admin"), "");
    assert_eq!((status, &body["detail"][0]["type"]), (422, &serde_json::json!("value_error.number.not_ge")));
    let (status, body) = ask(Method::POST, "/centres", caller("admin"), "{\"name\": ");
    assert_eq!((status, &body["detail"][0]["type"]), (422, &serde_json::json!("value_error.jsondecode")));
    let (status, _) = ask(Method::POST, "/centres", caller("admin"), "");
    assert_eq!(status, 422);
    let (status, body) = ask(Method::GET, "/studies?limit=-1", caller("admin"), "");
    assert_eq!((status, &body["detail"][0]["loc"]), (422, &serde_json::json!(["query", "limit"])));
}

#[test]
fn a_caller_without_token_or_role_is_refused() {
    let (status, body) = ask(Method::GET, "/studies", None, "");
    assert_eq!((status, &body["detail"]), (401, &Value::from("Could not validate credentials")));
    let (status, body) = ask(Method::GET, "/studies", caller("guest"), "");
    assert_eq!((status, &body["detail"]), (403, &Value::from("Not authorized to perform this action")));
    let (status, body) = ask(Method::GET, "/nowhere", caller("admin"), "");
    assert_eq!((status, &body["detail"]), (404, &Value::from("Resource not found")));
}

#[test]
fn a_refresh_without_a_token_is_a_missing_credential() {
    for body in ["", "{}", "[]", "{\"refresh_token\": 5}"] {
        let (status, body) = ask(Method::POST, "/auth/refresh", None, body);
        assert_eq!((status, &body["detail"]), (401, &Value::from("Could not validate credentials")));
    }
}

#[test]
fn an_upload_without_a_form_names_what_is_missing() {
    let (status, body) = ask(Method::POST, "/studies", caller("admin"), "");
    assert_eq!(status, 422);
    assert_eq!(body["detail"].as_array().map(Vec::len), Some(6));
}
