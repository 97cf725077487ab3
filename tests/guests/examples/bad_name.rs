//! Its name would be a path. It must not be installed; the error says what a name may hold.
#![cfg(target_family = "wasm")]

use ward_guests::raw::{self, Description, Raw};

struct Guest;

impl Raw for Guest {
    fn describe() -> Description {
        raw::description("../host")
    }
}

ward_guests::raw!(Guest);
