//! Whole requests, as the host sends them, through a plugin that is built natively.

#![expect(clippy::unwrap_used, reason = "a test ends where something is missing")]

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ward_sdk::bindings::exports::ward::plugin::http as wit;
use ward_sdk::prelude::*;
use ward_sdk::{Location, RejectionKind, RequestInfo, runtime, serde_json};

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Modality {
    Ct,
    Mr,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Series {
    modality: Modality,
    images: u16,
    #[serde(default)]
    note: Option<String>,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
struct Study {
    name: String,
    series: Vec<Series>,
}

#[derive(Debug, Deserialize, Serialize, IntoParams, ToSchema)]
struct Search {
    #[serde(default)]
    limit: u8,
    open: Option<bool>,
    #[serde(default)]
    tag: Vec<String>,
    modality: Option<Modality>,
}

#[utoipa::path(post, path = "/json", responses((status = 200)))]
async fn echo_json(Json(study): Json<Study>) -> Json<Study> {
    Json(study)
}

#[utoipa::path(get, path = "/query", params(Search), responses((status = 200)))]
async fn echo_query(Query(search): Query<Search>) -> Json<Search> {
    Json(search)
}

#[utoipa::path(post, path = "/form", responses((status = 200)))]
async fn echo_form(Form(search): Form<Search>) -> Json<Search> {
    Json(search)
}

#[utoipa::path(get, path = "/names/{name}", params(("name" = String, Path)), responses((status = 200)))]
async fn echo_name(Path(name): Path<String>) -> Json<String> {
    Json(name)
}

#[utoipa::path(get, path = "/pairs/{left}/{right}", responses((status = 200)),
    params(("left" = i32, Path), ("right" = u8, Path)))]
async fn echo_pair(Path(pair): Path<(i32, u8)>) -> Json<(i32, u8)> {
    Json(pair)
}

#[utoipa::path(post, path = "/multipart", responses((status = 200)))]
async fn echo_multipart(form: Multipart) -> Result<Json<Value>, Rejection> {
    let file = form.required_file("file")?;
    let order: Vec<&str> = form.parts.iter().map(|part| part.name.as_str()).collect();
    Ok(Json(json!({"order": order, "text": form.text("text"), "size": file.size, "upload": file.upload.number()})))
}

#[utoipa::path(get, path = "/caller", responses((status = 200)))]
async fn known(caller: Caller, info: RequestInfo) -> Json<Value> {
    let level = &caller.attributes["level"];
    Json(json!({"account": caller.account, "level": level, "admin": caller.has_role("admin"), "base": info.base}))
}

#[utoipa::path(get, path = "/visitor", responses((status = 200)))]
async fn visitor(caller: Option<Caller>) -> Json<bool> {
    Json(caller.is_some())
}

#[utoipa::path(get, path = "/blob", responses((status = 200)))]
async fn blob() -> Response {
    let blob = Blob { id: "b1".to_owned(), media_type: "image/png".to_owned(), filename: Some("scan.png".to_owned()) };
    (StatusCode::CREATED, [("x-kind", "blob")], blob).into_response()
}

#[utoipa::path(get, path = "/nothing", responses((status = 204)))]
async fn nothing() -> StatusCode {
    StatusCode::NO_CONTENT
}

fn envelope(failure: Failure) -> Response {
    let status = failure.status();
    let body = match failure {
        Failure::Problem(problem) => json!({"problem": problem.detail, "id": problem.request_id}),
        Failure::Rejections(rejections) => rejections.iter().map(shape).next().unwrap_or_default(),
    };
    (status, Json(body)).into_response()
}

fn shape(rejection: &Rejection) -> Value {
    json!({"at": rejection.location.as_str(), "field": rejection.field_path(), "kind": kind(&rejection.kind)})
}

