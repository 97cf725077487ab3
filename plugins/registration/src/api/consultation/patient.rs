//! `GET /doctor/patient/{patient_id}`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::Path;
use ward_sdk::http::StatusCode;
use ward_sdk::sql::Database;

use crate::access::Viewer;
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::api::visits::shape::{HealthRecord, health_record};
use crate::clock::Now;
use crate::domain::{PatientId, Word as _};
use crate::failure::Failure;
use crate::store::{patients, visits};

/// The code for a patient who is not there.
const NO_PATIENT: u16 = 201;

/// A patient; everything behind `age` only for a doctor who has seen the patient.
#[derive(Serialize, ToSchema)]
pub struct PatientDetail {
    patient_id: PatientId,
    name: String,
    /// 男, 女, 其他 or 未知.
    gender: &'static str,
    age: Option<i64>,
    #[serde(flatten)]
    record: Option<HealthRecord>,
}

/// Show a patient to a doctor
///
/// Any doctor and the administrators see name, gender and age. A doctor who has seen the patient also sees
/// phone and identity card, masked, and the records of the own consultations.
#[utoipa::path(
    get, path = "/doctor/patient/{patient_id}", operation_id = "get_patient", tag = "Doctor",
    security(("bearer" = []), ("password" = [])),
    params(("patient_id" = i64, Path, description = "Number of the patient")),
    responses((status = 200, description = "The patient", body = Answer<PatientDetail>), Refusals),
    extensions(("x-ward-patient-data" = json!({"patient": "patient_id"})))
)]
pub async fn get_patient(viewer: Viewer, now: Now, Path(id): Path<i64>) -> Result<Answer<PatientDetail>, Failure> {
    let found = patients::find(PatientId(id), &Database)?;
    let patient = found.ok_or_else(|| {
        Failure::new(StatusCode::NOT_FOUND, NO_PATIENT, "资源获取失败", format!("患者ID {id} 不存在"))
    })?;
    let record = match viewer.doctor {
        Some(doctor) if visits::treated(doctor, patient.id, &Database)? => {
            let own = visits::of_patient(patient.id, Some(doctor), &Database)?;
            Some(health_record(&patient, own, &now))
        }
        _ => None,
    };
    Ok(ok(PatientDetail {
        patient_id: patient.id,
        name: patient.name.clone(),
        gender: patient.gender.map_or("未知", |gender| gender.word()),
        age: patient.age(now.today),
        record,
    }))
}
