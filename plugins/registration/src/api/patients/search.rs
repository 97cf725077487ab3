//! `GET /patients`, and `PUT /admin/patients/{patient_id}/type`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use ward_sdk::Path;
use ward_sdk::sql::{self, Database};

use crate::access;
use crate::answer::{Answer, Done, done, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{Gender, Page, PatientId, PatientType};
use crate::failure::Failure;
use crate::input::{Body, Bool, Choice, Fields, Number, Query, Read, Text};
use crate::store::patients::{self, Patient, Search};

/// Persons that are shown where nobody says how many.
const DEFAULT: i64 = 1000;

/// What administrators look for.
pub struct Asked {
    search: Search,
    page: Page,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let by_page = fields.has("page_size") || fields.has("pageSize");
        let name = fields.optional("name", &Text::line(50));
        let phone = fields.optional("phone", &Text::line(30));
        let id = fields.optional("patient_id", &Number(PatientId));
        let page = Page::read(fields, DEFAULT);
        let search = Search { name: name?, phone: phone?, id: id? };
        if search == Search::default() && !by_page {
            fields.refuse("name/phone/patient_id", "至少需要提供一个搜索条件");
        }
        Some(Self { search, page: page? })
    }
}

/// Persons that were found.
#[derive(Serialize, ToSchema)]
pub struct Found {
    /// How many there are in all.
    total: i64,
    page: i64,
    page_size: i64,
    patients: Vec<FoundPatient>,
}

/// A person as administrators see it.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "patient_id": 12345, "name": "王小明", "phone": "13812345678", "gender": "男", "age": 28, "id_card": "110101199501011234"
}))]
struct FoundPatient {
    patient_id: PatientId,
    name: String,
    phone: Option<String>,
    gender: Option<Gender>,
    age: Option<i64>,
    id_card: Option<String>,
    patient_type: PatientType,
    /// Whether an administrator has confirmed the type.
    verified: bool,
}

impl FoundPatient {
    fn of(patient: Patient, now: &Now) -> Self {
        Self {
            patient_id: patient.id,
            age: patient.age(now.today),
            name: patient.name,
            phone: patient.phone,
            gender: patient.gender,
            id_card: patient.id_card,
            patient_type: patient.patient_type,
            verified: patient.verified,
        }
    }
}

/// Search persons by name, phone number or number
///
/// With `page_size` and no criterion all of them, page by page.
#[utoipa::path(
    get, path = "/patients", operation_id = "search_patients", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(
        ("name" = Option<String>, Query, description = "Part of the name"),
        ("phone" = Option<String>, Query, description = "Part of the phone number"),
        ("patient_id" = Option<i64>, Query, description = "The number"),
        ("page" = Option<u32>, Query, description = "From 1 (1)"),
        ("page_size" = Option<u32>, Query, description = "At most 10,000 (1,000)"),
    ),
    responses((status = 200, description = "Persons", body = Answer<Found>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn search_patients(now: Now, Query(asked): Query<Asked>) -> Result<Answer<Found>, Failure> {
    let Page { page, page_size } = asked.page;
    let (total, found) = patients::search(&asked.search, asked.page, &Database)?;
    access::touch(found.iter().map(|patient| patient.id))?;
    let patients = found.into_iter().map(|patient| FoundPatient::of(patient, &now)).collect();
    Ok(ok(Found { total, page, page_size, patients }))
}

/// What a person is to the university.
#[derive(Deserialize, ToSchema)]
#[schema(as = PatientTypeChange, example = json!({"patient_type": "student", "verified": true}))]
#[expect(dead_code, reason = "describes the body; `TypeChange` is read from it")]
struct TypeBody {
    /// `student`, `teacher`, `staff` or `external`.
    patient_type: String,
    /// Whether that is confirmed (true).
    verified: Option<bool>,
}

/// What was sent.
pub struct TypeChange {
    patient_type: PatientType,
    verified: bool,
}

impl Read for TypeChange {
    fn read(fields: &mut Fields) -> Option<Self> {
        let patient_type = fields.required("patient_type", &Choice::new());
        let verified = fields.optional("verified", &Bool);
        Some(Self { patient_type: patient_type?, verified: verified?.unwrap_or(true) })
    }
}

/// Set what a person is to the university
///
/// Discounts go by it, so that only administrators set it.
#[utoipa::path(
    put, path = "/admin/patients/{patient_id}/type", operation_id = "confirm_patient", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(("patient_id" = i64, Path, description = "Number of the person")),
    request_body = TypeBody,
    responses((status = 200, description = "Set", body = Answer<Done>), Refusals),
    extensions(("x-ward-patient-data" = json!({"patient": "patient_id"})))
)]
pub async fn confirm_patient(
    Path(id): Path<PatientId>,
    Body(change): Body<TypeChange>,
) -> Result<Answer<Done>, Failure> {
    sql::transaction(|tx| {
        let found = patients::find(id, tx)?;
        let mut patient = found.ok_or_else(|| Failure::missing("患者不存在"))?;
        patient.patient_type = change.patient_type;
        patient.verified = change.verified;
        patients::update(&patient, tx).map_err(Failure::from)
    })?;
    Ok(done("患者身份已更新"))
}
