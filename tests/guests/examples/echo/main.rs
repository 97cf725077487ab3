//! A well-behaved plugin that uses everything a plugin can use. Its answers say what arrived and what the
//! host answered, so that tests can look through it at the host.
#![cfg(target_family = "wasm")]

mod accounts;
mod mirror;
mod notes;
mod objects;
mod platform;

use ward_sdk::prelude::*;
use ward_sdk::{Migration, RateLimit, RateScope, Role, Tokens};

const TABLES: &str = "
    CREATE TABLE note (id BIGINT PRIMARY KEY, text TEXT NOT NULL UNIQUE, written BIGINT NOT NULL);
    CREATE TABLE counter (name TEXT PRIMARY KEY, value BIGINT NOT NULL CHECK (value >= 0));
    CREATE TABLE object (blob TEXT PRIMARY KEY, name TEXT NOT NULL);
";

const SCHEMA: &str = r#"
    type AccountAttributes = { "team"?: String };
    entity Record = { "team": String, "open": Bool, "sealed": Bool };
    action "read" appliesTo {
        principal: [Account, Anonymous], resource: [Record], context: { "reason"?: String }
    };
"#;

/// Everyone may do everything but remove a note, which takes a writer, and what is asked of `Record`.
const POLICIES: &str = r#"
    permit (principal, action, resource is Domain) unless { action == Action::"remove_note" };
    permit (principal in Role::"writer", action == Action::"remove_note", resource);
    permit (principal, action == Action::"read", resource) when { resource.open };
    permit (principal is Account, action == Action::"read", resource)
        when { principal.attributes has team && principal.attributes.team == resource.team };
    @id("sealed")
    forbid (principal, action == Action::"read", resource) when { resource.sealed };
"#;

fn router() -> OpenApiRouter {
    let router = OpenApiRouter::new();
    accounts::add(objects::add(notes::add(platform::add(mirror::add(router)))))
}

ward_sdk::plugin! {
    name: "echo",
    version: "1.0.0",
    capabilities: [Sql, Blobs, Identity, Policy, Config, Log],
    router: router,
    migrations: &[Migration::new("0001_start", TABLES, TABLES)],
    schema: SCHEMA,
    policies: POLICIES,
    roles: &[
        Role { name: "writer", description: "May remove notes.", administrator: true },
        Role { name: "reader", description: "May read notes.", administrator: false },
    ],
    rate_limits: &[RateLimit {
        name: "limited",
        scope: RateScope::Address,
        operations: &["limited"],
        requests: 3,
        seconds: 60,
    }],
    tokens: Tokens { access_seconds: 600, refresh_seconds: 3_600 },
    envelope: ward_guests::envelope,
}
