//! Draws a random number while its router is built. It must not be installed: every request would start from
//! the same number. The error says so.
#![cfg(target_family = "wasm")]

use ward_sdk::prelude::*;

fn router() -> OpenApiRouter {
    std::hint::black_box(uuid::Uuid::new_v4());
    OpenApiRouter::new()
}

ward_guests::guest!("random-at-init", [], router());
