//! Visit records (七.2) and the health record that they make up (五.5.1).

mod health;
mod read;
pub mod shape;

use utoipa_axum::{router::OpenApiRouter, routes};

pub use read::visible;

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(read::visit_record)).routes(routes!(health::health_record))
}
