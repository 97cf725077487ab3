//! One rule, one test.

use http::Method;
use serde_json::{Value, json};

use super::*;

fn table(paths: &Value) -> Result<Operations, OperationsError> {
    Operations::parse(&json!({ "openapi": "3.1.0", "paths": paths }).to_string(), &Limits::default())
}

fn found(operations: &Operations, method: &Method, path: &str) -> String {
    match operations.find(method, path) {
        Lookup::Found(operation) => operation.id.clone(),
        Lookup::OtherMethods(allow) => format!("405 {}", allow.to_str().expect("ASCII")),
        Lookup::Nothing => "404".into(),
    }
}

fn one(operation: &Value) -> Operation {
    let mut operations = table(&json!({ "/one": { "post": operation } })).expect("a table");
    operations.list.remove(0)
}

#[test]
fn static_segments_win_over_parameters() {
    let operations = table(&json!({
        "/studies/{id}": { "get": { "operationId": "by_id" } },
        "/studies/mine": { "get": { "operationId": "mine" } },
        "/studies/{id}/files": { "get": { "operationId": "files" } },
    }))
    .expect("a table");
    assert_eq!(found(&operations, &Method::GET, "/studies/mine"), "mine");
    assert_eq!(found(&operations, &Method::GET, "/studies/7"), "by_id");
    assert_eq!(found(&operations, &Method::GET, "/studies/mine/files"), "files");
}

#[test]
fn parameters_of_one_place_may_have_different_names() {
    let operations = table(&json!({
        "/users/{id}": { "get": { "operationId": "get" } },
        "/users/{user_id}": { "patch": { "operationId": "change" } },
        "/users/{name}/roles": { "get": { "operationId": "roles" } },
    }))
    .expect("a table");
    assert_eq!(found(&operations, &Method::GET, "/users/1"), "get");
    assert_eq!(found(&operations, &Method::PATCH, "/users/1"), "change");
    assert_eq!(found(&operations, &Method::GET, "/users/1/roles"), "roles");
}

#[test]
fn a_trailing_slash_in_the_document_means_nothing() {
    let operations = table(&json!({
        "/users/": { "get": { "operationId": "list" } },
        "/users": { "post": { "operationId": "add" } },
    }))
    .expect("a table");
    assert_eq!(found(&operations, &Method::GET, "/users"), "list");
    assert_eq!(found(&operations, &Method::POST, "/users"), "add");
}

#[test]
fn head_is_get_and_other_methods_are_named() {
    let operations = table(&json!({ "/a": {
        "get": { "operationId": "get" }, "delete": { "operationId": "remove" }, "summary": "no method",
    } }))
    .expect("a table");
    assert_eq!(found(&operations, &Method::HEAD, "/a"), "get");
    assert_eq!(found(&operations, &Method::PUT, "/a"), "405 GET, HEAD, DELETE, OPTIONS");
    assert_eq!(found(&operations, &Method::TRACE, "/a"), "405 GET, HEAD, DELETE, OPTIONS");
    assert_eq!(found(&operations, &Method::GET, "/b"), "404");
}

#[test]
fn the_root_is_a_path_like_any_other() {
    let operations = table(&json!({ "/": { "get": { "operationId": "root" } } })).expect("a table");
    assert_eq!(found(&operations, &Method::GET, "/"), "root");
}

#[test]
fn names_stand_in_the_order_of_the_indices() {
    let operations = table(&json!({
        "/a": { "get": { "operationId": "x" }, "post": { "operationId": "b" } },
        "/b": { "get": { "operationId": "a" } },
    }))
    .expect("a table");
    for operation in &operations.list {
        assert_eq!(operations.names()[operation.index], operation.id);
    }
}

#[test]
fn an_alias_is_the_operation_it_names() {
    let operations = table(&json!({
        "/a/things": { "get": { "operationId": "a_list", "x-ward-same-as": "list" } },
        "/things": { "get": { "operationId": "list" }, "post": { "operationId": "add" } },
    }))
    .expect("a table");
    assert_eq!(found(&operations, &Method::GET, "/a/things"), "list");
    assert_eq!(found(&operations, &Method::HEAD, "/a/things"), "list");
    assert_eq!(found(&operations, &Method::POST, "/a/things"), "405 GET, HEAD, OPTIONS");
    assert_eq!(operations.names(), ["list", "add"]);
}

#[test]
fn errors_name_what_is_wrong() {
    let cases = [
        (json!({ "/a": { "get": {} } }), "`get /a` has no operationId"),
        (json!({ "/a": { "get": { "operationId": "a b" } } }), "`a b`"),
        (json!({ "/a": { "get": { "operationId": "x" }, "put": { "operationId": "x" } } }), "`x` is used twice"),
        (json!({ "/a": { "options": { "operationId": "x" } } }), "`options /a`"),
        (json!({ "a": { "get": { "operationId": "x" } } }), "`a` cannot be a route"),
        (json!({ "/a/../b": { "get": { "operationId": "x" } } }), "`/a/../b` cannot be a route"),
        (json!({ "/{a}{b}": { "get": { "operationId": "x" } } }), "`/{a}{b}` cannot be a route"),
        (json!({ "/a": { "post": { "operationId": "x", "x-ward-limits": { "bytes": 1 } } } }), "x-ward-limits of `x`"),
        (json!({ "/a": { "get": { "operationId": "x", "x-ward-same-as": "y" } } }), "x-ward-same-as of `x`"),
        (json!({ "/a": { "get": { "operationId": "x", "x-ward-same-as": 1 } } }), "x-ward-same-as of `x`"),
        (json!({ "/a": { "get": { "operationId": "x", "x-ward-same-as": "x" } } }), "x-ward-same-as of `x`"),
        (json!({ "/a": { "post": { "operationId": "x", "requestBody": { "$ref": "#/nowhere" } } } }), "`#/nowhere`"),
    ];
    for (paths, text) in cases {
        let error = table(&paths).expect_err(text).to_string();
        assert!(error.contains(text), "{error} should say {text}");
    }
}