fn kind(kind: &RejectionKind) -> Value {
    match kind {
        RejectionKind::Syntax { offset, .. } => json!({"syntax": offset}),
        RejectionKind::Missing => json!("missing"),
        RejectionKind::WrongType { expected, found } => json!({"expected": expected, "found": found}),
        RejectionKind::UnknownVariant { allowed } => json!({"allowed": allowed}),
        RejectionKind::UnknownField => json!("unknown"),
        RejectionKind::Value(message) => json!({"value": message}),
        other => json!({"rule": other.message()}),
    }
}

ward_sdk::plugin! {
    name: "requests",
    version: "1.2.3",
    capabilities: [Sql, Log],
    router: || OpenApiRouter::new()
        .routes(routes!(echo_json))
        .routes(routes!(echo_query))
        .routes(routes!(echo_form))
        .routes(routes!(echo_name))
        .routes(routes!(echo_pair))
        .routes(routes!(echo_multipart))
        .routes(routes!(known))
        .routes(routes!(visitor))
        .routes(routes!(blob))
        .routes(routes!(nothing)),
    policies: "permit (principal, action, resource);",
    migrations: &[ward_sdk::Migration::new("0001_first_tables", "lite", "post")],
    envelope: envelope,
}

fn request(method: &str, target: &str, body: wit::Body) -> wit::Request {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    wit::Request {
        operation: "operation".to_owned(),
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: Vec::new(),
        body,
        caller: None,
        request_id: "r-1".to_owned(),
        client_address: "192.0.2.1".to_owned(),
        base: "/requests".to_owned(),
    }
}

fn answer(request: wit::Request) -> (u16, Value) {
    let response = runtime::handle(&PLUGIN, request);
    match response.body {
        wit::ResponseBody::Bytes(bytes) => (response.status, serde_json::from_slice(&bytes).unwrap()),
        wit::ResponseBody::Empty => (response.status, Value::Null),
        wit::ResponseBody::Blob(_) | wit::ResponseBody::Events(_) => panic!("no body of bytes"),
    }
}

fn get(target: &str) -> (u16, Value) {
    answer(request("GET", target, wit::Body::Empty))
}

fn post(target: &str, body: &str) -> (u16, Value) {
    answer(request("POST", target, wit::Body::Bytes(body.as_bytes().to_vec())))
}

fn refused(at: &str, field: &str, kind: &Value) -> (u16, Value) {
    (422, json!({"at": at, "field": field, "kind": kind}))
}

#[test]
fn json_comes_back() {
    let study = json!({"name": "胸部 CT", "series": [{"modality": "ct", "images": 3, "note": null}]});
    assert_eq!(post("/json", &study.to_string()), (200, study));
}

#[test]
fn a_large_body_is_the_hosts_to_limit() {
    let name = "x".repeat(3 << 20);
    let (status, study) = post("/json", &json!({"name": name, "series": []}).to_string());
    assert_eq!((status, study["name"].as_str().map(str::len)), (200, Some(3 << 20)));
}

