//! `GET /doctor/schedule/available-doctors`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::Database;

use crate::access::{self, Viewer};
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::domain::{ClinicId, Day, MinorId, Section, Shift};
use crate::failure::Failure;
use crate::input::{Choice, Date, Fields, Number, Query, Read};
use crate::store::doctors::{self, Doctor};
use crate::store::{leaves, schedules};

/// When and where somebody is looked for.
pub struct Asked {
    clinic: ClinicId,
    day: Day,
    shift: Shift,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let clinic = fields.required("clinicId", &Number(ClinicId));
        let day = fields.required("date", &Date);
        let shift = fields.required("shift", &Choice::<Shift>::new());
        Some(Self { clinic: clinic?, day: day?, shift: shift? })
    }
}

/// A doctor of the department.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "id": "11", "name": "李四", "title": "副主任医师", "dept": 1, "status": "conflict",
    "conflictReason": "当天已有排班", "assignedCount": null
}))]
pub struct Available {
    /// Its number, as text.
    id: String,
    name: String,
    title: String,
    dept: MinorId,
    /// `available`, `conflict` (works then already) or `leave`.
    status: &'static str,
    conflict_reason: Option<&'static str>,
    /// Not counted: `null`.
    assigned_count: Option<i64>,
}

/// The doctors of the department, and whether they are free in a shift (五.4.5.3)
#[utoipa::path(
    get, path = "/doctor/schedule/available-doctors", operation_id = "available_doctors", tag = "Audits",
    security(("bearer" = []), ("password" = [])),
    params(
        ("clinicId" = i64, Query, description = "A clinic of the own department"),
        ("date" = String, Query, description = "The day"),
        ("shift" = String, Query, description = "`morning`, `afternoon` or `night`")
    ),
    responses((status = 200, description = "The doctors", body = Answer<Vec<Available>>), Refusals)
)]
pub async fn available_doctors(viewer: Viewer, Query(asked): Query<Asked>) -> Result<Answer<Vec<Available>>, Failure> {
    let head = access::head(&viewer, &Database)?;
    super::clinics::managed(asked.clinic, &head, &Database)?;
    let section = asked.shift.section();
    let all = doctors::of_department(head.dept_id, &Database)?;
    let shown = all.into_iter().map(|doctor| available(doctor, asked.day, section));
    Ok(ok(shown.collect::<Result<_, Failure>>()?))
}

fn available(doctor: Doctor, day: Day, section: Section) -> Result<Available, Failure> {
    let (status, conflict_reason) = if leaves::on_leave(doctor.id, day, section, &Database)? {
        ("leave", None)
    } else if schedules::at(doctor.id, day, section, &Database)?.is_some() {
        ("conflict", Some("当天已有排班"))
    } else {
        ("available", None)
    };
    Ok(Available {
        id: doctor.id.to_string(),
        name: doctor.name,
        title: doctor.title,
        dept: doctor.dept_id,
        status,
        conflict_reason,
        assigned_count: None,
    })
}
