//! What breaks clients, and what does not.

use serde_json::{Value, json};

use super::{breaking, differences};

/// A document with `POST /things/{id}`, its request and its answer.
fn document(request: &Value, response: &Value) -> Value {
    json!({
        "openapi": "3.1.0",
        "paths": { "/things/{id}": { "post": {
            "operationId": "thing",
            "parameters": [
                { "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } },
                { "name": "page", "in": "query", "schema": { "type": "integer" } },
            ],
            "requestBody": { "required": true, "content": { "application/json": { "schema": request } } },
            "responses": { "200": { "content": { "application/json": { "schema": response } } } },
        } } },
    })
}

fn object(fields: &Value, required: &Value) -> Value {
    json!({ "type": "object", "properties": fields, "required": required })
}

/// What breaks when a request's schema changes.
fn request(old: &Value, new: &Value) -> Vec<String> {
    texts(&document(old, &Value::Null), &document(new, &Value::Null))
}

/// What breaks when an answer's schema changes.
fn response(old: &Value, new: &Value) -> Vec<String> {
    texts(&document(&Value::Null, old), &document(&Value::Null, new))
}

fn texts(old: &Value, new: &Value) -> Vec<String> {
    breaking(old, new).into_iter().map(|difference| difference.change).collect()
}

/// The usual document after a change to its operation.
fn changed(change: impl FnOnce(&mut Value)) -> (Value, Value) {
    let old = document(&Value::Null, &Value::Null);
    let mut new = old.clone();
    change(&mut new["paths"]["/things/{id}"]["post"]);
    (old, new)
}

#[test]
fn a_document_does_not_differ_from_itself() {
    let schema = object(&json!({ "a": { "type": ["string", "null"] } }), &json!(["a"]));
    let document = document(&schema, &schema);
    assert!(differences(&document, &document).is_empty());
}

#[test]
fn an_operation_that_goes_breaks_and_one_that_comes_does_not() {
    let one = document(&Value::Null, &Value::Null);
    let none = json!({ "paths": {} });
    assert_eq!(texts(&one, &none), ["the operation is gone"]);
    let added = differences(&none, &one);
    assert_eq!((added.len(), added[0].breaking, added[0].operation.as_str()), (1, false, "POST /things/{id}"));
}

#[test]
fn the_name_of_a_path_parameter_means_nothing() {
    let old = document(&Value::Null, &Value::Null);
    let text = old.to_string().replace("{id}", "{key}").replace("\"name\":\"id\"", "\"name\":\"key\"");
    assert!(differences(&old, &serde_json::from_str(&text).unwrap()).is_empty());
}

#[test]
fn parameters_may_be_added_but_not_required_or_dropped() {
    let with = |parameter: Value| {
        let (old, new) = changed(|operation| operation["parameters"].as_array_mut().unwrap().push(parameter));
        texts(&old, &new)
    };
    assert!(with(json!({ "name": "q", "in": "query" })).is_empty());
    assert_eq!(
        with(json!({ "name": "q", "in": "query", "required": true })),
        ["the query parameter `q` is new and required"]
    );
    let (old, new) = changed(|operation| drop(operation["parameters"].as_array_mut().unwrap().pop()));
    assert_eq!(texts(&old, &new), ["the query parameter `page` is gone"]);
    let (old, new) = changed(|operation| operation["parameters"][1]["required"] = true.into());
    assert_eq!(texts(&old, &new), ["the query parameter `page` is required now"]);
    let (old, new) = changed(|operation| operation["parameters"][0]["schema"]["type"] = "string".into());
    assert_eq!(texts(&old, &new), ["parameter 1 of the path was integer and is string"]);
}

#[test]
fn a_request_may_get_optional_fields_only() {
    let old = object(&json!({ "a": { "type": "string" } }), &json!([]));
    let optional = object(&json!({ "a": { "type": "string" }, "b": { "type": "string" } }), &json!([]));
    let required = object(&json!({ "a": { "type": "string" }, "b": { "type": "string" } }), &json!(["b"]));
    assert!(request(&old, &optional).is_empty());
    assert_eq!(request(&old, &required), ["`b` of its body is new and required"]);
    assert_eq!(request(&optional, &required), ["`b` of its body is required now"]);
    assert_eq!(request(&optional, &old), ["`b` of its body is gone"]);
}

#[test]
fn an_answer_may_get_fields_but_lose_none() {
    let few = object(&json!({ "a": { "type": "string" } }), &json!(["a"]));
    let more = object(&json!({ "a": { "type": "string" }, "b": { "type": "string" } }), &json!(["a", "b"]));
    let maybe = object(&json!({ "a": { "type": "string" } }), &json!([]));
    assert!(response(&few, &more).is_empty());
    assert_eq!(response(&more, &few), ["`b` of the answer 200 is gone"]);
    assert_eq!(response(&few, &maybe), ["`a` of the answer 200 may be missing now"]);
    assert!(response(&maybe, &few).is_empty());
}

#[test]
fn types_are_widened_in_requests_and_narrowed_in_answers() {
    let (integer, number, text) =
        (json!({ "type": "integer" }), json!({ "type": "number" }), json!({ "type": "string" }));
    assert!(request(&integer, &number).is_empty());
    assert_eq!(request(&number, &integer), ["its body was number and is integer"]);
    assert!(response(&number, &integer).is_empty());
    assert_eq!(response(&integer, &number), ["the answer 200 was integer and is number"]);
    assert_eq!(response(&integer, &text), ["the answer 200 was integer and is string"]);
}

#[test]
fn null_is_a_type_like_others_however_it_is_written() {
    let plain = json!({ "type": "string" });
    for nullable in
        [json!({ "type": ["string", "null"] }), json!({ "oneOf": [{ "type": "null" }, { "type": "string" }] })]
    {
        assert_eq!(response(&plain, &nullable), ["the answer 200 can be null now"]);
        assert!(response(&nullable, &plain).is_empty());
        assert!(request(&plain, &nullable).is_empty());
        assert_eq!(request(&nullable, &plain), ["its body can be no null any more"]);
    }
}

#[test]
fn values_of_an_enumeration_may_come_in_requests_and_go_in_answers() {
    let (two, three) = (json!({ "enum": ["a", "b"] }), json!({ "enum": ["a", "b", "c"] }));
    assert!(request(&two, &three).is_empty());
    assert_eq!(request(&three, &two), ["its body can no longer be \"c\""]);
    assert!(response(&three, &two).is_empty());
    assert_eq!(response(&two, &three), ["the answer 200 can now be \"c\""]);
    assert_eq!(request(&json!({}), &two), ["its body is one of few values now"]);
    assert_eq!(response(&two, &json!({})), ["the answer 200 is no longer one of few values"]);
}

#[test]
fn bounds_of_requests_are_not_narrowed() {
    let of = |key: &str, value: i64| json!({ "type": "string", key: value });
    assert_eq!(request(&of("maxLength", 9), &of("maxLength", 8)), ["its body has a narrower `maxLength`"]);
    assert!(request(&of("maxLength", 8), &of("maxLength", 9)).is_empty());
    assert_eq!(request(&of("minLength", 1), &of("minLength", 2)), ["its body has a narrower `minLength`"]);
    assert_eq!(request(&json!({ "type": "string" }), &of("maxLength", 8)), ["its body has a narrower `maxLength`"]);
    assert!(response(&of("maxLength", 9), &of("maxLength", 8)).is_empty());
    let format = |format: &str| json!({ "type": "string", "format": format });
    assert_eq!(response(&format("date"), &format("date-time")).len(), 1);
}

#[test]
fn a_change_deep_inside_is_found_through_references_and_cycles() {
    let document = |kind: &str| {
        let mut document = document(&Value::Null, &json!({ "$ref": "#/components/schemas/Node" }));
        let children = json!({ "type": "array", "items": { "$ref": "#/components/schemas/Node" } });
        let fields = json!({ "children": children, "leaf": { "allOf": [{ "type": kind }] } });
        document["components"] = json!({ "schemas": { "Node": object(&fields, &json!([])) } });
        document
    };
    assert_eq!(
        texts(&document("string"), &document("integer")),
        ["`leaf` of the answer 200 was string and is integer"]
    );
}

#[test]
fn answers_and_media_types_do_not_go() {
    let (old, new) = changed(|operation| operation["responses"] = json!({ "201": {} }));
    assert_eq!(texts(&old, &new), ["the answer 200 is gone"]);
    let (old, new) = changed(|operation| operation["responses"]["200"]["content"] = json!({ "text/csv": {} }));
    assert_eq!(texts(&old, &new), ["the answer 200 is no `application/json` any more"]);
    let (old, new) = changed(|operation| operation["requestBody"]["content"] = json!({ "text/csv": {} }));
    assert_eq!(texts(&old, &new), ["its body is no `application/json` any more"]);
    let (old, new) = changed(|operation| operation["responses"]["404"] = json!({}));
    assert!(texts(&old, &new).is_empty() && texts(&new, &old).is_empty());
}

#[test]
fn a_token_that_is_needed_now_breaks() {
    let (old, new) = changed(|operation| operation["security"] = json!([{ "bearer": [] }]));
    assert_eq!(texts(&old, &new), ["it needs a token now"]);
    assert!(texts(&new, &old).is_empty());
}

#[test]
fn the_operation_id_is_part_of_the_contract() {
    let (old, new) = changed(|operation| operation["operationId"] = "other".into());
    assert_eq!(texts(&old, &new), ["its operationId was `thing` and is `other`"]);
}
