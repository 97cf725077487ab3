//! Events: to publish, to hear as jobs, to stream.

use serde::{Deserialize, Serialize};
use ward_sdk::events;
use ward_sdk::jobs::{Delivered, Failure, Job, Work};
use ward_sdk::prelude::*;
use ward_sdk::serde_json::{Value, json};
use ward_sdk::sql::{self, Connection, from_row, params};

pub(crate) fn add(router: OpenApiRouter) -> OpenApiRouter {
    router.routes(routes!(publish)).routes(routes!(heard)).routes(routes!(listen)).routes(routes!(seen_query))
}

/// What the subscription brings.
#[derive(Deserialize, Serialize)]
#[serde(transparent)]
pub(crate) struct Heard(Delivered<Value>);

impl Work for Heard {
    const KIND: &'static str = "heard";

    fn run(self, _: &Job) -> Result<(), Failure> {
        const INSERT: &str = "INSERT INTO heard (id, topic, data, place) \
             SELECT $1, $2, $3, coalesce(max(place), 0) + 1 FROM heard";
        let Delivered { id, topic, data, .. } = self.0;
        sql::transaction(|tx| tx.execute(INSERT, &params![id, topic, data.to_string()]))?;
        Ok(())
    }
}

#[derive(Deserialize, ToSchema)]
struct Published {
    topic: String,
    /// Each is an event.
    #[schema(value_type = Vec<Object>)]
    data: Vec<Value>,
    #[serde(default)]
    roll_back: bool,
}

#[derive(thiserror::Error, Debug)]
enum Error {
    #[error(transparent)]
    Sql(#[from] sql::Error),
    #[error(transparent)]
    Events(#[from] events::Error),
    #[error("rolled back")]
    RolledBack,
}

#[utoipa::path(post, path = "/publish", operation_id = "publish", responses((status = 204)))]
async fn publish(Json(published): Json<Published>) -> Result<StatusCode, Problem> {
    let done = sql::transaction(|tx| {
        for data in &published.data {
            events::publish(&published.topic, data, tx)?;
        }
        if published.roll_back { Err(Error::RolledBack) } else { Ok(()) }
    });
    match done {
        Ok(()) | Err(Error::RolledBack) => Ok(StatusCode::NO_CONTENT),
        Err(Error::Events(events::Error::Invalid(why) | events::Error::TooLarge(why))) => {
            Err(Problem::new(ProblemKind::Malformed, why))
        }
        Err(Error::Events(error)) => Err(error.into()),
        Err(Error::Sql(error)) => Err(error.into()),
    }
}

#[derive(Serialize, ToSchema)]
struct Row {
    id: String,
    topic: String,
    data: String,
}
from_row!(Row { id, topic, data });

/// What jobs of the subscription have written.
#[utoipa::path(get, path = "/heard", operation_id = "heard", responses((status = 200, body = Vec<Row>)))]
async fn heard() -> Result<Json<Vec<Row>>, Problem> {
    Ok(Json(sql::query("SELECT id, topic, data FROM heard ORDER BY place", &[])?))
}

#[derive(Deserialize, IntoParams)]
struct Wanted {
    /// By comma.
    #[serde(default)]
    topics: String,
    /// Answers an ordinary refusal.
    #[serde(default)]
    refuse: bool,
}

/// The topics that are asked for, and a greeting.
#[utoipa::path(get, path = "/listen", operation_id = "listen", params(Wanted), responses((status = 200)))]
async fn listen(Query(wanted): Query<Wanted>) -> Result<EventStream, Problem> {
    if wanted.refuse {
        return Err(Problem::new(ProblemKind::Forbidden, "Not you."));
    }
    let stream = EventStream::of(wanted.topics.split(',').filter(|topic| !topic.is_empty()));
    stream.begin_with(&json!({"hello": "你好"})).map_err(|_| Problem::internal())
}

/// The query that arrives when a stream is asked for with a token in it.
#[utoipa::path(get, path = "/seen", operation_id = "seen_query", responses((status = 200, body = String)))]
async fn seen_query(axum::extract::RawQuery(query): axum::extract::RawQuery) -> Json<String> {
    Json(query.unwrap_or_default())
}
