//! Doctors: anybody lists them, administrators manage them, their accounts, photos and headships.

mod account;
mod change;
mod create;
mod delete;
mod heads;
mod photo;
mod read;
mod shape;
mod transfer;

pub use photo::ImageForm;
pub use shape::missing;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::alias::{Aliases as _, Also::Under};

pub fn router() -> OpenApiRouter {
    let admin = [Under("/admin")];
    OpenApiRouter::new()
        .also(&[Under("/admin"), Under("/patient")], routes!(read::list_doctors))
        .also(&[Under("/patient")], routes!(read::get_doctor))
        .also(&[Under("/patient")], routes!(photo::get_doctor_photo))
        .also(&admin, routes!(create::create_doctor))
        .also(&admin, routes!(change::update_doctor, delete::delete_doctor))
        .also(&admin, routes!(account::create_doctor_account))
        .also(&admin, routes!(transfer::transfer_doctor))
        .also(&admin, routes!(photo::upload_doctor_photo, photo::delete_doctor_photo))
        .routes(routes!(photo::get_doctor_photo_raw))
        .routes(routes!(heads::select_head))
        .routes(routes!(heads::end_head))
}
