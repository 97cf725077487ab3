//! `GET /admin/audit/schedule` and one of them.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::Path;
use ward_sdk::sql::Database;

use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::week::{Cell, DAYS};
use crate::domain::{AccountId, AuditId, AuditStatus, ClinicId, Day, DoctorId, MinorId, Section, Shift};
use crate::failure::Failure;
use crate::store::schedule_audits::{self, ScheduleAudit};

/// A request.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScheduleAudit)]
pub struct Shown {
    id: AuditId,
    department_id: MinorId,
    department_name: String,
    clinic_id: ClinicId,
    clinic_name: String,
    /// The head who asks: number of the doctor.
    submitter_id: DoctorId,
    submitter_name: String,
    /// The hospital's time.
    submit_time: String,
    week_start: Day,
    week_end: Day,
    remark: Option<String>,
    status: AuditStatus,
    /// The auditor's account.
    auditor_id: Option<AccountId>,
    /// The hospital's time.
    audit_time: Option<String>,
    audit_remark: Option<String>,
    /// Seven days of three shifts.
    schedule: Vec<Vec<ShownCell>>,
}

/// A shift of the week.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "date": "2025-11-25", "shift": "morning", "time_section": "上午", "changed": true, "doctor_id": 10, "doctor_name": "张三"
}))]
pub struct ShownCell {
    date: Day,
    shift: Shift,
    time_section: Section,
    #[serde(flatten)]
    cell: Cell,
}

impl Shown {
    fn of(audit: ScheduleAudit, now: &Now) -> Self {
        let start = audit.week_start;
        let cells: Vec<_> = audit.week.cells(start).collect();
        let cell = |&(date, shift, cell): &(Day, Shift, &Cell)| ShownCell {
            date,
            shift,
            time_section: shift.section(),
            cell: cell.clone(),
        };
        let schedule = cells.chunks(Shift::ALL.len()).map(|day| day.iter().map(cell).collect()).collect();
        Self {
            id: audit.id,
            department_id: audit.dept_id,
            department_name: audit.dept_name,
            clinic_id: audit.clinic_id,
            clinic_name: audit.clinic_name,
            submitter_id: audit.submitter,
            submitter_name: audit.submitter_name,
            submit_time: now.local(audit.submitted_at),
            week_start: start,
            week_end: start.plus(DAYS - 1),
            remark: audit.remark,
            status: audit.status,
            auditor_id: audit.auditor,
            audit_time: audit.audited_at.map(|at| now.local(at)),
            audit_remark: audit.audit_remark,
            schedule,
        }
    }
}

/// Requests.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScheduleAudits {
    /// The newest first; at most 5,000.
    audits: Vec<Shown>,
}

/// All requests to change a clinic's week (二.5.1)
#[utoipa::path(
    get, path = "/admin/audit/schedule", operation_id = "list_schedule_audits", tag = "Audits",
    security(("bearer" = []), ("password" = [])),
    responses((status = 200, description = "The requests", body = Answer<ScheduleAudits>), Refusals)
)]
pub async fn list_schedule_audits(now: Now) -> Result<Answer<ScheduleAudits>, Failure> {
    let found = schedule_audits::list(&Database)?;
    Ok(ok(ScheduleAudits { audits: found.into_iter().map(|audit| Shown::of(audit, &now)).collect() }))
}

/// One request to change a clinic's week (二.5.2)
#[utoipa::path(
    get, path = "/admin/audit/schedule/{audit_id}", operation_id = "get_schedule_audit", tag = "Audits",
    security(("bearer" = []), ("password" = [])),
    params(("audit_id" = i64, Path, description = "Number of the request")),
    responses((status = 200, description = "The request", body = Answer<Shown>), Refusals)
)]
pub async fn get_schedule_audit(now: Now, Path(id): Path<AuditId>) -> Result<Answer<Shown>, Failure> {
    let audit = schedule_audits::find(id, &Database)?.ok_or_else(super::approve::missing)?;
    Ok(ok(Shown::of(audit, &now)))
}
