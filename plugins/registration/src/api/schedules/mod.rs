//! Schedules (排班): what anybody reads, what doctors and administrators read, and managing them.

mod change;
mod create;
mod delete;

mod detail;
mod doctors;
mod hospitals;
mod public;
mod shape;
mod span;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::alias::{
    Aliases as _,
    Also::{Moved, Under},
};

pub fn router() -> OpenApiRouter {
    let everywhere = [Under("/admin"), Under("/patient")];
    let doctors = [Moved("/doctors", "/doctor"), Under("/admin")];
    OpenApiRouter::new()
        .also(&everywhere, routes!(public::department_schedules))
        .also(&everywhere, routes!(public::doctor_schedules))
        .also(&everywhere, routes!(public::clinic_schedules))
        .also(&[Under("/patient")], routes!(hospitals::hospital_schedules))
        .also(&doctors, routes!(doctors::own_schedules))
        .also(&doctors, routes!(doctors::own_schedules_today))
        .also(&doctors, routes!(detail::own_schedule))
        .routes(routes!(create::create_schedule))
        .routes(routes!(change::update_schedule, delete::delete_schedule))
}
