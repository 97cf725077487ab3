//! Its second migration fails. It must not be installed, the error names the migration, and nothing of that
//! step stays in the database.
#![cfg(target_family = "wasm")]

use ward_guests::raw::{self, Capability, Description, Raw, SchemaBounds};
use ward_sdk::bindings::exports::ward::plugin::describe::Migration;

struct Guest;

fn migration(version: u32, name: &str, sql: &str) -> Migration {
    Migration { version, name: name.to_owned(), sqlite: sql.to_owned(), postgres: sql.to_owned() }
}

impl Raw for Guest {
    fn describe() -> Description {
        Description {
            capabilities: vec![Capability::Sql],
            migrations: vec![
                migration(1, "start", "CREATE TABLE one (id BIGINT PRIMARY KEY);"),
                migration(2, "broken", "CREATE TABLE two (id BIGINT PRIMARY KEY); INSERT INTO nowhere VALUES (1);"),
            ],
            works_with: SchemaBounds { minimum: 2, maximum: 2 },
            ..raw::description("bad-migration")
        }
    }
}

ward_guests::raw!(Guest);
