//! `GET /patient/health-record`.

use ward_sdk::sql::Database;

use super::shape::{HealthRecord, health_record as shape};
use crate::access::{self, Viewer};
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::PatientId;
use crate::failure::Failure;
use crate::input::{Fields, Number, Query, Read};
use crate::store::{patients, visits};

/// Of which of the own persons.
pub struct Whose(Option<PatientId>);

impl Read for Whose {
    fn read(fields: &mut Fields) -> Option<Self> {
        let snake = fields.optional("patient_id", &Number(PatientId));
        let camel = fields.optional("patientId", &Number(PatientId));
        Some(Self(snake?.or(camel?)))
    }
}

/// Health record of an own person
///
/// Of the account's default person, unless another of its persons is named.
#[utoipa::path(
    get, path = "/patient/health-record", operation_id = "health_record", tag = "Patient",
    security(("bearer" = []), ("password" = [])),
    params(("patient_id" = Option<i64>, Query, description = "One of the own persons")),
    responses((status = 200, description = "The record", body = Answer<HealthRecord>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn health_record(
    viewer: Viewer,
    now: Now,
    Query(Whose(named)): Query<Whose>,
) -> Result<Answer<HealthRecord>, Failure> {
    let own = patients::of_account(viewer.account, &Database)?;
    // The default one comes first.
    let chosen = own.into_iter().find(|patient| named.is_none_or(|id| patient.id == id));
    let patient = chosen.ok_or_else(|| Failure::missing("就诊人不存在"))?;
    access::touch([patient.id])?;
    let visits = visits::of_patient(patient.id, None, &Database)?;
    Ok(ok(shape(&patient, visits, &now)))
}
