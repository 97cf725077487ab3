//! `POST /auth/user-info` and `GET /auth/user-info`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::identity::{self, LoginKind};
use ward_sdk::sql::Database;

use crate::access::Viewer;
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{AccountId, Day, Gender, PatientId, PatientType};
use crate::failure::Failure;
use crate::mask;
use crate::store::patients::{self, Patient};

/// Who the caller is.
#[derive(Serialize, ToSchema)]
pub struct UserInfo {
    /// The account's number.
    userid: AccountId,
    /// The person of the account's owner; `null` if the account is no patient's.
    patient: Option<PatientInfo>,
}

/// The person of an account's owner, with the middle of personal data left out.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PatientInfo {
    id: PatientId,
    real_name: String,
    identifier: Option<String>,
    phonenumber: Option<String>,
    id_card: Option<String>,
    gender: Option<Gender>,
    birth_date: Option<Day>,
    age: Option<i64>,
    email: Option<String>,
    /// Whether an administrator has confirmed the type.
    verified: bool,
    patient_type: PatientType,
    /// `active`.
    status: &'static str,
}

impl PatientInfo {
    fn of(patient: Patient, email: Option<&str>, now: &Now) -> Self {
        Self {
            id: patient.id,
            age: patient.age(now.today),
            real_name: patient.name,
            identifier: patient.identifier,
            phonenumber: patient.phone.as_deref().map(mask::phone),
            id_card: patient.id_card.as_deref().map(mask::id_card),
            gender: patient.gender,
            birth_date: patient.birth_date,
            email: email.map(mask::email),
            verified: patient.verified,
            patient_type: patient.patient_type,
            status: "active",
        }
    }
}

/// Show who the caller is: the doctor with its photo, or the patient
#[utoipa::path(
    post, path = "/auth/user-info", operation_id = "user_info", tag = "Accounts",
    security(("bearer" = []), ("password" = [])),
    responses((status = 200, description = "Who the caller is", body = Answer<UserInfo>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn user_info(viewer: Viewer, now: Now) -> Result<Answer<UserInfo>, Failure> {
    let account = identity::get(viewer.account.0)?;
    let own = patients::of_owner(viewer.account, &Database)?;
    let email = account.login(LoginKind::Email);
    let patient = own.map(|patient| PatientInfo::of(patient, email, &now));
    Ok(ok(UserInfo { userid: viewer.account, patient }))
}

/// Show who the caller is: the doctor with its photo, or the patient
#[utoipa::path(
    get, path = "/auth/user-info", operation_id = "user_info_by_get", tag = "Accounts",
    security(("bearer" = []), ("password" = [])),
    responses((status = 200, description = "Who the caller is", body = Answer<UserInfo>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)), ("x-ward-same-as" = json!("user_info")))
)]
pub async fn user_info_by_get(viewer: Viewer, now: Now) -> Result<Answer<UserInfo>, Failure> {
    user_info(viewer, now).await
}
