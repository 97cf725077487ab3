//! Clinics (门诊): anybody lists them, administrators manage them.

mod change;
mod create;
mod read;
mod shape;

pub use shape::missing;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::alias::{Aliases as _, Also::Under};

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new()
        .also(&[Under("/admin"), Under("/patient")], routes!(read::list_clinics))
        .also(&[Under("/admin")], routes!(create::create_clinic))
        .also(&[Under("/admin")], routes!(change::update_clinic))
}
