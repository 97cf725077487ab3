//! Reads the clock while its router is built. It must not be installed: every request would start from the
//! same time. The error says so.
#![cfg(target_family = "wasm")]

use ward_sdk::prelude::*;

fn router() -> OpenApiRouter {
    std::hint::black_box(std::time::SystemTime::now());
    OpenApiRouter::new()
}

ward_guests::guest!("clock-at-init", [], router());
