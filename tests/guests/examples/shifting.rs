//! A plugin of many versions. What it says of itself is written into it after it was built: JSON behind a
//! mark in its bytes (`ward_tests::shifting` does that). So one guest is every version that a test needs,
//! sound or not: one that is swapped, one whose migration fails, one whose `describe` traps or never ends.
#![cfg(target_family = "wasm")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ward_guests::raw::{self, Capability, Description, Problem, Raw, Request, Response, SchemaBounds};
use ward_guests::shifting::{BYTES, MARK};
use ward_sdk::bindings::exports::ward::plugin::describe::Migration;
use ward_sdk::bindings::ward::plugin::sql;

/// The mark, and room for what is written behind it.
static SPECIFICATION: [u8; BYTES] = room();

const fn room() -> [u8; BYTES] {
    let mut room = [b' '; BYTES];
    let mut place = 0;
    while place < MARK.len() {
        room[place] = MARK.as_bytes()[place];
        place += 1;
    }
    room
}

struct Guest;

fn specification() -> Value {
    let written = &black_box(&SPECIFICATION)[MARK.len()..];
    serde_json::from_slice(written.trim_ascii()).unwrap_or_else(|_| json!({}))
}

fn text(specification: &Value, key: &str, otherwise: &str) -> String {
    specification[key].as_str().unwrap_or(otherwise).to_owned()
}

fn document(specification: &Value) -> String {
    match &specification["openapi"] {
        Value::Null => {
            let operation =
                |id: &str| json!({"get": {"operationId": id, "responses": {"200": {"description": "fine"}}}});
            let mut document = raw::document();
            for id in ["version", "slow", "count"] {
                document["paths"][format!("/{id}")] = operation(id);
            }
            document.to_string()
        }
        Value::String(text) => text.clone(),
        document => document.to_string(),
    }
}

fn migrations(specification: &Value) -> Vec<Migration> {
    let texts = specification["migrations"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let migration = |(version, sql): (u32, &str)| Migration {
        version,
        name: format!("step {version}"),
        sqlite: sql.to_owned(),
        postgres: sql.to_owned(),
    };
    (1..).zip(texts).map(migration).collect()
}

fn works_with(specification: &Value, migrations: usize) -> SchemaBounds {
    let bound = |key: &str| {
        let own = u64::try_from(migrations).unwrap_or_default();
        u32::try_from(specification[key].as_u64().unwrap_or(own)).unwrap_or(u32::MAX)
    };
    SchemaBounds { minimum: bound("minimum"), maximum: bound("maximum") }
}

fn count() -> Response {
    match sql::query("SELECT count(*) FROM note", &[]) {
        Ok(found) => match found.rows.first().map(Vec::as_slice) {
            Some([sql::Value::Int64(count)]) => raw::text(200, &count.to_string()),
            _ => raw::text(500, "no count"),
        },
        Err(_) => raw::text(500, "no table"),
    }
}

/// Computes for so many milliseconds.
fn compute(milliseconds: u64) {
    let end = Instant::now() + Duration::from_millis(milliseconds);
    while Instant::now() < end {
        black_box(());
    }
}

impl Raw for Guest {
    fn describe() -> Description {
        let specification = specification();
        match specification["describe"].as_str() {
            Some("trap") => core::arch::wasm32::unreachable(),
            Some("loop") => loop {
                black_box(());
            },
            _ => {}
        }
        let migrations = migrations(&specification);
        let padding = usize::try_from(specification["padding"].as_u64().unwrap_or_default()).unwrap_or_default();
        Description {
            version: text(&specification, "version", "1.0.0"),
            capabilities: vec![Capability::Sql],
            openapi: document(&specification) + &" ".repeat(padding),
            works_with: works_with(&specification, migrations.len()),
            migrations,
            cedar_policies: text(&specification, "policies", ward_guests::OPEN),
            ..raw::description(&text(&specification, "name", "shifting"))
        }
    }

    fn handle(request: Request) -> Response {
        match request.operation.as_str() {
            "count" => return count(),
            "slow" => compute(raw::number(&request.query, "ms")),
            _ => {}
        }
        raw::text(200, &text(&specification(), "version", "1.0.0"))
    }

    fn answer_problem(problem: Problem) -> Response {
        if specification()["unwell"] == json!(true) {
            core::arch::wasm32::unreachable();
        }
        raw::text(problem.status, "the guest's own words")
    }
}

ward_guests::raw!(Guest);
