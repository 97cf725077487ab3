//! Patients (就诊人): an account's own, and the administrators' search.

mod change;
mod mine;
mod search;
mod shape;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::alias::{Aliases as _, Also};

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new()
        .also(&[Also::Under("/admin")], routes!(search::search_patients))
        .routes(routes!(search::confirm_patient))
        .routes(routes!(mine::list_persons, change::add_person))
        .routes(routes!(mine::default_person))
        .routes(routes!(change::update_person, change::remove_person))
        .routes(routes!(change::set_default_person))
}
