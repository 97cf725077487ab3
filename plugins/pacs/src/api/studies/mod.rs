//! Studies and their DICOM files.
//!
//! Administrators and radiologists see all studies; a technician and a diagnostic_centre user see those
//! of their centre and upload for it. A radiologist who opens (`GET`) a study that is assigned to that very
//! radiologist takes it into review.

mod assign;
mod instances;
mod list;
mod show;
mod upload;
mod upload_form;

use utoipa_axum::{router::OpenApiRouter, routes};

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list::list_studies, upload::create_study))
        .routes(routes!(upload::upload_study))
        .routes(routes!(show::get_study))
        .routes(routes!(show::get_study_by_code))
        .routes(routes!(assign::assign_study))
        .routes(routes!(instances::list_instances))
        .routes(routes!(instances::get_instance))
}
