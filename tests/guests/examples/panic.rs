//! Panics with a patient's data in the message. The host must answer with the guest's own 500, and neither
//! the answer nor the log may hold the message (`panic-secret-7f3a`).
#![cfg(target_family = "wasm")]

use ward_sdk::prelude::*;

#[utoipa::path(get, path = "/run", operation_id = "run", responses((status = 200)))]
async fn run() -> Json<bool> {
    panic!("patient panic-secret-7f3a, born 1970-01-01")
}

ward_guests::guest!("panic", [], OpenApiRouter::new().routes(routes!(run)));
