//! Computes for ever. The host must end it when its time is up, with the guest's own 504.
#![cfg(target_family = "wasm")]

use std::hint::black_box;

use ward_sdk::prelude::*;

#[utoipa::path(get, path = "/run", operation_id = "run", responses((status = 200)))]
async fn run() -> Json<bool> {
    let mut turns = 0_u64;
    while black_box(true) {
        turns = black_box(turns.wrapping_add(1));
    }
    Json(turns == 0)
}

ward_guests::guest!("endless-loop", [], OpenApiRouter::new().routes(routes!(run)));
