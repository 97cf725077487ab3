//! A well-behaved plugin that works in the background: it enqueues what it is told, writes down what its
//! jobs do, publishes, and answers with streams. Its answers say what the host answered.
#![cfg(target_family = "wasm")]

mod happenings;
mod people;
mod work;

use ward_sdk::prelude::*;
use ward_sdk::{Migration, Role, Schedule, Subscription, jobs};

/// `step` is `began` or `ended`; `place` is the order of writing.
const TABLES: &str = "
    CREATE TABLE step (place BIGINT PRIMARY KEY, job TEXT NOT NULL, attempt BIGINT NOT NULL, key TEXT NOT NULL,
        text TEXT NOT NULL, step TEXT NOT NULL);
    CREATE TABLE heard (id TEXT PRIMARY KEY, topic TEXT NOT NULL, data TEXT NOT NULL, place BIGINT NOT NULL);
";

fn router() -> OpenApiRouter {
    let router = ward_guests::with_fine(OpenApiRouter::new());
    people::add(happenings::add(work::add(router)))
}

ward_sdk::plugin! {
    name: "worker",
    version: "1.0.0+first",
    capabilities: [Sql, Identity, Jobs, Events],
    router: router,
    migrations: &[Migration::new("0001_start", TABLES, TABLES)],
    policies: ward_guests::OPEN,
    roles: &[Role { name: "member", description: "May listen.", administrator: true }],
    envelope: ward_guests::envelope,
    jobs: &[jobs::handler::<work::Task>(), jobs::handler::<happenings::Heard>()],
    schedules: &[Schedule {
        name: "nightly",
        cron: "30 2 * * *",
        kind: "task",
        payload: r#"{"text":"nightly"}"#,
    }],
    subscriptions: &[Subscription { publisher: "worker", topic: "notes", kind: "heard" }],
}
