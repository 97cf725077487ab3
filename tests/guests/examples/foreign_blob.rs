//! Asks for objects that are not its own: `GET /blob?id=` reads and removes a blob, `GET /serve?id=` answers
//! with it, `GET /upload?number=` reads an upload of this request. The host must find nothing.
#![cfg(target_family = "wasm")]

use serde::{Deserialize, Serialize};
use ward_sdk::bindings::ward::plugin::blobs as contract;
use ward_sdk::prelude::*;
use ward_sdk::{blobs, sql};

#[derive(Deserialize, IntoParams)]
struct Object {
    id: String,
}

#[derive(Deserialize, IntoParams)]
struct Number {
    number: u32,
}

/// What each attempt got: an error's words, or `taken`.
#[derive(Serialize, ToSchema)]
struct Outcome {
    info: String,
    read: String,
    remove: String,
}

fn outcome<T, E: std::fmt::Debug>(result: Result<T, E>) -> String {
    result.map_or_else(|error| format!("{error:?}"), |_| "taken".to_owned())
}

#[utoipa::path(get, path = "/blob", operation_id = "blob", params(Object), responses((status = 200, body = Outcome)))]
async fn blob(Query(Object { id }): Query<Object>) -> Json<Outcome> {
    let removed: Result<_, sql::Error> = sql::transaction(|transaction| Ok(outcome(blobs::remove(&id, transaction))));
    Json(Outcome {
        info: outcome(contract::info(&id)),
        read: outcome(contract::read(&id, 0, 16)),
        remove: removed.unwrap_or_else(|error| format!("{error:?}")),
    })
}

#[utoipa::path(get, path = "/serve", operation_id = "serve", params(Object), responses((status = 200)))]
async fn serve(Query(Object { id }): Query<Object>) -> Blob {
    Blob { id, media_type: "text/plain".to_owned(), filename: None }
}

#[utoipa::path(get, path = "/upload", operation_id = "upload", params(Number), responses((status = 200, body = String)))]
async fn upload(Query(Number { number }): Query<Number>) -> Json<String> {
    Json(outcome(contract::read_upload(number, 0, 16)))
}

ward_guests::guest!(
    "foreign-blob",
    [Sql, Blobs],
    OpenApiRouter::new().routes(routes!(blob)).routes(routes!(serve)).routes(routes!(upload)),
);
