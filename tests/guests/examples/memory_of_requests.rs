//! Counts its requests in a static. As nothing of a request may survive it, the count is 1 every time.
#![cfg(target_family = "wasm")]

use std::sync::atomic::{AtomicU64, Ordering};

use ward_sdk::prelude::*;

static REQUESTS: AtomicU64 = AtomicU64::new(0);

#[utoipa::path(get, path = "/run", operation_id = "run", responses((status = 200, body = u64)))]
async fn run() -> Json<u64> {
    Json(REQUESTS.fetch_add(1, Ordering::Relaxed) + 1)
}

ward_guests::guest!("memory-of-requests", [], OpenApiRouter::new().routes(routes!(run)));
