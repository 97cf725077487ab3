//! Diagnostic centres: where studies come from.
//!
//! Everyone sees them, administrators manage them. Nothing is erased: a deactivated centre keeps its
//! studies and users, and takes no new ones.

mod change;
mod create;
mod read;

use utoipa_axum::{router::OpenApiRouter, routes};

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(create::create_centre, read::list_centres))
        .routes(routes!(read::get_centre, change::update_centre, change::delete_centre))
        .routes(routes!(change::deactivate_centre))
}
