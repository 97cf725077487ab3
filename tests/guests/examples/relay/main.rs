//! Calls other mounts, in every way that a test orders, and answers calls well and badly. `POST /call` tells what
//! came back; `GET /who` tells who asked.
#![cfg(target_family = "wasm")]

mod badly;
mod later;
mod people;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ward_sdk::prelude::*;
use ward_sdk::services::{Error, Request};
use ward_sdk::{Migration, RateLimit, RateScope, Role, jobs, sql};

/// A call to be made.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
struct Order {
    to: String,
    method: Option<String>,
    path: String,
    #[serde(default)]
    headers: Vec<(String, String)>,
    body: Option<Value>,
    /// How often, one after the other.
    times: Option<u32>,
    /// Whether a transaction is open meanwhile.
    #[serde(default)]
    in_transaction: bool,
}

impl Order {
    fn make(&self) -> Value {
        let method = self.method.as_deref().unwrap_or("GET");
        let mut request = Request::new(method, self.path.as_str());
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(body) = &self.body {
            request = request.header("content-type", "application/json").body(body.to_string().into_bytes());
        }
        let mut told = Value::Null;
        for _ in 0..self.times.unwrap_or(1) {
            told = tell(request.call(&self.to));
        }
        told
    }
}

fn tell(answer: Result<ward_sdk::services::Answer, Error>) -> Value {
    match answer {
        Ok(answer) => {
            let body: Value = answer.json().unwrap_or_else(|| json!({ "bytes": answer.body.len() }));
            json!({ "status": answer.status.as_u16(), "headers": answer.headers, "body": body })
        }
        Err(Error::Denied(why)) => json!({ "error": "denied", "why": why }),
        Err(Error::Invalid(why)) => json!({ "error": "invalid", "why": why }),
        Err(error) => json!({ "error": format!("{error:?}") }),
    }
}

/// Makes the call, and tells what came of it.
#[utoipa::path(post, path = "/call", operation_id = "call", responses((status = 200, body = Value)))]
async fn call(Json(order): Json<Order>) -> Result<Json<Value>, Problem> {
    if !order.in_transaction {
        return Ok(Json(order.make()));
    }
    let told: Result<Value, sql::Error> = sql::transaction(|_| Ok(order.make()));
    Ok(Json(told?))
}

/// Who asks, as it arrives here.
#[utoipa::path(get, path = "/who", operation_id = "who", responses((status = 200, body = Value)))]
async fn who(caller: Option<Caller>, info: RequestInfo, headers: http::HeaderMap) -> Json<Value> {
    let headers: Vec<&str> = headers.keys().map(http::HeaderName::as_str).collect();
    Json(json!({
        "account": caller.as_ref().map(|caller| caller.account),
        "roles": caller.as_ref().map(|caller| caller.roles.clone()),
        "address": info.client_address,
        "request_id": info.request_id,
        "base": info.base,
        "headers": headers,
    }))
}

/// For members alone.
#[utoipa::path(get, path = "/members", operation_id = "members", responses((status = 200, body = bool)))]
async fn members() -> Json<bool> {
    Json(true)
}

/// Writes a row, and tells how many there are.
#[utoipa::path(post, path = "/rows", operation_id = "rows", responses((status = 200, body = i64)))]
async fn rows() -> Result<Json<i64>, Problem> {
    let count = sql::transaction(|within| -> Result<i64, sql::Error> {
        use ward_sdk::sql::Connection as _;
        within.execute("INSERT INTO told (what) VALUES ($1)", &sql::params!["row"])?;
        Ok(within.query_one::<(i64,)>("SELECT COUNT(*) FROM told", &[])?.0)
    })?;
    Ok(Json(count))
}

const TABLES: &str = "CREATE TABLE told (what TEXT NOT NULL);";

const POLICIES: &str = r#"
    permit (principal, action, resource) unless { action == Action::"members" };
    permit (principal in Role::"member", action == Action::"members", resource);
"#;

fn router() -> OpenApiRouter {
    let router = ward_guests::with_fine(OpenApiRouter::new());
    let router = router.routes(routes!(call)).routes(routes!(who)).routes(routes!(members)).routes(routes!(rows));
    people::add(later::add(badly::add(router)))
}

ward_sdk::plugin! {
    name: "relay",
    version: "1.0.0",
    capabilities: [Sql, Identity, Jobs, Events, Services],
    router: router,
    migrations: &[Migration::new("0001_start", TABLES, TABLES)],
    policies: POLICIES,
    roles: &[
        Role { name: "member", description: "May do everything.", administrator: true },
        Role { name: "visitor", description: "May not do what is for members.", administrator: false },
    ],
    envelope: ward_guests::envelope,
    rate_limits: &[RateLimit {
        name: "members",
        scope: RateScope::Account,
        operations: &["members"],
        requests: 3,
        seconds: 60,
    }],
    jobs: &[jobs::handler::<later::Later>()],
}
