//! Visit records, as the API shows them.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::config;

use crate::clock::Now;
use crate::domain::{Gender, VisitId, Word as _};
use crate::mask;
use crate::store::patients::Patient;
use crate::store::visits::Visit;

/// The setting that says where patients live whose address nobody knows.
const ADDRESS: &str = "patient_address";

/// Without a setting: the university's.
const CAMPUS: &str = "北京市海淀区学院路37号北京交通大学";

/// A visit.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "id": "194", "outpatientNo": "000194", "visitDate": "2025-11-12 13:45", "department": "心内科",
    "doctorName": "李医生", "chiefComplaint": "胸闷气短3天", "presentIllness": "患者3天前无明显诱因出现胸闷",
    "auxiliaryExam": "心电图示窦性心律", "diagnosis": "冠心病", "prescription": "阿司匹林 100mg qd", "status": "completed"
}))]
pub struct VisitRecord {
    /// Its number, as text.
    pub id: String,
    /// The number with six digits.
    pub outpatient_no: String,
    /// The hospital's time, to the minute.
    pub visit_date: String,
    /// Where.
    pub department: String,
    /// By whom.
    pub doctor_name: String,
    /// 主诉.
    pub chief_complaint: Option<String>,
    /// 现病史.
    pub present_illness: Option<String>,
    /// 辅助检查.
    pub auxiliary_exam: Option<String>,
    /// 诊断.
    pub diagnosis: Option<String>,
    /// 处方.
    pub prescription: Option<String>,
    /// `completed`, or `ongoing` while it is followed up.
    pub status: String,
}

impl VisitRecord {
    /// A visit, in the hospital's time.
    pub fn of(visit: Visit, now: &Now) -> Self {
        Self {
            id: visit.id.to_string(),
            outpatient_no: outpatient_no(visit.id),
            visit_date: minutes(now, visit.visited_at),
            department: visit.department,
            doctor_name: visit.doctor_name,
            chief_complaint: visit.chief_complaint,
            present_illness: visit.present_illness,
            auxiliary_exam: visit.auxiliary_exam,
            diagnosis: visit.diagnosis,
            prescription: visit.prescription,
            status: visit.status,
        }
    }
}

/// A moment as `2025-11-12 13:45`.
pub fn minutes(now: &Now, at: crate::domain::Timestamp) -> String {
    format!("{} {}", now.day_of(at), now.time_of(at))
}

fn outpatient_no(id: VisitId) -> String {
    format!("{:06}", id.0)
}

/// Who a record is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Person {
    /// Its name.
    pub name: String,
    /// 男, 女 or 未知.
    pub gender: &'static str,
    /// Whole years; `null` where the day of birth is not known.
    pub age: Option<i64>,
}

impl Person {
    /// A patient, as old as today.
    pub fn of(patient: &Patient, now: &Now) -> Self {
        let gender = match patient.gender {
            Some(gender @ (Gender::Male | Gender::Female)) => gender.word(),
            _ => "未知",
        };
        Self { name: patient.name.clone(), gender, age: patient.age(now.today) }
    }
}

/// All that is recorded of a patient (五.5.1).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HealthRecord {
    patient_id: String,
    basic_info: BasicInfo,
    medical_history: MedicalHistory,
    /// The newest first.
    consultation_records: Vec<VisitRecord>,
}

/// Who it is, with the middle of numbers left out.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BasicInfo {
    #[serde(flatten)]
    person: Person,
    /// Not recorded: `null`.
    height: Option<f64>,
    #[schema(example = "138****5678")]
    phone: Option<String>,
    #[schema(example = "110101********1234")]
    id_card: Option<String>,
    address: String,
}

/// Not recorded: empty lists.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the API's names")]
pub struct MedicalHistory {
    past_history: Vec<String>,
    allergy_history: Vec<String>,
    family_history: Vec<String>,
}

/// A patient's health record, with these visits.
pub fn health_record(patient: &Patient, visits: Vec<Visit>, now: &Now) -> HealthRecord {
    HealthRecord {
        patient_id: patient.id.to_string(),
        basic_info: BasicInfo {
            person: Person::of(patient, now),
            height: None,
            phone: patient.phone.as_deref().map(mask::phone),
            id_card: patient.id_card.as_deref().or(patient.identifier.as_deref()).map(mask::id_card),
            address: config::setting(ADDRESS).unwrap_or_else(|| CAMPUS.to_owned()),
        },
        medical_history: MedicalHistory::default(),
        consultation_records: visits.into_iter().map(|visit| VisitRecord::of(visit, now)).collect(),
    }
}
