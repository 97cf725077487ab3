//! Absences of doctors (二.10): marked for days that are over, counted over spans.

mod mark;
mod statistics;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::alias::{Aliases as _, Also};

pub fn router() -> OpenApiRouter {
    let admin = [Also::Under("/admin")];
    OpenApiRouter::new()
        .also(&admin, routes!(mark::mark_absent_single))
        .also(&admin, routes!(mark::mark_absent_range))
        .also(&admin, routes!(statistics::absent_statistics))
}
