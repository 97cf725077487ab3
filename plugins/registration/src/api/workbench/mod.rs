//! The doctor's workbench (五.1): the day's shifts, checking in and out, and who was seen.
//!
//! A doctor checks in to an own shift on its day, from an hour before it until it is over, and checks out any
//! time after. Where the clinic's area has coordinates, both must happen within a distance of it (setting
//! `checkin_radius_metres`, 1,000 unless it says otherwise; 0 switches this off).

mod checkin;
mod consultations;
mod dashboard;
mod place;
mod shift;
mod shifts;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::access::Viewer;
use crate::alias::{Aliases as _, Also};
use crate::domain::DoctorId;
use crate::failure::Failure;
use crate::input::{Fields, Number, Read};

pub fn router() -> OpenApiRouter {
    let doctor = [Also::Under("/doctor")];
    OpenApiRouter::new()
        .also(&doctor, routes!(dashboard::workbench_dashboard))
        .also(&doctor, routes!(checkin::workbench_checkin))
        .also(&doctor, routes!(checkin::workbench_checkout))
        .also(&doctor, routes!(shifts::workbench_shifts))
        .also(&doctor, routes!(consultations::consultation_stats))
        .also(&doctor, routes!(consultations::recent_consultations))
}

/// The doctor that a request names: `doctorId`, or `doctor_id`. It may only be the caller.
struct Named(Option<DoctorId>);

impl Read for Named {
    fn read(fields: &mut Fields) -> Option<Self> {
        let camel = fields.optional("doctorId", &Number(DoctorId));
        let snake = fields.optional("doctor_id", &Number(DoctorId));
        Some(Self(camel?.or(snake?)))
    }
}

/// The calling doctor.
fn own(viewer: &Viewer, Named(named): &Named) -> Result<DoctorId, Failure> {
    let doctor = viewer.doctor()?;
    match named {
        Some(other) if *other != doctor => Err(Failure::forbidden("只能查询本人的数据")),
        _ => Ok(doctor),
    }
}
