//! Uses `sql` without requesting it in its description. It must not be installed, whatever is granted.
#![cfg(target_family = "wasm")]

use ward_sdk::prelude::*;
use ward_sdk::sql;

#[utoipa::path(get, path = "/run", operation_id = "run", responses((status = 200, body = i64)))]
async fn run() -> Result<Json<i64>, Problem> {
    let (one,) = sql::query_one("SELECT 1", &[])?;
    Ok(Json(one))
}

ward_guests::guest!("unrequested", [], OpenApiRouter::new().routes(routes!(run)));
