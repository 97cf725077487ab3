//! Its document is not JSON. It must not be installed; the error says what is wrong with it.
#![cfg(target_family = "wasm")]

use ward_guests::raw::{self, Description, Raw};

struct Guest;

impl Raw for Guest {
    fn describe() -> Description {
        Description { openapi: "{\"openapi\": ".to_owned(), ..raw::description("bad-openapi") }
    }
}

ward_guests::raw!(Guest);
