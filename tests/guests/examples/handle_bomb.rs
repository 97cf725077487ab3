//! Opens transactions (`/run?kind=transactions`) or object writers (`kind=writers`) and keeps them all. The
//! host must refuse more than its limits allow; the answer is the number it got, and the refusal.
#![cfg(target_family = "wasm")]

use serde::{Deserialize, Serialize};
use ward_sdk::bindings::ward::plugin::{blobs, sql};
use ward_sdk::prelude::*;

/// More than any limit.
const WANTED: usize = 100_000;

#[derive(Deserialize, IntoParams)]
struct What {
    kind: String,
}

#[derive(Serialize, ToSchema)]
struct Outcome {
    opened: usize,
    refusal: String,
}

fn open<T>(one: impl Fn() -> Result<T, String>) -> Outcome {
    let mut held = Vec::new();
    while held.len() < WANTED {
        match one() {
            Ok(handle) => held.push(handle),
            Err(refusal) => return Outcome { opened: held.len(), refusal },
        }
    }
    Outcome { opened: held.len(), refusal: String::new() }
}

#[utoipa::path(get, path = "/run", operation_id = "run", params(What), responses((status = 200, body = Outcome)))]
async fn run(Query(what): Query<What>) -> Json<Outcome> {
    Json(match what.kind.as_str() {
        "writers" => open(|| blobs::create().map_err(|error| format!("{error:?}"))),
        _ => open(|| sql::begin().map_err(|error| format!("{error:?}"))),
    })
}

ward_guests::guest!("handle-bomb", [Sql, Blobs], OpenApiRouter::new().routes(routes!(run)));
