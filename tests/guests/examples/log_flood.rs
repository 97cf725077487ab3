//! Writes 100,000 lines of 8 KiB to the log. The host must cut and drop them, count what it dropped, and
//! answer as ever.
#![cfg(target_family = "wasm")]

use ward_sdk::log;
use ward_sdk::prelude::*;

#[utoipa::path(get, path = "/run", operation_id = "run", responses((status = 200, body = bool)))]
async fn run() -> Json<bool> {
    let line = "flood ".repeat(1365);
    for _ in 0..100_000 {
        log::write(log::Level::Info, &line);
    }
    Json(true)
}

ward_guests::guest!("log-flood", [Log], OpenApiRouter::new().routes(routes!(run)));
