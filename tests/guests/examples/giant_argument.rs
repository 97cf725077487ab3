//! Passes `/run?mib=` (100 if not said) to a host call: `what=` statement, parameter, parameters, log,
//! setting, blob, login or entity. The host must refuse it (an error in the answer, or the guest's own 500)
//! and must not take that memory for itself.
#![cfg(target_family = "wasm")]

use serde::Deserialize;
use serde_json::json;
use ward_sdk::bindings::ward::plugin::blobs;
use ward_sdk::identity::{self, LoginKind};
use ward_sdk::policy::{self, Entity};
use ward_sdk::prelude::*;
use ward_sdk::sql::Value;
use ward_sdk::{config, log, sql};

#[derive(Deserialize, IntoParams)]
struct Argument {
    what: String,
    #[serde(default = "hundred")]
    mib: usize,
}

fn hundred() -> usize {
    100
}

#[utoipa::path(get, path = "/run", operation_id = "run", params(Argument), responses((status = 200, body = String)))]
async fn run(Query(argument): Query<Argument>) -> Json<String> {
    let giant = "x".repeat(argument.mib << 20);
    Json(match argument.what.as_str() {
        "statement" => outcome(sql::query::<sql::Row>(&format!("SELECT '{giant}'"), &[])),
        "parameter" => outcome(sql::query::<sql::Row>("SELECT length($1)", &[Value::Text(giant)])),
        "parameters" => outcome(sql::query::<sql::Row>("SELECT 1", &vec![Value::Null; giant.len() / 16])),
        "log" => {
            log::write(log::Level::Info, &giant);
            "logged".to_owned()
        }
        "setting" => format!("{:?}", config::setting(&giant)),
        "blob" => outcome(blobs::create().and_then(|writer| writer.write(giant.as_bytes()))),
        "login" => outcome(identity::verify(&[LoginKind::Username], &giant, &giant)),
        _ => outcome(policy::authorize("read", &entity(&giant))),
    })
}

fn entity(giant: &str) -> Entity {
    Entity { kind: "Record", id: "1".to_owned(), attributes: json!({"name": giant}) }
}

/// The error, or that there was none; never the giant itself.
fn outcome<T, E: std::fmt::Debug>(result: Result<T, E>) -> String {
    match result {
        Ok(_) => "taken".to_owned(),
        Err(error) => format!("{error:?}").chars().take(500).collect(),
    }
}

ward_guests::guest!(
    "giant-argument",
    [Sql, Blobs, Identity, Policy, Config, Log],
    OpenApiRouter::new().routes(routes!(run)),
    schema: r"
        entity Record = { name: String };
        action read appliesTo { principal: [Account, Anonymous], resource: Record };
    ",
);
