//! Medical records as PDF (七.3, 七.4).
//!
//! A PDF that was made is served at its address for seven days to whoever knows it: its name ends with random
//! digits. A schedule erases old ones; of one visit ten are kept at most.

mod download;
mod make;
mod print;

use utoipa_axum::{router::OpenApiRouter, routes};

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(make::make_medical_record)).routes(routes!(download::download_medical_record))
}
