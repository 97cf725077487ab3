//! `GET /workbench/consultation-stats` and `recent-consultations`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::{Connection, Database};

use super::{Named, own};
use crate::access::{self, Viewer};
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{DoctorId, OrderId};
use crate::failure::Failure;
use crate::input::{Fields, Int, Query, Read};
use crate::store::workbench::{self, Stats};

/// Whose, and how many.
pub struct Asked {
    doctor: Named,
    limit: i64,
}

/// The most that a list of patients gives.
const MOST: i64 = 100;

/// How many it gives unless asked for more.
pub const USUAL: i64 = 3;

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let doctor = Named::read(fields);
        let limit = fields.optional("limit", &Int::at_least(1));
        Some(Self { doctor: doctor?, limit: limit?.unwrap_or(USUAL).min(MOST) })
    }
}

/// Patients who were seen.
#[derive(Debug, Serialize, ToSchema)]
pub struct Records {
    /// The last first.
    records: Vec<Record>,
}

/// Somebody who was seen.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RecentRecord, example = json!({
    "id": 9001, "patientName": "李四", "consultationTime": "09:32", "diagnosis": "高血压"
}))]
pub struct Record {
    /// The order.
    id: OrderId,
    patient_name: String,
    /// When, on the hospital's clock.
    consultation_time: String,
    /// `null` where nothing was written down.
    diagnosis: Option<String>,
}

/// Orders of the day by state (五.1.5)
#[utoipa::path(
    get, path = "/workbench/consultation-stats", operation_id = "consultation_stats", tag = "Doctor",
    security(("bearer" = []), ("password" = [])),
    params(("doctorId" = Option<i64>, Query, description = "The caller")),
    responses((status = 200, description = "How many", body = Answer<Stats>), Refusals)
)]
pub async fn consultation_stats(
    viewer: Viewer,
    now: Now,
    Query(named): Query<Named>,
) -> Result<Answer<Stats>, Failure> {
    let doctor = own(&viewer, &named)?;
    Ok(ok(workbench::stats(doctor, now.today, &Database)?))
}

/// Patients seen last today (五.1.6)
#[utoipa::path(
    get, path = "/workbench/recent-consultations", operation_id = "recent_consultations", tag = "Doctor",
    security(("bearer" = []), ("password" = [])),
    params(
        ("doctorId" = Option<i64>, Query, description = "The caller"),
        ("limit" = Option<i64>, Query, description = "3 unless it says otherwise, at most 100")
    ),
    responses((status = 200, description = "Them", body = Answer<Records>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn recent_consultations(
    viewer: Viewer,
    now: Now,
    Query(asked): Query<Asked>,
) -> Result<Answer<Records>, Failure> {
    let doctor = own(&viewer, &asked.doctor)?;
    Ok(ok(Records { records: recent(doctor, asked.limit, &now, &Database)? }))
}

/// Whom a doctor saw last today.
pub fn recent(doctor: DoctorId, limit: i64, now: &Now, within: &impl Connection) -> Result<Vec<Record>, Failure> {
    let found = workbench::recent(doctor, now.today, limit, within)?;
    access::touch(found.iter().map(|seen| seen.patient_id))?;
    let record = |seen: workbench::Seen| Record {
        id: seen.id,
        patient_name: seen.patient_name,
        consultation_time: now.time_of(seen.seen_at).to_string(),
        diagnosis: seen.diagnosis,
    };
    Ok(found.into_iter().map(record).collect())
}
