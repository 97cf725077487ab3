//! Tries to leave its schema: `POST /run` with a statement, alone or in a transaction. What to try is the
//! tests' to know; the answer is the error, or the rows that it must not have got.
#![cfg(target_family = "wasm")]

use serde::{Deserialize, Serialize};
use ward_sdk::prelude::*;
use ward_sdk::sql::{self, Connection, Row};

#[derive(Deserialize, ToSchema)]
struct Attempt {
    statement: String,
    #[serde(default)]
    transaction: bool,
    /// Whether to expect no rows.
    #[serde(default)]
    execute: bool,
}

#[derive(Serialize, ToSchema)]
struct Outcome {
    error: Option<String>,
    rows: Vec<String>,
}

fn attempt(on: &impl Connection, attempt: &Attempt) -> Result<Vec<Row>, sql::Error> {
    if attempt.execute {
        return on.execute(&attempt.statement, &[]).map(|_| Vec::new());
    }
    on.rows(&attempt.statement, &[])
}

#[utoipa::path(post, path = "/run", operation_id = "run", responses((status = 200, body = Outcome)))]
async fn run(Json(tried): Json<Attempt>) -> Json<Outcome> {
    let result = if tried.transaction {
        sql::transaction(|transaction| attempt(transaction, &tried))
    } else {
        attempt(&sql::Database, &tried)
    };
    Json(match result {
        Ok(rows) => Outcome { error: None, rows: rows.iter().map(|row| format!("{row:?}")).collect() },
        Err(error) => Outcome { error: Some(format!("{error:?}")), rows: Vec::new() },
    })
}

ward_guests::guest!(
    "sql-escape",
    [Sql],
    OpenApiRouter::new().routes(routes!(run)),
    migrations: &[ward_sdk::Migration::new(
        "0001_own",
        "CREATE TABLE own (id BIGINT PRIMARY KEY); INSERT INTO own VALUES (1);",
        "CREATE TABLE own (id BIGINT PRIMARY KEY); INSERT INTO own VALUES (1);",
    )],
);
