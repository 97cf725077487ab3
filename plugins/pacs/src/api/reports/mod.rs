//! Reports: what radiologists write.
//!
//! A study has one report. Any radiologist may write, change or verify it, whoever the study is assigned
//! to (people fall ill); an administrator may, too. Until it is verified it can be changed; then nothing
//! of it changes any more. Who belongs to a centre sees the reports of the centre's studies.

mod change;
mod create;
mod read;
mod verify;

use utoipa_axum::{router::OpenApiRouter, routes};

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(create::create_report, read::list_reports))
        .routes(routes!(read::get_report, change::update_report))
        .routes(routes!(verify::verify_report))
}

/// Characters of findings, and of an impression.
const TEXT: usize = 100_000;

/// Characters of a kind of report.
const KIND: usize = 100;
