//! A shift as the workbench shows it.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::Connection;

use crate::domain::attendance::{Hours, Presence};
use crate::domain::{Day, DoctorId, ScheduleId, ScheduleStatus, TimeOfDay, Word as _};
use crate::failure::Failure;
use crate::store::schedules::{self, Detail};
use crate::store::{attendance, clinics, config};

/// A shift.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WorkbenchShift, example = json!({
    "id": 4567, "name": "上午门诊", "startTime": "08:00", "endTime": "12:00", "location": "门诊楼 3 层 305"
}))]
pub struct Shown {
    id: ScheduleId,
    name: String,
    start_time: TimeOfDay,
    end_time: TimeOfDay,
    /// The clinic's address, or its name.
    location: String,
}

/// A shift with its hours and whether the doctor is there.
#[derive(Debug)]
pub struct Shift {
    /// Its number.
    pub id: ScheduleId,
    /// When it begins and ends.
    pub hours: Hours,
    /// When the doctor came and went.
    pub presence: Presence,
    name: String,
    location: String,
}

impl Shift {
    /// As the workbench shows it.
    pub fn shown(&self) -> Shown {
        Shown {
            id: self.id,
            name: self.name.clone(),
            start_time: self.hours.start,
            end_time: self.hours.end,
            location: self.location.clone(),
        }
    }
}

/// A doctor's shifts of a day that are held, in their order.
pub fn of_day(doctor: DoctorId, day: Day, within: &impl Connection) -> Result<Vec<Shift>, Failure> {
    let all = schedules::list(&schedules::Asked::between(day, day).of_doctor(doctor), within)?;
    let held = all.into_iter().filter(|shift| shift.schedule.status == ScheduleStatus::Open);
    held.map(|shift| full(&shift, within)).collect()
}

/// A shift with its hours and whether the doctor is there.
pub fn full(shift: &Detail, within: &impl Connection) -> Result<Shift, Failure> {
    let schedule = &shift.schedule;
    let rules = config::schedule(&schedules::chain(schedule), within)?;
    let (start, end) = (rules.start(schedule.section), rules.end(schedule.section));
    let address = clinics::find(schedule.clinic_id, within)?.map(|clinic| clinic.address);
    Ok(Shift {
        id: schedule.id,
        hours: Hours { day: schedule.day, start, end },
        presence: attendance::presence(schedule.id, within)?,
        name: format!("{}门诊", schedule.section.word()),
        location: address.filter(|address| !address.is_empty()).unwrap_or_else(|| shift.clinic_name.clone()),
    })
}
