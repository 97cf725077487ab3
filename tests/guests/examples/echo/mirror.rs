//! Operations that answer with what arrived.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ward_sdk::PartContent;
use ward_sdk::http::{HeaderMap, Method, Uri};
use ward_sdk::prelude::*;

pub(crate) fn add(router: OpenApiRouter) -> OpenApiRouter {
    router
        .routes(routes!(echo_json))
        .routes(routes!(echo_form))
        .routes(routes!(echo_multipart))
        .routes(routes!(echo_query))
        .routes(routes!(echo_name))
        .routes(routes!(echo_request))
        .routes(routes!(small_body))
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Colour {
    Red,
    Green,
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Thing {
    text: String,
    number: i32,
    #[serde(default)]
    colour: Option<Colour>,
    #[serde(default)]
    #[schema(no_recursion)]
    parts: Vec<Thing>,
}

#[utoipa::path(post, path = "/json", operation_id = "echo_json", request_body = Thing,
    responses((status = 200, body = Thing)))]
async fn echo_json(Json(thing): Json<Thing>) -> Json<Thing> {
    Json(thing)
}

/// Like `echo_json`, but its body may have no more than 100 bytes.
#[utoipa::path(post, path = "/small", operation_id = "small_body", request_body = Thing,
    responses((status = 200, body = Thing)), extensions(("x-ward-limits" = json!({"body_bytes": 100}))))]
async fn small_body(Json(thing): Json<Thing>) -> Json<Thing> {
    Json(thing)
}

#[derive(Deserialize, Serialize, ToSchema)]
struct Fields {
    text: String,
    number: i32,
    #[serde(default)]
    tag: Vec<String>,
}

#[utoipa::path(post, path = "/form", operation_id = "echo_form",
    request_body(content = Fields, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = Fields)))]
async fn echo_form(Form(fields): Form<Fields>) -> Json<Fields> {
    Json(fields)
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form")]
struct Upload {
    text: String,
    #[schema(value_type = Vec<String>, format = Binary)]
    file: Vec<String>,
}

#[utoipa::path(post, path = "/multipart", operation_id = "echo_multipart",
    request_body(content = Upload, content_type = "multipart/form-data"),
    responses((status = 200, body = Vec<Object>)))]
async fn echo_multipart(form: Multipart) -> Json<Vec<Value>> {
    let part = |part: &ward_sdk::Part| match &part.content {
        PartContent::Text(text) => json!({"name": part.name, "text": text}),
        PartContent::File(file) => json!({
            "name": part.name,
            "filename": file.filename,
            "media_type": file.media_type,
            "sniffed_type": file.sniffed_type,
            "size": file.size,
            "sha256": file.sha256,
        }),
    };
    Json(form.parts.iter().map(part).collect())
}

#[derive(Deserialize, Serialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
struct Search {
    text: Option<String>,
    #[serde(default)]
    limit: u8,
    #[serde(default)]
    flag: bool,
    #[serde(default)]
    tag: Vec<String>,
}

#[utoipa::path(get, path = "/query", operation_id = "echo_query", params(Search),
    responses((status = 200, body = Search)))]
async fn echo_query(Query(search): Query<Search>) -> Json<Search> {
    Json(search)
}

/// Also for names that are percent-encoded in the path.
#[utoipa::path(get, path = "/names/{name}", operation_id = "echo_name", params(("name" = String, Path)),
    responses((status = 200, body = String)))]
async fn echo_name(Path(name): Path<String>) -> Json<String> {
    Json(name)
}

#[derive(Serialize, ToSchema)]
struct Arrived {
    method: String,
    path: String,
    query: Option<String>,
    headers: BTreeMap<String, Vec<String>>,
    operation: String,
    request_id: String,
    client_address: String,
    base: String,
}

#[utoipa::path(get, path = "/request", operation_id = "echo_request", responses((status = 200, body = Arrived)))]
async fn echo_request(method: Method, uri: Uri, headers: HeaderMap, info: RequestInfo) -> Json<Arrived> {
    let mut names = BTreeMap::<String, Vec<String>>::new();
    for (name, value) in &headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        names.entry(name.to_string()).or_default().push(value);
    }
    Json(Arrived {
        method: method.to_string(),
        path: uri.path().to_owned(),
        query: uri.query().map(str::to_owned),
        headers: names,
        operation: info.operation,
        request_id: info.request_id,
        client_address: info.client_address,
        base: info.base,
    })
}
