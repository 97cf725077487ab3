//! One more slot in a shift (加号): doctors ask for it, administrators decide or add it at once.

mod cancel;
mod decide;
mod list;
mod request;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::alias::{Aliases as _, Also::Under};

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new()
        .also(&[Under("/doctor"), Under("/admin")], routes!(request::request_add_slot, list::list_own_add_slots))
        .also(&[Under("/doctor")], routes!(cancel::cancel_add_slot))
        .routes(routes!(list::list_add_slots))
        .routes(routes!(decide::approve_add_slot))
        .routes(routes!(decide::reject_add_slot))
}
