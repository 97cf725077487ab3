//! Calls from a job.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ward_sdk::jobs::{self, Failure, Job, Work};
use ward_sdk::prelude::*;
use ward_sdk::sql::{self, params};

use super::Order;

/// A call that a job makes.
#[derive(Deserialize, Serialize, ToSchema)]
pub(crate) struct Later {
    order: Order,
}

impl Work for Later {
    const KIND: &'static str = "later";

    fn run(self, _: &Job) -> Result<(), Failure> {
        let told = self.order.make().to_string();
        sql::execute("INSERT INTO told (what) VALUES ($1)", &params![told])?;
        Ok(())
    }
}

pub(crate) fn add(router: OpenApiRouter) -> OpenApiRouter {
    router.routes(routes!(later)).routes(routes!(told))
}

/// Lets a job make the call.
#[utoipa::path(post, path = "/later", operation_id = "later", responses((status = 204)))]
async fn later(Json(order): Json<Order>) -> Result<StatusCode, Problem> {
    sql::transaction(|within| jobs::enqueue(&Later { order: order.clone() }, within))?;
    Ok(StatusCode::NO_CONTENT)
}

/// What jobs were told.
#[utoipa::path(get, path = "/told", operation_id = "told", responses((status = 200, body = Vec<Value>)))]
async fn told() -> Result<Json<Vec<Value>>, Problem> {
    let rows: Vec<(String,)> = sql::query("SELECT what FROM told", &[])?;
    Ok(Json(rows.iter().filter_map(|(what,)| serde_json::from_str(what).ok()).collect()))
}
