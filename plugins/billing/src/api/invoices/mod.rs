//! Invoices, at the root of the mount.

mod create;
mod read;
mod status;

use ward_sdk::prelude::{OpenApiRouter, routes};

/// The operations.
pub fn router() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(create::create_billing, read::list_billing))
        .routes(routes!(read::get_billing))
        .routes(routes!(status::update_billing_status))
}
