//! A clinic's week: heads of departments see it and ask for changes (五.4.5), administrators decide (二.5.1–4).
//!
//! A change says who shall work in a clinic in one shift: nobody, or one doctor in place of whoever works there
//! now. Approving a request makes all of its changes or none.

mod admin;
mod approve;
mod available;
mod clinics;
mod submit;
mod week;

use utoipa_axum::{router::OpenApiRouter, routes};

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(clinics::head_clinics))
        .routes(routes!(week::clinic_week))
        .routes(routes!(available::available_doctors))
        .routes(routes!(submit::submit_schedule_change))
        .routes(routes!(admin::list_schedule_audits))
        .routes(routes!(admin::get_schedule_audit))
        .routes(routes!(approve::approve_schedule_audit))
        .routes(routes!(approve::reject_schedule_audit))
}
