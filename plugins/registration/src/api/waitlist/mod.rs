//! The waiting list (候补): orders that wait for a slot, as patients' front ends name them.

mod join;
mod leave;
mod list;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(join::join_waitlist, list::list_waitlist))
        .routes(routes!(leave::leave_waitlist))
}
