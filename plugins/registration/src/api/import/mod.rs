//! Importing a timetable that a crawler of the hospital's site made (`all.json`).

mod run;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::alias::{Aliases as _, Also::Under};

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new()
        .also(&[Under("/admin")], routes!(run::run_crawler))
        .also(&[Under("/admin")], routes!(run::import_schedules))
}
