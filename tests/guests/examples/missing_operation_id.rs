//! One of its operations has no `operationId`. It must not be installed; the error names path and method.
#![cfg(target_family = "wasm")]

use serde_json::json;
use ward_guests::raw::{self, Description, Raw};

struct Guest;

impl Raw for Guest {
    fn describe() -> Description {
        let mut document = raw::document();
        document["paths"]["/nameless"] = json!({"post": {"responses": {}}});
        Description { openapi: document.to_string(), ..raw::description("missing-operation-id") }
    }
}

ward_guests::raw!(Guest);
