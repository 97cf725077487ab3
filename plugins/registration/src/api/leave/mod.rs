//! Leave of doctors (请假): the calendar, requests, and the audits by heads of departments and administrators.
//!
//! Approving a request suspends the doctor's shifts in its span that are not over yet, calls off what was booked
//! on them and tells those who booked; it is all of that or nothing. A head decides for the own department, but
//! never on the own request: that is for the other head or an administrator.

mod admin;
mod apply;
mod attachment;
mod calendar;
mod decide;
mod head;
mod history;
mod shape;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::alias::{Aliases as _, Also};

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(calendar::leave_calendar))
        .routes(routes!(apply::apply_leave))
        .routes(routes!(history::leave_history))
        .routes(routes!(head::list_department_leaves))
        .routes(routes!(head::get_department_leave))
        .routes(routes!(head::approve_department_leave))
        .routes(routes!(head::reject_department_leave))
        .routes(routes!(admin::list_leaves))
        .routes(routes!(admin::get_leave))
        .routes(routes!(admin::approve_leave))
        .routes(routes!(admin::reject_leave))
        .also(&[Also::Under("/admin")], routes!(attachment::audit_attachment))
}
