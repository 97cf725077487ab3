//! Policies, settings, the log, time, randomness and plain computing.

use std::hint::black_box;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use ward_sdk::policy::{self, Entity};
use ward_sdk::prelude::*;
use ward_sdk::serde_json::{Map, Value, json};
use ward_sdk::{config, log};

pub(crate) fn add(router: OpenApiRouter) -> OpenApiRouter {
    router
        .routes(routes!(decide))
        .routes(routes!(read_setting))
        .routes(routes!(write_log))
        .routes(routes!(now))
        .routes(routes!(random))
        .routes(routes!(slow))
        .routes(routes!(limited))
}

/// A record, and what to ask about it. `action` is `read` where it is absent, so that tests can also ask
/// what the schema does not know.
#[derive(Deserialize, ToSchema)]
struct Question {
    #[serde(default = "read")]
    action: String,
    #[schema(value_type = Object)]
    attributes: Map<String, Value>,
    #[serde(default)]
    #[schema(value_type = Object)]
    context: Map<String, Value>,
}

fn read() -> String {
    "read".to_owned()
}

#[derive(Serialize, ToSchema)]
struct Decided {
    allowed: bool,
    forbidden_by: Vec<String>,
    error: Option<String>,
}

#[utoipa::path(post, path = "/decide", operation_id = "decide", responses((status = 200, body = Decided)))]
async fn decide(Json(question): Json<Question>) -> Json<Decided> {
    let attributes = Value::Object(question.attributes);
    let record = Entity { kind: "Record", id: "R1".to_owned(), attributes };
    let context = Value::Object(question.context);
    let (allowed, forbidden_by, error) = match policy::authorize_with(&question.action, &record, &context) {
        Ok(()) => (true, Vec::new(), None),
        Err(policy::Error::Denied(policies)) => (false, policies, None),
        Err(other) => (false, Vec::new(), Some(other.to_string())),
    };
    Json(Decided { allowed, forbidden_by, error })
}

#[utoipa::path(get, path = "/settings/{name}", operation_id = "read_setting", params(("name" = String, Path)),
    responses((status = 200, body = Object)))]
async fn read_setting(Path(name): Path<String>) -> Json<Value> {
    Json(json!({"setting": config::setting(&name), "secret": config::secret(&name)}))
}

#[derive(Deserialize, ToSchema)]
struct Line {
    level: String,
    message: String,
}

#[utoipa::path(post, path = "/log", operation_id = "write_log", responses((status = 204)))]
async fn write_log(Json(line): Json<Line>) -> StatusCode {
    let message = &line.message;
    match line.level.as_str() {
        "debug" => log::debug!("{message}"),
        "warn" => log::warn!("{message}"),
        "error" => log::error!("{message}"),
        _ => log::info!("{message}"),
    }
    StatusCode::NO_CONTENT
}

/// Milliseconds since 1970.
#[utoipa::path(get, path = "/now", operation_id = "now", responses((status = 200, body = u64)))]
async fn now() -> Json<u64> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Json(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// Another one in every request, although all start from one image.
#[utoipa::path(get, path = "/random", operation_id = "random", responses((status = 200, body = String)))]
async fn random() -> Json<String> {
    Json(uuid::Uuid::new_v4().to_string())
}

#[derive(Deserialize, IntoParams)]
struct Work {
    milliseconds: u64,
}

/// Computes, without a call to the host but for the clock, as long as it is told. Answers the turns it took.
#[utoipa::path(get, path = "/slow", operation_id = "slow", params(Work), responses((status = 200, body = u64)))]
async fn slow(Query(work): Query<Work>) -> Json<u64> {
    let started = Instant::now();
    let mut turns = 0_u64;
    let mut mixed = 1_u64;
    while started.elapsed().as_millis() < u128::from(work.milliseconds) {
        for _ in 0..100_000 {
            mixed = black_box(mixed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
        }
        turns += 1;
    }
    Json(turns)
}

/// Has a rate limit: three a minute from one address.
#[utoipa::path(get, path = "/limited", operation_id = "limited", responses((status = 200, body = bool)))]
async fn limited() -> Json<bool> {
    Json(true)
}
