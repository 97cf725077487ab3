//! `GET /doctor/schedule/list`: seven days of three shifts.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::Database;

use crate::access::{self, Viewer};
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::week::DAYS;
use crate::domain::{ClinicId, Day, ScheduleStatus, Shift};
use crate::failure::Failure;
use crate::input::{Date, Fields, Number, Query, Read};
use crate::store::config::{self, Chain, ScheduleRules};
use crate::store::schedules::{self, Detail};

/// Which week.
pub struct Asked {
    clinic: ClinicId,
    start: Day,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let clinic = fields.required("clinicId", &Number(ClinicId));
        let start = fields.required("startDate", &Date);
        Some(Self { clinic: clinic?, start: start? })
    }
}

/// A shift of the week.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "date": "2025-11-25", "dayOfWeek": 1, "shift": "morning", "status": "filled", "doctorId": "10",
    "doctorName": "张三", "doctorTitle": "主任医师", "doctors": [{"id": "10", "name": "张三", "title": "主任医师"}]
}))]
pub struct WeekShift {
    date: Day,
    /// Which day of the week that was asked for: 1 to 7.
    day_of_week: u32,
    shift: Shift,
    /// `filled`; `empty`; `unavailable`: nobody works then and nobody can be put there any more, or the shift is
    /// suspended.
    status: &'static str,
    /// The first doctor's number, as text.
    doctor_id: Option<String>,
    doctor_name: Option<String>,
    doctor_title: Option<String>,
    /// All who work there then.
    doctors: Vec<AtWork>,
}

/// A doctor who works there.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AtWork {
    /// Its number, as text.
    id: String,
    name: String,
    title: String,
}

/// A clinic's week (五.4.5.2)
#[utoipa::path(
    get, path = "/doctor/schedule/list", operation_id = "clinic_week", tag = "Audits",
    security(("bearer" = []), ("password" = [])),
    params(
        ("clinicId" = i64, Query, description = "A clinic of the own department"),
        ("startDate" = String, Query, description = "The first of the seven days")
    ),
    responses((status = 200, description = "Its 21 shifts", body = Answer<Vec<WeekShift>>), Refusals)
)]
pub async fn clinic_week(
    viewer: Viewer,
    now: Now,
    Query(asked): Query<Asked>,
) -> Result<Answer<Vec<WeekShift>>, Failure> {
    let head = access::head(&viewer, &Database)?;
    let clinic = super::clinics::managed(asked.clinic, &head, &Database)?;
    let chain = Chain { doctor: None, clinic: Some(clinic.id), minor: clinic.dept_id };
    let rules = config::schedule(&chain, &Database)?;
    let span = schedules::Asked::between(asked.start, asked.start.plus(DAYS - 1)).of_clinic(clinic.id);
    let found = schedules::list(&span, &Database)?;
    let cell = |number: u32, shift: Shift| {
        let day = asked.start.plus(number);
        let here = found.iter().filter(|each| each.schedule.day == day && each.schedule.section == shift.section());
        week_shift(day, number + 1, shift, here, started(day, shift, &rules, &now))
    };
    Ok(ok((0..DAYS).flat_map(|number| Shift::ALL.map(|shift| cell(number, shift))).collect()))
}

/// Whether a shift has begun.
pub fn started(day: Day, shift: Shift, rules: &ScheduleRules, now: &Now) -> bool {
    now.at >= now.moment(day, rules.start(shift.section()))
}

fn week_shift<'a>(
    date: Day,
    day_of_week: u32,
    shift: Shift,
    here: impl Iterator<Item = &'a Detail>,
    started: bool,
) -> WeekShift {
    let here: Vec<&Detail> = here.collect();
    let held = here.iter().any(|each| each.schedule.status == ScheduleStatus::Open);
    let status = match (held, here.is_empty() && !started) {
        (true, _) => "filled",
        (false, true) => "empty",
        (false, false) => "unavailable",
    };
    let doctors: Vec<AtWork> = here.into_iter().map(at_work).collect();
    let first = doctors.first().cloned();
    WeekShift {
        date,
        day_of_week,
        shift,
        status,
        doctor_id: first.as_ref().map(|doctor| doctor.id.clone()),
        doctor_name: first.as_ref().map(|doctor| doctor.name.clone()),
        doctor_title: first.map(|doctor| doctor.title),
        doctors,
    }
}

fn at_work(shift: &Detail) -> AtWork {
    AtWork {
        id: shift.schedule.doctor_id.to_string(),
        name: shift.doctor_name.clone(),
        title: shift.doctor_title.clone(),
    }
}
