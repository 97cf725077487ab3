//! `POST /doctor/schedule/submit-change`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use ward_sdk::sql::{self, Connection};

use crate::access::{self, Viewer};
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::week::{Cell, Change, DAYS, week_of};
use crate::domain::{AuditId, ClinicId, Day, DoctorId, MinorId, Shift, Week};
use crate::failure::{Failure, words};
use crate::input::{Body, Choice, Date, Fault, Fields, Int, List, Number, OrEmpty, Read, Rule, Text};
use crate::store::clinics::Clinic;
use crate::store::config::{self, Chain};
use crate::store::doctors::{self, Doctor};
use crate::store::schedule_audits::{self, NewScheduleAudit};
use crate::store::{leaves, schedules};

/// Changes of one request: every shift of a week.
const MOST: usize = 21;

/// A change.
#[derive(ToSchema, Deserialize)]
#[schema(as = ScheduleChange)]
#[expect(dead_code, reason = "describes the body; `Change` is read from it")]
pub struct ChangeBody {
    /// The day.
    #[schema(value_type = String, format = Date)]
    date: String,
    /// `morning`, `afternoon` or `night`.
    shift: String,
    /// The doctor's number, also as text; `null` clears the shift.
    #[serde(rename = "doctorId")]
    doctor_id: Option<String>,
}

/// A request to change a clinic's week.
#[derive(ToSchema, Deserialize)]
#[schema(as = NewScheduleChange, example = json!({
    "clinicId": 1,
    "changes": [
        {"date": "2025-11-25", "shift": "morning", "doctorId": "10"},
        {"date": "2025-11-25", "shift": "afternoon", "doctorId": null}
    ]
}))]
#[expect(dead_code, reason = "describes the body; `New` is read from it")]
pub struct NewBody {
    /// A clinic of the own department.
    #[serde(rename = "clinicId")]
    clinic_id: i64,
    /// Changes of one week, one for each shift.
    #[schema(min_items = 1, max_items = 21)]
    changes: Vec<ChangeBody>,
    /// What the auditor should know.
    #[schema(max_length = 500)]
    remark: Option<String>,
}

/// A request.
#[derive(Clone)]
pub struct New {
    clinic: ClinicId,
    changes: Vec<Change>,
    remark: Option<String>,
}

/// A change, as an object.
struct OneChange;

impl Rule for OneChange {
    type Output = Change;

    fn read(&self, value: &Value) -> Result<Change, Fault> {
        let field = |name: &str| value.get(name).unwrap_or(&Value::Null);
        if !value.is_object() {
            return Err("应为对象".into());
        }
        let within = |name: &str, why: Fault| Fault::from(format!("{name}: {}", words(&why)));
        let day = Date.read(field("date")).map_err(|why| within("date", why))?;
        let shift = Choice::<Shift>::new().read(field("shift")).map_err(|why| within("shift", why))?;
        let doctor = match field("doctorId") {
            Value::Null => None,
            other => OrEmpty(Int::at_least(1)).read(other).map_err(|why| within("doctorId", why))?,
        };
        Ok(Change { day, shift, doctor: doctor.map(DoctorId) })
    }
}

impl Read for New {
    fn read(fields: &mut Fields) -> Option<Self> {
        let clinic = fields.required("clinicId", &Number(ClinicId));
        let changes = fields.required("changes", &List { of: OneChange, most: MOST });
        let remark = fields.optional("remark", &OrEmpty(Text::lines(500)));
        Some(Self { clinic: clinic?, changes: changes?, remark: remark?.flatten() })
    }
}

/// A request that was filed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"msg": "申请已提交，等待审核", "auditId": 123}))]
pub struct Filed {
    msg: &'static str,
    #[serde(rename = "auditId")]
    audit_id: AuditId,
}

/// Ask for changes of a clinic's week (五.4.5.4)
///
/// The changes belong to one week and to shifts that have not begun; a doctor who is put somewhere belongs to the
/// department and is free. What is asked for takes effect when an administrator approves it.
#[utoipa::path(
    post, path = "/doctor/schedule/submit-change", operation_id = "submit_schedule_change", tag = "Audits",
    security(("bearer" = []), ("password" = [])),
    request_body = NewBody,
    responses((status = 200, description = "Filed", body = Answer<Filed>), Refusals)
)]
pub async fn submit_schedule_change(viewer: Viewer, now: Now, Body(new): Body<New>) -> Result<Answer<Filed>, Failure> {
    let week_start = week_of(&new.changes)?;
    sql::transaction(|within| {
        let head = access::head(&viewer, within)?;
        let clinic = super::clinics::managed(new.clinic, &head, within)?;
        let mut week = present(&clinic, week_start, within)?;
        for change in &new.changes {
            in_time(*change, &clinic, &now, within)?;
            let doctor = change.doctor.map(|id| free(id, *change, &clinic, within)).transpose()?;
            if let Some(cell) = week.cell(week_start, change.day, change.shift) {
                *cell = Cell { changed: true, doctor_id: change.doctor, doctor_name: doctor.map(|doctor| doctor.name) };
            }
        }
        let audit = NewScheduleAudit {
            dept_id: head.dept_id,
            clinic_id: clinic.id,
            submitter: head.id,
            week_start,
            remark: new.remark.clone(),
            week,
        };
        let audit_id = schedule_audits::insert(&audit, now.at, within)?;
        Ok(ok(Filed { msg: "申请已提交，等待审核", audit_id }))
    })
}

