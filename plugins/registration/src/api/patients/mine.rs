//! `GET /patient/patients` and `GET /patient/patients/default`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::Database;

use super::shape::Person;
use crate::access::{self, Viewer};
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::failure::Failure;
use crate::store::patients;

/// The caller's persons.
#[derive(Serialize, ToSchema)]
pub struct Persons {
    /// The default one first.
    patients: Vec<Person>,
}

/// List the caller's persons
#[utoipa::path(
    get, path = "/patient/patients", operation_id = "list_persons", tag = "Patient",
    security(("bearer" = []), ("password" = [])),
    responses((status = 200, description = "Persons", body = Answer<Persons>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn list_persons(viewer: Viewer, now: Now) -> Result<Answer<Persons>, Failure> {
    let own = patients::of_account(viewer.account, &Database)?;
    access::touch(own.iter().map(|patient| patient.id))?;
    Ok(ok(Persons { patients: own.into_iter().map(|patient| Person::of(patient, &now)).collect() }))
}

/// Show the caller's default person
///
/// `null` if there is none.
#[utoipa::path(
    get, path = "/patient/patients/default", operation_id = "default_person", tag = "Patient",
    security(("bearer" = []), ("password" = [])),
    responses((status = 200, description = "The person", body = Answer<Option<Person>>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn default_person(viewer: Viewer, now: Now) -> Result<Answer<Option<Person>>, Failure> {
    let own = patients::of_account(viewer.account, &Database)?;
    let default = own.into_iter().find(|patient| patient.is_default);
    access::touch(default.iter().map(|patient| patient.id))?;
    Ok(ok(default.map(|patient| Person::of(patient, &now))))
}
