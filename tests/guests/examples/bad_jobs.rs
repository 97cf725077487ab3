//! Does in the background what no plugin should: `POST /run?kind=` `loop` computes for ever, `trap` traps, `memory`
//! takes memory without end, `hold` keeps a transaction open for ever, `unknown` is a kind that it does not know.
//! `POST /raw` enqueues what the SDK would not. The host must end each attempt, try it again, give it up at last with a
//! reason of its own, refuse what cannot be, and answer all the others meanwhile.
#![cfg(target_family = "wasm")]

use std::hint::black_box;

use serde::{Deserialize, Serialize};
use ward_sdk::bindings::ward::plugin::jobs as contract;
use ward_sdk::bindings::ward::plugin::sql as contract_sql;
use ward_sdk::jobs::{self, Failure, Job, Work};
use ward_sdk::prelude::*;

macro_rules! bad {
    ($($name:ident, $kind:literal, $run:expr;)*) => {
        $(
            #[derive(Deserialize, Serialize)]
            struct $name {}

            impl Work for $name {
                const KIND: &'static str = $kind;

                fn run(self, _: &Job) -> Result<(), Failure> {
                    $run();
                    Ok(())
                }
            }
        )*
    };
}

bad! {
    Loop, "loop", || while black_box(true) {};
    Trap, "trap", || core::arch::wasm32::unreachable();
    Memory, "memory", take_memory;
    Hold, "hold", hold;
}

fn take_memory() {
    let mut taken = Vec::new();
    while black_box(true) {
        taken.push(black_box(vec![1_u8; 1 << 20]));
    }
}

fn hold() {
    let transaction = contract_sql::begin();
    let held = transaction.map(|open| {
        let written = open.execute("INSERT INTO left_open (note) VALUES ('written')", &[]);
        std::mem::forget(open);
        written
    });
    while black_box(held.is_ok()) {}
}

/// As the contract has it.
#[derive(Deserialize, ToSchema)]
struct Raw {
    kind: String,
    #[serde(default = "nothing")]
    payload: String,
    #[serde(default)]
    priority: i32,
    #[serde(default)]
    delay_ms: u64,
    attempts: Option<u32>,
    key: Option<String>,
}

fn nothing() -> String {
    "{}".to_owned()
}

/// The job's id, or the name of the host's error.
#[utoipa::path(post, path = "/raw", operation_id = "raw", responses((status = 200, body = String)))]
async fn raw(Json(raw): Json<Raw>) -> Json<String> {
    let Raw { kind, payload, priority, delay_ms, attempts, key } = raw;
    let job = contract::NewJob { kind, payload, priority, delay_ms, attempts, key };
    let enqueued = contract_sql::begin().map_err(|_| contract::Error::Unavailable).and_then(|transaction| {
        let id = contract::enqueue(&job, &transaction)?;
        contract_sql::Transaction::commit(transaction).map_err(|_| contract::Error::Conflict)?;
        Ok(id)
    });
    Json(enqueued.unwrap_or_else(|error| format!("{error:?}")))
}

/// State, attempt and reason.
#[utoipa::path(get, path = "/jobs/{id}", operation_id = "state", params(("id" = String, Path)),
    responses((status = 200, body = String)))]
async fn state(Path(id): Path<String>) -> Result<Json<(String, u32, Option<String>)>, Problem> {
    let info = jobs::look_up(&id)?;
    Ok(Json((format!("{:?}", info.state), info.attempt, info.reason)))
}

ward_guests::guest!(
    "bad-jobs",
    [Sql, Jobs],
    OpenApiRouter::new().routes(routes!(raw)).routes(routes!(state)),
    jobs: &[
        jobs::handler::<Loop>(),
        jobs::handler::<Trap>(),
        jobs::handler::<Memory>(),
        jobs::handler::<Hold>(),
    ],
    migrations: &[ward_sdk::Migration::new(
        "0001_tables",
        "CREATE TABLE left_open (note TEXT NOT NULL)",
        "CREATE TABLE left_open (note TEXT NOT NULL)",
    )],
);
