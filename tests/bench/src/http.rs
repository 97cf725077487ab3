//! Requests over HTTP: the whole path beside a native axum route in the same process.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use axum::Json;
use axum::extract::Path;
use axum::routing::get;
use serde_json::{Value, json};
use ward_tests::Ward;

use crate::table::{Table, ratio};
use crate::wrk::requests_per_second;

/// Measures.
pub async fn run() -> Result<Table> {
    let ward = Ward::builder().guest("hundred-routes", &[]).guest("ungranted", &["sql"]).start().await;
    let admin = ward.admin().await;
    let native = native().await?;
    let at = |path: &str| format!("http://{}{path}", ward.address());

    let axum = requests_per_second(&format!("http://{native}/resource50/7"), None).await?;
    let mut table = Table::new("Requests over HTTP", &["path", "requests/s", "to axum", "time each, 2 cores"]);
    let mut line = |name: &str, rate: f64| {
        table.row([name.to_owned(), format!("{rate:.0}"), ratio(rate / axum), format!("{:.1} µs", 2e6 / rate)]);
    };
    line("a native axum route", axum);
    for (name, path, token) in [
        ("gateway only (/health of the host)", "/health", None),
        ("fresh instance, without token", "/hundred-routes/resource50/7", None),
        ("the whole path: token, policy, fresh instance", "/hundred-routes/resource50/7", Some(admin.token())),
        ("the whole path, recorded in the audit", "/hundred-routes/resource99/7", Some(admin.token())),
        ("the whole path and one SELECT", "/ungranted/run", Some(admin.token())),
    ] {
        line(name, requests_per_second(&at(path), token).await?);
    }
    table.note("wrk, 2 threads, 16 connections, on the same cores as the server; the rate limits are off.");
    Ok(table)
}

/// The handler of the guest, without Ward.
async fn native() -> Result<SocketAddr> {
    async fn route(Path(id): Path<i64>) -> Json<Value> {
        Json(json!({ "kind": 50, "id": id, "name": format!("resource {id}"), "tags": ["one", "two", "three"] }))
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let router = axum::Router::new().route("/resource50/{id}", get(route));
    tokio::spawn(async move { axum::serve(listener, router).await.context("axum") });
    Ok(address)
}
