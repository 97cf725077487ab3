//! The operations, one folder for each area.

mod add_slot;
mod anti_scalper;
mod appointments;
mod areas;
mod attendance;
mod audits;
mod auth;
mod checkin;
mod clinics;
mod config;
mod consultation;
mod departments;
pub mod docs;
mod doctors;
mod files;
mod import;
mod leave;
mod notices;
mod patients;
mod prices;
mod records;
mod schedule_audit;
mod schedules;
mod statistics;
pub(crate) mod visits;
mod waitlist;
mod workbench;

use ward_sdk::prelude::{OpenApi as _, OpenApiRouter};

/// All operations with their descriptions.
#[must_use]
pub fn router() -> OpenApiRouter {
    let areas = [
        auth::router,
        prices::router,
        patients::router,
        config::router,
        files::router,
        areas::router,
        departments::router,
        clinics::router,
        doctors::router,
        schedules::router,
        import::router,
        appointments::router,
        waitlist::router,
        checkin::router,
        consultation::router,
        add_slot::router,
        anti_scalper::router,
        leave::router,
        schedule_audit::router,
        attendance::router,
        workbench::router,
        statistics::router,
        visits::router,
        records::router,
        notices::router,
    ];
    let document = OpenApiRouter::with_openapi(docs::Document::openapi());
    areas.into_iter().fold(document, |all, area: fn() -> OpenApiRouter| all.merge(area()))
}
