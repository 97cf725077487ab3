//! Statistics (四): registrations, revenue and rankings by day of visit; accounts and visits.
//!
//! A registration is an order that holds a slot: neither cancelled nor waiting for one. Its revenue is the price
//! of its shift. Visits of the site are sign-ins.

mod counts;
mod hospital;
mod parts;
mod period;
mod ranking;

use utoipa_axum::{router::OpenApiRouter, routes};

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(hospital::hospital_registrations))
        .routes(routes!(hospital::area_registrations))
        .routes(routes!(parts::department_registrations))
        .routes(routes!(parts::doctor_registrations))
        .routes(routes!(ranking::rank_departments))
        .routes(routes!(ranking::rank_doctors))
        .routes(routes!(counts::count_users))
        .routes(routes!(counts::count_visits))
}
