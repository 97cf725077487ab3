//! The consultation (医生就诊): the queue of a shift, calling, passing over, completing, the patient.

mod complete;
mod next;
mod pass;
mod patient;
mod queue;
mod shape;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(queue::consultation_queue))
        .routes(routes!(next::call_next_patient))
        .routes(routes!(pass::pass_patient))
        .routes(routes!(complete::complete_consultation))
        .routes(routes!(patient::get_patient))
}
