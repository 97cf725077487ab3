//! `POST /admin/schedules`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use ward_sdk::sql::{self, Transaction};

use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::api::{clinics as clinic, doctors as doctor};
use crate::clock::Now;
use crate::domain::timetable::MOST_SLOTS;
use crate::domain::{ClinicId, Day, DoctorId, ScheduleId, ScheduleStatus, Section, Word as _};
use crate::failure::Failure;
use crate::input::{Amount, Body, Choice, Date, Fields, Int, Number, Read};
use crate::store::config::{self, Chain};
use crate::store::schedules::{self, NewSchedule};
use crate::store::{clinics, doctors, leaves};

/// A schedule.
#[derive(ToSchema, Deserialize)]
#[schema(as = ScheduleFields, example = json!({
    "doctor_id": 1, "clinic_id": 1, "schedule_date": "2025-11-01", "time_section": "上午", "slot_type": "专家",
    "status": "正常", "price": 0, "total_slots": 20
}))]
#[expect(dead_code, reason = "describes the body; the store's type is read from it")]
pub struct ScheduleBody {
    /// Who sees patients.
    doctor_id: i64,
    /// Where.
    clinic_id: i64,
    /// On which day.
    #[schema(format = Date)]
    schedule_date: String,
    /// 上午, 下午 or 晚上.
    time_section: String,
    /// 普通, 专家 or 特需.
    slot_type: String,
    /// 正常 or 停诊.
    #[schema(default = "正常")]
    status: Option<String>,
    /// Of a slot; 0 or less looks it up: doctor, clinic, department, hospital.
    price: f64,
    /// Slots.
    #[schema(minimum = 0, maximum = 10_000)]
    total_slots: i64,
}

impl Read for NewSchedule {
    fn read(fields: &mut Fields) -> Option<Self> {
        let doctor_id = fields.required("doctor_id", &Number(DoctorId));
        let clinic_id = fields.required("clinic_id", &Number(ClinicId));
        let day = fields.required("schedule_date", &Date);
        let section = fields.required("time_section", &Choice::new());
        let slot_type = fields.required("slot_type", &Choice::new());
        let status = fields.optional("status", &Choice::new());
        let price = fields.optional("price", &Amount::OR_LOOK_UP);
        let total_slots = fields.required("total_slots", &Int::between(0, MOST_SLOTS));
        Some(Self {
            doctor_id: doctor_id?,
            clinic_id: clinic_id?,
            day: day?,
            section: section?,
            slot_type: slot_type?,
            status: status?.unwrap_or(ScheduleStatus::Open),
            price: price?.unwrap_or_default(),
            total_slots: total_slots?,
        })
    }
}

/// A new schedule.
#[derive(Serialize, ToSchema)]
pub struct ScheduleCreated {
    /// Its number.
    schedule_id: ScheduleId,
    /// What was done.
    detail: &'static str,
}

/// Create a schedule
///
/// Refused where the doctor has another one in that part of the day or is on leave, and beyond the days that
/// the configuration allows (`maxFutureDays`).
#[utoipa::path(
    post, path = "/admin/schedules", operation_id = "create_schedule", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    request_body = ScheduleBody,
    responses((status = 200, description = "The new schedule", body = Answer<ScheduleCreated>), Refusals)
)]
pub async fn create_schedule(now: Now, Body(new): Body<NewSchedule>) -> Result<Answer<ScheduleCreated>, Failure> {
    let schedule_id = sql::transaction(|within| create(&new, &now, within))?;
    Ok(ok(ScheduleCreated { schedule_id, detail: "排班创建成功" }))
}

fn create(new: &NewSchedule, now: &Now, within: &Transaction) -> Result<ScheduleId, Failure> {
    let doctor = doctors::find(new.doctor_id, within)?.ok_or_else(doctor::missing)?;
    let clinic = clinics::find(new.clinic_id, within)?.ok_or_else(clinic::missing)?;
    let dept = clinic.dept_id.unwrap_or(doctor.dept_id);
    let chain = Chain { doctor: Some(doctor.id), clinic: Some(clinic.id), minor: Some(dept) };
    not_too_far(new.day, &chain, now, within)?;
    if new.status == ScheduleStatus::Open && leaves::on_leave(doctor.id, new.day, new.section, within)? {
        return Err(on_leave(new.day, new.section));
    }
    Ok(schedules::insert(new, &doctor, &clinic, now.at, within)?.id)
}

/// Refuses a day beyond those that may be planned.
pub fn not_too_far(day: Day, chain: &Chain, now: &Now, within: &Transaction) -> Result<(), Failure> {
    let most = config::schedule(chain, within)?.max_future_days;
    if day.since(now.today) > i64::from(most) {
        return Err(Failure::business(format!("最多只能排未来 {most} 天的班")));
    }
    Ok(())
}

/// That the doctor is on leave then.
pub fn on_leave(day: Day, section: Section) -> Failure {
    Failure::business(format!("该医生在 {day} {} 已请假", section.word()))
}
