//! Traps in `handle` and again when asked to shape that problem, but not when asked how it is. The host must
//! answer with words of its own, and must not ask again.
#![cfg(target_family = "wasm")]

use ward_guests::raw::{self, Description, Problem, Raw, Request, Response};

struct Guest;

impl Raw for Guest {
    fn describe() -> Description {
        raw::description("problem-traps")
    }

    fn handle(_: Request) -> Response {
        core::arch::wasm32::unreachable()
    }

    fn answer_problem(problem: Problem) -> Response {
        if problem.request_id == "health" {
            return raw::text(problem.status, "well");
        }
        core::arch::wasm32::unreachable()
    }
}

ward_guests::raw!(Guest);
