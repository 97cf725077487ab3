//! `GET /workbench/dashboard`: the doctor's day at a glance.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::Database;

use super::consultations::{Record, USUAL, recent};
use super::shift::{self, Shift, Shown};
use crate::access::Viewer;
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::attendance::{ShiftStatus, span};
use crate::domain::{DoctorId, Timestamp};
use crate::failure::Failure;
use crate::store::doctors::{self, Doctor};
use crate::store::{departments, leaves, workbench};

/// The doctor's day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Dashboard {
    doctor: Who,
    shift_status: ShiftState,
    today_data: Today,
    reminders: Vec<Reminder>,
    recent_records: Vec<Record>,
}

/// The doctor.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DashboardDoctor)]
pub struct Who {
    id: DoctorId,
    name: String,
    title: String,
    department: String,
    photo_path: Option<String>,
}

/// The shift that counts now: the one the doctor is at, else the next one, else the day's last.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShiftState {
    status: ShiftStatus,
    /// `null` on a day without shifts.
    current_shift: Option<Current>,
    checkin_time: Option<String>,
    checkout_time: Option<String>,
    /// From checking in until now, or until checking out.
    work_duration: Option<String>,
    /// Until the end of the shift, where the doctor has checked in.
    time_to_checkout: Option<String>,
}

/// A shift and how long until it begins.
#[derive(Debug, Serialize, ToSchema)]
pub struct Current {
    #[serde(flatten)]
    shift: Shown,
    /// `null` once it has begun or the doctor has checked in.
    countdown: Option<String>,
}

/// Orders of the day.
#[derive(Debug, Serialize, ToSchema)]
pub struct Today {
    #[serde(rename = "pendingConsultation")]
    pending: i64,
    #[serde(rename = "ongoingConsultation")]
    ongoing: i64,
    #[serde(rename = "completedConsultation")]
    completed: i64,
    #[serde(rename = "totalConsultation")]
    total: i64,
}

/// Something to do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": 1, "type": "system", "title": "请按时签到", "icon": "bell", "time": "08:00"}))]
pub struct Reminder {
    id: usize,
    #[serde(rename = "type")]
    kind: &'static str,
    title: String,
    icon: &'static str,
    time: String,
}

/// The day at a glance (五.1.1)
#[utoipa::path(
    get, path = "/workbench/dashboard", operation_id = "workbench_dashboard", tag = "Doctor",
    security(("bearer" = []), ("password" = [])),
    responses((status = 200, description = "The day", body = Answer<Dashboard>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn workbench_dashboard(viewer: Viewer, now: Now) -> Result<Answer<Dashboard>, Failure> {
    let id = viewer.doctor()?;
    let doctor = doctors::find(id, &Database)?.ok_or_else(|| Failure::missing("医生档案不存在"))?;
    let shifts = shift::of_day(id, now.today, &Database)?;
    let stats = workbench::stats(id, now.today, &Database)?;
    Ok(ok(Dashboard {
        shift_status: status(current(&shifts, &now), &now),
        today_data: Today {
            pending: stats.pending,
            ongoing: stats.ongoing,
            completed: stats.completed,
            total: stats.total,
        },
        reminders: reminders(&shifts, &doctor, &now)?,
        recent_records: recent(id, USUAL, &now, &Database)?,
        doctor: who(doctor)?,
    }))
}

fn who(doctor: Doctor) -> Result<Who, Failure> {
    let department = departments::find_minor(doctor.dept_id, &Database)?.map(|dept| dept.name).unwrap_or_default();
    let Doctor { id, name, title, photo_path, .. } = doctor;
    Ok(Who { id, name, title, department, photo_path })
}

fn current<'a>(shifts: &'a [Shift], now: &Now) -> Option<&'a Shift> {
    let state = |shift: &Shift| shift.hours.status(shift.presence, now);
    let at_work = |shift: &&Shift| matches!(state(shift), ShiftStatus::CheckedIn | ShiftStatus::CheckoutPending);
    let to_come = |shift: &&Shift| state(shift) == ShiftStatus::NotCheckin && now.at < shift.hours.ends(now);
    shifts.iter().find(at_work).or_else(|| shifts.iter().find(to_come)).or(shifts.last())
}

fn status(shift: Option<&Shift>, now: &Now) -> ShiftState {
    let clock = |at: Option<Timestamp>| at.map(|at| now.time_of(at).to_string());
    let Some(shift) = shift else {
        let status = ShiftStatus::NotCheckin;
        return ShiftState {
            status,
            current_shift: None,
            checkin_time: None,
            checkout_time: None,
            work_duration: None,
            time_to_checkout: None,
        };
    };
    let (hours, presence) = (shift.hours, shift.presence);
    let state = hours.status(presence, now);
    let ahead = state == ShiftStatus::NotCheckin && now.at < hours.starts(now);
    let countdown = ahead.then(|| span(now.at, hours.starts(now)));
    ShiftState {
        status: state,
        current_shift: Some(Current { shift: shift.shown(), countdown }),
        checkin_time: clock(presence.checkin),
        checkout_time: clock(presence.checkout),
        work_duration: presence.checkin.map(|came| span(came, presence.checkout.unwrap_or(now.at))),
        time_to_checkout: (state == ShiftStatus::CheckedIn).then(|| span(now.at, hours.ends(now))),
    }
}

/// What is to do today: to check in, to check out, and for heads to decide on leave.
fn reminders(shifts: &[Shift], doctor: &Doctor, now: &Now) -> Result<Vec<Reminder>, Failure> {
    let mut found = Vec::new();
    for shift in shifts {
        match shift.hours.status(shift.presence, now) {
            ShiftStatus::NotCheckin if now.at < shift.hours.ends(now) => {
                found.push(("system", "请按时签到".to_owned(), shift.hours.start));
            }
            ShiftStatus::CheckoutPending => found.push(("system", "请及时签退".to_owned(), shift.hours.end)),
            _ => {}
        }
    }
    if doctor.is_head {
        let waiting = leaves::count_pending(doctor.dept_id, &Database)?;
        if waiting > 0 {
            found.push(("audit", format!("有 {waiting} 条请假申请待审核"), now.time));
        }
    }
    let reminder = |(index, (kind, title, time)): (usize, (&'static str, String, crate::domain::TimeOfDay))| Reminder {
        id: index + 1,
        kind,
        title,
        icon: "bell",
        time: time.to_string(),
    };
    Ok(found.into_iter().enumerate().map(reminder).collect())
}
