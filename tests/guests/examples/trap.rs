//! Executes `unreachable`. The host must answer with the guest's own 500.
#![cfg(target_family = "wasm")]

use ward_sdk::prelude::*;

#[utoipa::path(get, path = "/run", operation_id = "run", responses((status = 200)))]
async fn run() -> Json<bool> {
    core::arch::wasm32::unreachable()
}

ward_guests::guest!("trap", [], OpenApiRouter::new().routes(routes!(run)));
