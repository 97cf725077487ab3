//! The registration desk: orders of everybody, checking in, calling off after the deadline.

mod cancel;
mod check_in;
mod list;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list::list_all_appointments))
        .routes(routes!(check_in::check_in_appointment))
        .routes(routes!(cancel::cancel_appointment_at_desk))
}
