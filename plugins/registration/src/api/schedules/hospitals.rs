//! `GET /hospitals/schedules`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::Database;

use super::shape::{Schedules, Shift};
use crate::answer::{Answer, ok};
use crate::api::departments::no_minor;
use crate::api::docs::PublicRefusals;
use crate::clock::Now;
use crate::domain::{AreaId, Day, MinorId};
use crate::failure::Failure;
use crate::input::{Date, Fields, Number, Query, Read};
use crate::store::departments;
use crate::store::schedules::{self, Asked as Which, Detail};

/// Days that are shown where none is asked for, today among them.
const DAYS: u32 = 7;

/// What is asked for.
pub struct Asked {
    area: Option<AreaId>,
    dept: MinorId,
    date: Option<Day>,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let area = fields.optional("hospitalId", &Number(AreaId));
        let dept = fields.required("departmentId", &Number(MinorId));
        let date = fields.optional("date", &Date);
        Some(Self { area: area?, dept: dept?, date: date? })
    }
}

/// A schedule with what a patient chooses by.
#[derive(Serialize, ToSchema)]
pub struct HospitalSchedule {
    #[serde(flatten)]
    shift: Shift,
    doctor_title: String,
    area_id: AreaId,
}

/// List schedules by area, department and day
///
/// Without a day those of today and the six days after it.
#[utoipa::path(
    get, path = "/hospitals/schedules", operation_id = "hospital_schedules", tag = "Public",
    params(
        ("hospitalId" = Option<i64>, Query, description = "Only those in this area"),
        ("departmentId" = i64, Query, description = "Number of the minor department"),
        ("date" = Option<String>, Query, description = "`YYYY-MM-DD`"),
    ),
    responses((status = 200, description = "Schedules", body = Answer<Schedules<HospitalSchedule>>), PublicRefusals)
)]
pub async fn hospital_schedules(
    now: Now,
    Query(asked): Query<Asked>,
) -> Result<Answer<Schedules<HospitalSchedule>>, Failure> {
    let (from, to) = asked.date.map_or_else(|| (now.today, now.today.plus(DAYS - 1)), |day| (day, day));
    let which = Which::between(from, to).of_department(asked.dept).in_area(asked.area);
    let found = schedules::list(&which, &Database)?;
    if found.is_empty() {
        departments::find_minor(asked.dept, &Database)?.ok_or_else(no_minor)?;
    }
    let shown = |mut detail: Detail| HospitalSchedule {
        doctor_title: std::mem::take(&mut detail.doctor_title),
        area_id: detail.area_id,
        shift: Shift::of(detail, &now),
    };
    Ok(ok(Schedules { schedules: found.into_iter().map(shown).collect() }))
}
