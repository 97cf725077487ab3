//! `GET /workbench/shifts`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::Database;

use super::shift::{self, Shown};
use super::{Named, own};
use crate::access::Viewer;
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::Day;
use crate::domain::attendance::ListedStatus;
use crate::failure::Failure;
use crate::input::{Date, Fields, Query, Read};

/// Whose shifts, on which day.
pub struct Asked {
    doctor: Named,
    day: Option<Day>,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let doctor = Named::read(fields);
        let date = fields.optional("date", &Date);
        let date_str = fields.optional("date_str", &Date);
        Some(Self { doctor: doctor?, day: date?.or(date_str?) })
    }
}

/// Shifts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkbenchShifts)]
pub struct Shifts {
    shifts: Vec<Listed>,
}

/// A shift.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ListedShift)]
pub struct Listed {
    #[serde(flatten)]
    shift: Shown,
    /// Of one to which the doctor did not come it stays `not_started`.
    status: ListedStatus,
}

/// Own shifts of a day (五.1.4)
///
/// Those that are held: suspended ones are not among them.
#[utoipa::path(
    get, path = "/workbench/shifts", operation_id = "workbench_shifts", tag = "Doctor",
    security(("bearer" = []), ("password" = [])),
    params(
        ("doctorId" = Option<i64>, Query, description = "The caller"),
        ("date" = Option<String>, Query, description = "The day; today without it. Also `date_str`")
    ),
    responses((status = 200, description = "The shifts", body = Answer<Shifts>), Refusals)
)]
pub async fn workbench_shifts(viewer: Viewer, now: Now, Query(asked): Query<Asked>) -> Result<Answer<Shifts>, Failure> {
    let doctor = own(&viewer, &asked.doctor)?;
    let found = shift::of_day(doctor, asked.day.unwrap_or(now.today), &Database)?;
    let listed =
        |shift: shift::Shift| Listed { shift: shift.shown(), status: shift.hours.listed(shift.presence, &now) };
    Ok(ok(Shifts { shifts: found.into_iter().map(listed).collect() }))
}