/// The week as it is.
fn present(clinic: &Clinic, start: Day, within: &impl Connection) -> Result<Week, Failure> {
    let mut week = Week::empty();
    let span = schedules::Asked::between(start, start.plus(DAYS - 1)).of_clinic(clinic.id);
    // The first of several doctors is shown, so it is written last.
    for found in schedules::list(&span, within)?.into_iter().rev() {
        let shift = Shift::ALL.into_iter().find(|shift| shift.section() == found.schedule.section);
        if let Some(cell) = shift.and_then(|shift| week.cell(start, found.schedule.day, shift)) {
            let (doctor_id, doctor_name) = (Some(found.schedule.doctor_id), Some(found.doctor_name));
            *cell = Cell { changed: false, doctor_id, doctor_name };
        }
    }
    Ok(week)
}

/// Refuses what has begun, or lies further ahead than shifts are planned.
pub fn in_time(change: Change, clinic: &Clinic, now: &Now, within: &impl Connection) -> Result<(), Failure> {
    let chain = Chain { doctor: change.doctor, clinic: Some(clinic.id), minor: clinic.dept_id };
    let rules = config::schedule(&chain, within)?;
    if super::week::started(change.day, change.shift, &rules, now) {
        return Err(Failure::refused(format!("{} 的班次已开始，不能调整", change.day)));
    }
    if change.day > now.today.plus(rules.max_future_days) {
        return Err(Failure::refused(format!("只能调整未来 {} 天内的排班", rules.max_future_days)));
    }
    Ok(())
}

/// The doctor, if it belongs to the department and can work in this clinic then.
pub fn free(id: DoctorId, change: Change, clinic: &Clinic, within: &impl Connection) -> Result<Doctor, Failure> {
    let section = change.shift.section();
    let doctor = doctors::find(id, within)?.filter(|doctor| belongs(doctor.dept_id, clinic));
    let doctor = doctor.ok_or_else(|| Failure::refused(format!("医生(ID: {id})不存在或不属于本科室")))?;
    if leaves::on_leave(id, change.day, section, within)? {
        return Err(Failure::refused(format!("医生 {} 在 {} 该时段已请假", doctor.name, change.day)));
    }
    let elsewhere = schedules::at(id, change.day, section, within)?.is_some_and(|found| found.clinic_id != clinic.id);
    if elsewhere {
        return Err(Failure::refused(format!("医生 {} 在 {} 该时段已有其他门诊的排班", doctor.name, change.day)));
    }
    Ok(doctor)
}

fn belongs(dept: MinorId, clinic: &Clinic) -> bool {
    clinic.dept_id == Some(dept)
}

#[cfg(test)]
mod tests {
    use super::{New, OneChange};
    use crate::domain::{DoctorId, Shift};
    use crate::input::{Fields, Read as _, Rule as _};
    use serde_json::json;

    #[test]
    fn doctors_are_named_by_text_or_number_and_null_clears() {
        let read = |doctor| OneChange.read(&json!({"date": "2025-11-25", "shift": "night", "doctorId": doctor}));
        for ten in [json!("10"), json!(10)] {
            let change = read(ten).expect("a change");
            assert_eq!((change.doctor, change.shift), (Some(DoctorId(10)), Shift::Night));
        }
        for nobody in [json!(null), json!("")] {
            assert_eq!(read(nobody).expect("a change").doctor, None);
        }
        for wrong in [json!(0), json!("ten"), json!([])] {
            assert!(read(wrong).is_err());
        }
        assert!(OneChange.read(&json!("morning")).is_err());
        assert!(OneChange.read(&json!({"date": "2025-11-25", "shift": "full"})).is_err());
    }

    #[test]
    fn a_request_has_at_most_a_weeks_shifts() {
        let one = json!({"date": "2025-11-25", "shift": "night", "doctorId": null});
        let read = |count: usize| {
            let body = json!({"clinicId": 1, "changes": vec![one.clone(); count]});
            New::from_fields(Fields::json(body).expect("an object")).map(|new| new.changes.len())
        };
        assert_eq!(read(21), Ok(21));
        assert!(read(22).is_err());
    }
}
