//! Has a schedule whose time never comes. The host must not install it, and must say which schedule it is.
#![cfg(target_family = "wasm")]

use ward_sdk::Schedule;
use ward_sdk::prelude::*;

ward_guests::guest!(
    "bad-schedule",
    [Sql, Jobs],
    OpenApiRouter::new(),
    schedules: &[Schedule { name: "never", cron: "0 0 30 2 *", kind: "task", payload: "null" }],
);
