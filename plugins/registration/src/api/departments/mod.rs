//! Major and minor departments (大科室, 小科室): anybody lists them, administrators manage them.

mod major;
mod minor;
mod minor_change;
mod minor_shape;

pub use minor_shape::missing as no_minor;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::alias::{Aliases as _, Also::Under};

pub fn router() -> OpenApiRouter {
    let both = [Under("/admin"), Under("/patient")];
    OpenApiRouter::new()
        .also(&both, routes!(major::list_major_departments))
        .also(&[Under("/admin")], routes!(major::create_major_department))
        .also(&[Under("/admin")], routes!(major::update_major_department, major::delete_major_department))
        .also(&both, routes!(minor::list_minor_departments))
        .also(&[Under("/admin")], routes!(minor::create_minor_department))
        .also(&[Under("/admin")], routes!(minor_change::update_minor_department, minor_change::delete_minor_department))
}
