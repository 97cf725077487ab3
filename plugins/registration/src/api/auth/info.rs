//! `POST /auth/user-info` and `GET /auth/user-info`.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::blobs;
use ward_sdk::identity::{self, LoginKind};
use ward_sdk::sql::Database;

use crate::access::{self, Viewer};
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{AccountId, Day, DoctorId, Gender, PatientId, PatientType};
use crate::failure::Failure;
use crate::mask;
use crate::store::doctors::{self, Doctor};
use crate::store::files::{self, StoredFile};
use crate::store::patients::{self, Patient};
use crate::store::{areas, clinics, departments};

/// Who the caller is.
#[derive(Serialize, ToSchema)]
pub struct UserInfo {
    /// The account's number.
    userid: AccountId,
    /// The doctor; `null` if the account is no doctor's.
    doctor: Option<DoctorInfo>,
    /// The person of the account's owner; `null` if the account is no patient's.
    patient: Option<PatientInfo>,
}

/// A doctor as its own front end shows it, numbers and truth as the texts that the document has there.
#[derive(Serialize, ToSchema)]
pub struct DoctorInfo {
    id: DoctorId,
    name: String,
    department: Option<String>,
    department_id: String,
    hospital: Option<String>,
    title: String,
    /// `True` or `False`.
    is_department_head: &'static str,
    photo_mime: Option<String>,
    photo_base64: Option<String>,
}

impl DoctorInfo {
    fn of(doctor: Doctor, now: &Now) -> Result<Self, Failure> {
        let department = departments::find_minor(doctor.dept_id, &Database)?;
        let photo = photo(&doctor, now)?;
        let (photo_mime, photo_base64) = photo.map(|(file, bytes)| (file.media_type, STANDARD.encode(bytes))).unzip();
        Ok(Self {
            id: doctor.id,
            hospital: hospital(&doctor)?,
            name: doctor.name,
            department: department.map(|department| department.name),
            department_id: doctor.dept_id.to_string(),
            title: doctor.title,
            is_department_head: if doctor.is_head { "True" } else { "False" },
            photo_mime,
            photo_base64,
        })
    }
}

/// The area that the doctor's department has its first clinic in, or the hospital's first area.
fn hospital(doctor: &Doctor) -> Result<Option<String>, Failure> {
    let clinics = clinics::of_department(doctor.dept_id, &Database)?;
    let area = match clinics.first() {
        Some(clinic) => areas::find(clinic.area_id, &Database)?,
        None => areas::first(&Database)?,
    };
    Ok(area.map(|area| area.name))
}

/// The photo, whole: it is an image of 5 MB at most.
fn photo(doctor: &Doctor, now: &Now) -> Result<Option<(StoredFile, Vec<u8>)>, Failure> {
    let Some(address) = &doctor.photo_path else { return Ok(None) };
    let Some(file) = files::find(files::path_of(address), now.at, &Database)? else { return Ok(None) };
    let mut bytes = Vec::new();
    let read = blobs::open(&file.blob)?.take(files::MOST_BYTES).read_to_end(&mut bytes);
    read.map_err(|_| Failure::unavailable())?;
    Ok(Some((file, bytes)))
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
    extensions(("x-ward-patient-data" = json!({"action": "read"})))
)]
pub async fn user_info(viewer: Viewer, now: Now) -> Result<Answer<UserInfo>, Failure> {
    let account = identity::get(viewer.account.0)?;
    let own = patients::of_owner(viewer.account, &Database)?;
    access::touch(own.iter().map(|patient| patient.id))?;
    let email = account.login(LoginKind::Email);
    let patient = own.map(|patient| PatientInfo::of(patient, email, &now));
    let doctor = viewer.doctor.map(|id| doctors::find(id, &Database)).transpose()?.flatten();
    let doctor = doctor.map(|doctor| DoctorInfo::of(doctor, &now)).transpose()?;
    Ok(ok(UserInfo { userid: viewer.account, doctor, patient }))
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
