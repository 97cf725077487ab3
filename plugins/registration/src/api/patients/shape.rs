//! A person as the API shows it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Now;
use crate::domain::{Day, Gender, PatientId, PatientType};
use crate::store::patients::Patient;

/// A person among those of an account.
#[derive(Debug, Serialize, ToSchema)]
pub struct Person {
    /// Number of its place in the list.
    pub relation_id: PatientId,
    /// What it is to the account's owner.
    relation_type: String,
    /// Whether it is chosen unless another is.
    is_default: bool,
    /// The owner's note.
    remark: Option<String>,
    /// When it was added.
    create_time: String,
    /// The person.
    pub patient: PersonData,
}

/// The person itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonData {
    /// Its number, for orders.
    pub patient_id: PatientId,
    real_name: String,
    /// Student or staff number.
    identifier: Option<String>,
    id_card: Option<String>,
    phone_number: Option<String>,
    gender: Option<Gender>,
    birth_date: Option<Day>,
    age: Option<i64>,
    patient_type: PatientType,
}

impl Person {
    /// A person for its own account: nothing is masked.
    pub fn of(patient: Patient, now: &Now) -> Self {
        Self {
            relation_id: patient.id,
            is_default: patient.is_default,
            create_time: now.local(patient.created_at),
            patient: PersonData {
                patient_id: patient.id,
                age: patient.age(now.today),
                real_name: patient.name,
                identifier: patient.identifier,
                id_card: patient.id_card,
                phone_number: patient.phone,
                gender: patient.gender,
                birth_date: patient.birth_date,
                patient_type: patient.patient_type,
            },
            relation_type: patient.relation_type,
            remark: patient.remark,
        }
    }
}
