//! `GET /health`.

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use ward_sdk::{Json, sql};

use super::docs::PublicRefusals;
use crate::failure::Failure;

/// That it works.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"status": "healthy", "version": "1.0.0"}))]
pub struct Health {
    /// `healthy`; anything else is answered 503.
    pub status: &'static str,
    /// Version of the API.
    pub version: &'static str,
}

/// Report health and version
///
/// Asks the database, so that `healthy` means that requests can be answered.
#[utoipa::path(
    get, path = "/health", operation_id = "health", tag = "Health",
    responses((status = 200, description = "It works", body = Health), PublicRefusals)
)]
async fn health() -> Result<Json<Health>, Failure> {
    let _: (i64,) = sql::query_one("SELECT COUNT(*) FROM centre WHERE id = 0", &[])?;
    Ok(Json(Health { status: "healthy", version: env!("CARGO_PKG_VERSION") }))
}

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(health))
}
