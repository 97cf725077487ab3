//! Writes in a transaction and never commits: `POST /run?end=` forget (answers all the same), trap, or loop.
//! The host must roll back, so that `GET /count` stays 0 and the next writer does not wait.
#![cfg(target_family = "wasm")]

use std::hint::black_box;

use serde::Deserialize;
use ward_sdk::bindings::ward::plugin::sql as contract;
use ward_sdk::prelude::*;
use ward_sdk::sql;

#[derive(Deserialize, IntoParams)]
struct How {
    #[serde(default)]
    end: String,
}

#[utoipa::path(post, path = "/run", operation_id = "run", params(How), responses((status = 200, body = u64)))]
async fn run(Query(how): Query<How>) -> Result<Json<u64>, Problem> {
    let transaction = contract::begin().map_err(sql::Error::from)?;
    let written = transaction.execute("INSERT INTO left_open (note) VALUES ('written')", &[]);
    let written = written.map_err(sql::Error::from)?;
    std::mem::forget(transaction);
    match how.end.as_str() {
        "trap" => core::arch::wasm32::unreachable(),
        "loop" => while black_box(true) {},
        _ => {}
    }
    Ok(Json(written))
}

#[utoipa::path(post, path = "/write", operation_id = "write", responses((status = 200, body = u64)))]
async fn write() -> Result<Json<u64>, Problem> {
    Ok(Json(sql::execute("INSERT INTO kept (note) VALUES ('written')", &[])?))
}

#[utoipa::path(get, path = "/count", operation_id = "count", responses((status = 200, body = i64)))]
async fn count() -> Result<Json<i64>, Problem> {
    let (rows,) = sql::query_one("SELECT count(*) FROM left_open", &[])?;
    Ok(Json(rows))
}

ward_guests::guest!(
    "open-transaction",
    [Sql],
    OpenApiRouter::new().routes(routes!(run)).routes(routes!(write)).routes(routes!(count)),
    migrations: &[ward_sdk::Migration::new(
        "0001_tables",
        "CREATE TABLE left_open (note TEXT NOT NULL); CREATE TABLE kept (note TEXT NOT NULL);",
        "CREATE TABLE left_open (note TEXT NOT NULL); CREATE TABLE kept (note TEXT NOT NULL);",
    )],
);