#[test]
fn json_is_refused_at_its_field() {
    let cases = [
        ("", "", json!("missing")),
        (r#"{"series": []}"#, "name", json!("missing")),
        (r#"{"name": 7, "series": []}"#, "name", json!({"expected": "a string", "found": "number"})),
        (r#"{"name": null, "series": []}"#, "name", json!({"expected": "a string", "found": "null"})),
        (r#"{"name": "a", "series": [{"images": 1}]}"#, "series[0].modality", json!("missing")),
        (
            r#"{"name": "a", "series": [{"modality": "ct", "images": 1}, {"modality": "us", "images": 1}]}"#,
            "series[1].modality",
            json!({"allowed": ["ct", "mr"]}),
        ),
        (
            r#"{"name": "a", "series": [{"modality": "ct", "images": 70000}]}"#,
            "series[0].images",
            json!({"value": "expected u16"}),
        ),
        (r#"{"name": "a", "series": [{"modality": "ct", "images": 1, "x": 2}]}"#, "series[0].x", json!("unknown")),
        ("[]", "", json!({"expected": "struct Study", "found": "list"})),
        (r#"{"name": "a", "series": {}}"#, "series", json!({"expected": "a sequence", "found": "object"})),
        ("{\"name\":\n \"a\",,", "", json!({"syntax": 14})),
        ("{\"name\": \"\u{fffd}", "", json!({"syntax": 13})),
    ];
    for (body, field, kind) in cases {
        assert_eq!(post("/json", body), refused("body", field, &kind), "{body}");
    }
    let not_text = request("POST", "/json", wit::Body::Bytes(b"{\"name\": \"\xff\"}".to_vec()));
    assert_eq!(answer(not_text).0, 422);
    assert_eq!(post("/json", &"[".repeat(100_000)).0, 422);
}

#[test]
fn queries_are_read_by_type_and_refused_by_name() {
    let found = get("/query?limit=7&open=TRUE&tag=a&tag=%E8%83%B8&modality=mr&other=1");
    assert_eq!(found, (200, json!({"limit": 7, "open": true, "tag": ["a", "胸"], "modality": "mr"})));
    assert_eq!(get("/query"), (200, json!({"limit": 0, "open": null, "tag": [], "modality": null})));
    assert_eq!(get("/query?limit=1&limit=2").1["limit"], 2);
    let number = json!({"expected": "u8", "found": "string"});
    assert_eq!(get("/query?limit=many"), refused("query", "limit", &number));
    assert_eq!(get("/query?limit="), refused("query", "limit", &number));
    assert_eq!(get("/query?limit=256"), refused("query", "limit", &json!({"value": "expected u8"})));
    assert_eq!(get("/query?modality=us"), refused("query", "modality", &json!({"allowed": ["ct", "mr"]})));
    let boolean = json!({"expected": "a boolean", "found": "string"});
    assert_eq!(get("/query?open=maybe"), refused("query", "open", &boolean));
}

#[test]
fn forms_are_urlencoded_or_multipart() {
    let expected = (200, json!({"limit": 3, "open": null, "tag": ["a b"], "modality": null}));
    assert_eq!(post("/form", "limit=3&tag=a+b"), expected);
    let text =
        |name: &str, text: &str| wit::Part { name: name.to_owned(), content: wit::PartContent::Text(text.to_owned()) };
    let parts = vec![text("limit", "3"), text("tag", "a b")];
    assert_eq!(answer(request("POST", "/form", wit::Body::Form(parts))), expected);
    let number = json!({"expected": "u8", "found": "string"});
    assert_eq!(post("/form", "limit=x"), refused("body", "limit", &number));
}

#[test]
fn paths_are_decoded_and_refused_by_name() {
    assert_eq!(get("/names/%E5%BC%A0%20%E4%B8%89%2F"), (200, json!("张 三/")));
    assert_eq!(get("/names/%ff"), refused("path", "", &json!({"syntax": null})));
    assert_eq!(get("/pairs/-5/7"), (200, json!([-5, 7])));
    let number = json!({"expected": "u8", "found": "string"});
    assert_eq!(get("/pairs/1/x"), refused("path", "right", &number));
    assert_eq!(get("/pairs/99999999999/1"), refused("path", "left", &json!({"value": "expected i32"})));
}

#[test]
fn multipart_keeps_its_order() {
    let file = wit::File {
        upload: 4,
        filename: Some("../a.dcm".to_owned()),
        media_type: None,
        sniffed_type: None,
        size: 9,
        sha256: String::new(),
    };
    let part = |name: &str, content| wit::Part { name: name.to_owned(), content };
    let parts = vec![part("file", wit::PartContent::File(file)), part("text", wit::PartContent::Text("t".to_owned()))];
    let expected = json!({"order": ["file", "text"], "text": "t", "size": 9, "upload": 4});
    assert_eq!(answer(request("POST", "/multipart", wit::Body::Form(parts))), (200, expected));
    let empty = request("POST", "/multipart", wit::Body::Form(Vec::new()));
    assert_eq!(answer(empty), refused("body", "file", &json!("missing")));
    assert_eq!(post("/multipart", "text=t"), refused("body", "", &json!({"syntax": null})));
}

#[test]
fn callers_are_known_or_refused() {
    let mut known = request("GET", "/caller", wit::Body::Empty);
    known.caller = Some(wit::Caller {
        account: 7,
        login: "li".to_owned(),
        roles: vec!["admin".to_owned()],
        attributes: vec![("level".to_owned(), "3".to_owned())],
    });
    let mut visitor = known.clone();
    let expected = json!({"account": 7, "level": 3, "admin": true, "base": "/requests"});
    assert_eq!(answer(known), (200, expected));
    assert_eq!(get("/caller"), (401, json!({"problem": "Sign in first.", "id": "r-1"})));
    assert_eq!(get("/visitor"), (200, json!(false)));
    visitor.path = "/visitor".to_owned();
    assert_eq!(answer(visitor), (200, json!(true)));
}

#[test]
fn blobs_are_left_to_the_host() {
    let response = runtime::handle(&PLUGIN, request("GET", "/blob", wit::Body::Empty));
    let blob = wit::BlobBody { blob: "b1".to_owned(), filename: Some("scan.png".to_owned()) };
    assert_eq!((response.status, response.body), (201, wit::ResponseBody::Blob(blob)));
    for header in [("content-type", "image/png"), ("x-kind", "blob")] {
        assert!(response.headers.contains(&(header.0.to_owned(), header.1.to_owned())), "{header:?}");
    }
}

#[test]
fn what_is_not_there_is_a_problem_in_the_plugins_words() {
    assert_eq!(get("/nowhere"), (404, json!({"problem": "There is no such operation.", "id": "r-1"})));
    assert_eq!(post("/query", "").0, 405);
    assert_eq!(get("/nothing"), (204, Value::Null));
    assert_eq!(get("/names/a b"), (400, json!({"problem": "The request line is malformed.", "id": "r-1"})));
}

#[test]
fn the_hosts_problems_get_the_plugins_envelope() {
    let problem = Problem { request_id: "r-2".to_owned(), ..Problem::new(ProblemKind::Timeout, "Too slow.") };
    let response = runtime::problem(&PLUGIN, problem);
    let wit::ResponseBody::Bytes(bytes) = response.body else { panic!("no body") };
    let body: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!((response.status, body), (504, json!({"problem": "Too slow.", "id": "r-2"})));
}

#[test]
fn the_description_is_whole() {
    let description = runtime::describe(&PLUGIN);
    let openapi: Value = serde_json::from_str(&description.openapi).unwrap();
    assert_eq!(openapi["openapi"], "3.1.0");
    assert_eq!(openapi["paths"]["/names/{name}"]["get"]["operationId"], "echo_name");
    assert_eq!(openapi["paths"].as_object().map(serde_json::Map::len), Some(10));
    assert_eq!((description.name.as_str(), description.version.as_str()), ("requests", "1.2.3"));
    assert_eq!(description.capabilities, [ward_sdk::Capability::Sql, ward_sdk::Capability::Log]);
    let step = &description.migrations[0];
    assert_eq!((step.version, step.name.as_str(), step.sqlite.as_str()), (1, "first tables", "lite"));
    assert_eq!((description.access_token_seconds, description.refresh_token_seconds), (1_800, 604_800));
}

#[test]
fn a_plugins_own_checks_refuse_in_the_same_words() {
    let rejection = Rejection::field(Location::Query, "from", RejectionKind::Value("after `to`".to_owned()));
    assert_eq!((rejection.field_path(), rejection.message()), ("from".to_owned(), "after `to`".to_owned()));
}
