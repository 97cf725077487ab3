//! Users: who works here.
//!
//! Administrators and radiologists see all of them; the others see those of their own centre and the
//! radiologists, whom they assign studies to. Nothing is erased: to delete a user is to deactivate it,
//! which ends its tokens at once. Nobody deactivates the own account: an installation must not lose its
//! last administrator by a click.

mod change;
mod read;

use utoipa_axum::{router::OpenApiRouter, routes};

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(read::list_users))
        .routes(routes!(read::get_user, change::update_user, change::delete_user))
        .routes(routes!(change::deactivate_user))
}
