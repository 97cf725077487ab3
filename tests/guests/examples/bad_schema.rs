//! Its Cedar schema does not parse. It must not be installed; the error gives the line.
#![cfg(target_family = "wasm")]

use ward_guests::raw::{self, Description, Raw};

struct Guest;

impl Raw for Guest {
    fn describe() -> Description {
        let schema = "entity Record = {\n  owner: ;\n};";
        Description { cedar_schema: schema.to_owned(), ..raw::description("bad-schema") }
    }
}

ward_guests::raw!(Guest);
