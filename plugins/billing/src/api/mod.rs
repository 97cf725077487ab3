//! The operations.

pub mod docs;
mod invoices;
mod pricing;

use ward_sdk::prelude::{OpenApi as _, OpenApiRouter};

/// All operations with their descriptions.
#[must_use]
pub fn router() -> OpenApiRouter {
    OpenApiRouter::with_openapi(docs::Document::openapi()).merge(pricing::router()).merge(invoices::router())
}