#[test]
fn conflicting_paths_are_both_named() {
    let error = table(&json!({
        "/users/{id}": { "get": { "operationId": "a" } },
        "/users/{name}/": { "get": { "operationId": "b" } },
    }))
    .expect_err("a conflict")
    .to_string();
    assert!(error.contains("`/users/{id}`") && error.contains("`/users/{name}/`"), "{error}");
}

#[test]
fn a_document_must_have_paths() {
    assert!(matches!(Operations::parse(r#"{"openapi":"3.1.0"}"#, &Limits::default()), Err(OperationsError::NoPaths)));
    assert!(matches!(Operations::parse("nonsense", &Limits::default()), Err(OperationsError::NotJson(_))));
}

#[test]
fn limits_can_be_lowered_but_not_raised() {
    let mount = BodyLimits::from(&Limits::default());
    let limits = one(&json!({ "operationId": "x", "x-ward-limits": { "body_bytes": 10, "files": 1_000_000 } })).limits;
    assert_eq!(limits, BodyLimits { body_bytes: 10, ..mount });
}

#[test]
fn media_types_of_bodies_are_sorted() {
    let accepts = one(&json!({ "operationId": "x", "requestBody": { "content": {
        "application/json; charset=utf-8": {}, "Multipart/Form-Data": {}, "text/*": {}, "application/x-www-form-urlencoded": {},
    } } }))
    .accepts
    .expect("a body");
    assert!(accepts.multipart && accepts.json && !accepts.any);
    for taken in ["application/json", "application/problem+json", "text/csv", "application/x-www-form-urlencoded"] {
        assert!(accepts.takes_bytes(taken), "{taken}");
    }
    assert!(!accepts.takes_bytes("image/png") && !accepts.takes_bytes("multipart/form-data"));
}

#[test]
fn an_operation_without_a_request_body_takes_none() {
    assert_eq!(one(&json!({ "operationId": "x" })).accepts, None);
}

#[test]
fn a_request_body_may_be_a_reference() {
    let document = json!({
        "openapi": "3.1.0",
        "paths": { "/a": { "post": { "operationId": "x", "requestBody": { "$ref": "#/components/requestBodies/Any" } } } },
        "components": { "requestBodies": { "Any": { "content": { "*/*": {} } } } },
    });
    let operations = Operations::parse(&document.to_string(), &Limits::default()).expect("a table");
    assert!(operations.list[0].accepts.as_ref().is_some_and(|accepts| accepts.any));
}

/// Why a document with these fields beside its paths is refused.
fn refused(fields: &serde_json::Value) -> String {
    let mut document = json!({ "openapi": "3.1.0", "paths": { "/a": { "get": { "operationId": "x" } } } });
    for (key, value) in fields.as_object().expect("fields") {
        document[key] = value.clone();
    }
    Operations::parse(&document.to_string(), &Limits::default()).expect_err("an error").to_string()
}

#[test]
fn a_document_of_another_openapi_is_refused() {
    assert!(refused(&json!({ "openapi": "2.0" })).contains("`2.0`"));
}

#[test]
fn nothing_of_a_document_may_lie_outside_of_its_mount() {
    let elsewhere = json!([{ "url": "https://elsewhere.example" }]);
    assert!(refused(&json!({ "servers": elsewhere })).contains("servers"));
    let operation = json!({ "operationId": "x", "servers": elsewhere });
    assert!(refused(&json!({ "paths": { "/a": { "servers": elsewhere } } })).contains("`/a`"));
    assert!(refused(&json!({ "paths": { "/a": { "get": operation } } })).contains("`/a`"));
    for path in ["/../other", "/a/%2e%2e/b", "https://elsewhere.example/a", "a", "//elsewhere.example"] {
        assert!(refused(&json!({ "paths": { path: { "get": { "operationId": "x" } } } })).contains(path), "{path}");
    }
    let at_home = json!({ "openapi": "3.1.0", "servers": [{ "url": "/" }], "paths": {} });
    assert!(Operations::parse(&at_home.to_string(), &Limits::default()).is_ok());
}

#[test]
fn a_reference_that_leads_nowhere_is_named() {
    let response = json!({ "200": { "$ref": "#/components/responses/Absent" } });
    let paths = json!({ "/a": { "get": { "operationId": "x", "responses": response } } });
    assert!(refused(&json!({ "paths": paths })).contains("#/components/responses/Absent"));
}
