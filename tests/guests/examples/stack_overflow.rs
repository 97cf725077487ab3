//! Calls itself without end. The host must answer with the guest's own 500 and keep its own stack.
#![cfg(target_family = "wasm")]

use std::hint::black_box;

use ward_sdk::prelude::*;

fn deeper(depth: u64) -> u64 {
    let kept = black_box([depth; 32]);
    if black_box(true) { deeper(depth + 1) + kept[(depth % 32) as usize] } else { depth }
}

#[utoipa::path(get, path = "/run", operation_id = "run", responses((status = 200)))]
async fn run() -> Json<u64> {
    Json(deeper(0))
}

ward_guests::guest!("stack-overflow", [], OpenApiRouter::new().routes(routes!(run)));
