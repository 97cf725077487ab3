//! `/pricing`.

mod change;
mod create;
mod list;

use ward_sdk::prelude::{OpenApiRouter, routes};

/// The operations.
pub fn router() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(create::create_pricing, list::list_pricing))
        .routes(routes!(change::update_pricing))
}
