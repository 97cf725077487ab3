//! The operations, one file for each that has weight.

mod auth;
mod centres;
mod docs;
mod health;
mod reports;
mod studies;
mod users;

use ward_sdk::prelude::{OpenApi as _, OpenApiRouter};

/// All operations with their descriptions.
#[must_use]
pub fn router() -> OpenApiRouter {
    OpenApiRouter::with_openapi(docs::Document::openapi())
        .merge(auth::router())
        .merge(users::router())
        .merge(studies::router())
        .merge(reports::router())
        .merge(centres::router())
        .merge(health::router())
}
