//! Takes memory until there is none. The host must refuse it at the limit `memory_bytes`, answer with the
//! guest's own 500, and hold no memory for it afterwards.
#![cfg(target_family = "wasm")]

use std::hint::black_box;

use ward_sdk::prelude::*;

#[utoipa::path(get, path = "/run", operation_id = "run", responses((status = 200)))]
async fn run() -> Json<usize> {
    let mut taken = Vec::new();
    while black_box(true) {
        taken.push(vec![7_u8; 1 << 20]);
    }
    Json(taken.len())
}

ward_guests::guest!("memory-bomb", [], OpenApiRouter::new().routes(routes!(run)));
