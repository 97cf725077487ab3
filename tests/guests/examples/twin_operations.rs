//! Two of its operations have the same `operationId`. It must not be installed; the error names it.
#![cfg(target_family = "wasm")]

use serde_json::json;
use ward_guests::raw::{self, Description, Raw};

struct Guest;

impl Raw for Guest {
    fn describe() -> Description {
        let mut document = raw::document();
        document["paths"]["/twin"] = json!({"get": {"operationId": "run", "responses": {}}});
        Description { openapi: document.to_string(), ..raw::description("twin-operations") }
    }
}

ward_guests::raw!(Guest);
