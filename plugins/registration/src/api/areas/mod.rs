//! Hospital areas (院区): the public list with maps, and managing them.

mod change;
mod image;
mod read;
mod shape;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::alias::{Aliases as _, Also::Under};

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new()
        .also(&[Under("/patient")], routes!(read::list_hospitals))
        .also(&[Under("/admin")], routes!(read::list_areas, change::create_area))
        .also(&[Under("/admin")], routes!(change::update_area, change::delete_area))
        .also(&[Under("/admin")], routes!(image::upload_area_image, image::delete_area_image))
}
