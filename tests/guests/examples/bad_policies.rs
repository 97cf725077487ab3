//! Its policies speak of an action that does not exist. It must not be installed; the error names it.
#![cfg(target_family = "wasm")]

use ward_guests::raw::{self, Description, Raw};

struct Guest;

impl Raw for Guest {
    fn describe() -> Description {
        let policies = "permit (principal, action == Action::\"no_such_operation\", resource);";
        Description { cedar_policies: policies.to_owned(), ..raw::description("bad-policies") }
    }
}

ward_guests::raw!(Guest);
