//! Studies.

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use ward_sdk::policy::Entity;
use ward_sdk::sql::{self, Conditions, Connection, containing, from_row, params};

use crate::domain::{
    AccountId, CentreId, Gender, Modality, Page, Status, StudyCode, StudyId, StudyRef, Timestamp, Word,
};

/// A study.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 1,
    "study_id": "X3LUIDBH",
    "patient_name": "John Doe",
    "patient_age": 45,
    "patient_gender": "M",
    "modality": "ct",
    "study_type": "CT Scan - Chest",
    "study_description": "Routine chest examination",
    "is_urgent": false,
    "status": "uploaded",
    "centre_id": 1,
    "created_by_id": 3,
    "assigned_radiologist_id": null,
    "dicom_files_path": "/storage/Demo Centre/X3LUIDBH",
    "num_instances": 3,
    "created_at": "2025-10-06T17:28:54.670008"
}))]
pub struct Study {
    /// Its number.
    pub id: StudyId,
    /// Eight letters and digits that name it, too.
    #[schema(value_type = String, min_length = 8, max_length = 8)]
    pub study_id: StudyCode,
    /// As it was sent.
    pub patient_name: String,
    /// Years.
    #[schema(minimum = 0, maximum = 150)]
    pub patient_age: i64,
    /// `M`, `F` or `O`.
    pub patient_gender: Gender,
    /// How it was made.
    pub modality: Modality,
    /// What kind of examination it is.
    pub study_type: String,
    /// May be empty.
    pub study_description: String,
    /// Whether it should be looked at first.
    pub is_urgent: bool,
    /// Where it stands.
    pub status: Status,
    /// The centre it belongs to.
    pub centre_id: CentreId,
    /// Who uploaded it.
    pub created_by_id: AccountId,
    /// Who is to report on it, once assigned.
    pub assigned_radiologist_id: Option<AccountId>,
    /// Where its files are filed. A name, not an address.
    pub dicom_files_path: String,
    /// How many files it has.
    pub num_instances: i64,
    /// UTC, with microseconds.
    #[schema(value_type = String)]
    pub created_at: Timestamp,
}

from_row!(Study {
    id,
    study_id,
    patient_name,
    patient_age,
    patient_gender,
    modality,
    study_type,
    study_description,
    is_urgent,
    status,
    centre_id,
    created_by_id,
    assigned_radiologist_id,
    dicom_files_path,
    num_instances,
    created_at,
});

impl Study {
    /// The study as policies see it.
    #[must_use]
    pub fn entity(&self) -> Entity {
        entity(self.id, self.centre_id, self.status, self.is_urgent)
    }
}

/// A study as policies see it.
pub fn entity(id: StudyId, centre: CentreId, status: Status, urgent: bool) -> Entity {
    let attributes = json!({ "centre": centre, "status": status.word(), "urgent": urgent });
    Entity { kind: "Study", id: id.0.to_string(), attributes }
}

/// What is told of a study when it is uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewStudy {
    /// The patient's name.
    pub patient_name: String,
    /// The patient's age in years.
    pub patient_age: i64,
    /// The patient's gender.
    pub patient_gender: Gender,
    /// How it was made.
    pub modality: Modality,
    /// What kind of examination it is.
    pub study_type: String,
    /// More about it.
    pub study_description: String,
    /// Whether it should be looked at first.
    pub is_urgent: bool,
}

/// Where a study is filed.
#[derive(Clone, Debug)]
pub struct Filing<'a> {
    /// Its code.
    pub code: &'a StudyCode,
    /// Its centre.
    pub centre: CentreId,
    /// Who uploads it.
    pub created_by: AccountId,
    /// Where its files are said to be.
    pub path: String,
    /// How many they are.
    pub instances: i64,
    /// When.
    pub now: Timestamp,
}

/// What a list of studies is restricted to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// What the caller may see.
    pub scope: Option<CentreId>,
    /// Of this centre.
    pub centre: Option<CentreId>,
    /// In this state.
    pub status: Option<Status>,
    /// Made this way.
    pub modality: Option<Modality>,
    /// With this text in the patient's name, the code, the type or the description.
    pub search: Option<String>,
    /// Uploaded then or later.
    pub from: Option<Timestamp>,
    /// Uploaded before then.
    pub until: Option<Timestamp>,
}

const COLUMNS: &str = "id, study_id, patient_name, patient_age, patient_gender, modality, study_type, \
     study_description, is_urgent, status, centre_id, created_by_id, assigned_radiologist_id, \
     dicom_files_path, num_instances, created_at";

/// Adds a study, uploaded now.
pub fn insert(new: &NewStudy, filing: &Filing<'_>, within: &impl Connection) -> Result<Study, sql::Error> {
    let search_text = [&new.patient_name, filing.code.as_str(), &new.study_type, &new.study_description].join("\n");
    within.query_one(
        &format!(
            "INSERT INTO study (study_id, patient_name, patient_age, patient_gender, modality, study_type, \
             study_description, is_urgent, status, centre_id, created_by_id, dicom_files_path, num_instances, \
             search_text, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING {COLUMNS}"
        ),
        &params![
            filing.code,
            new.patient_name,
            new.patient_age,
            new.patient_gender,
            new.modality,
            new.study_type,
            new.study_description,
            new.is_urgent,
            Status::Uploaded,
            filing.centre,
            filing.created_by,
            filing.path,
            filing.instances,
            search_text.to_lowercase(),
            filing.now
        ],
    )
}

/// One study.
pub fn find(study: &StudyRef, within: &impl Connection) -> Result<Option<Study>, sql::Error> {
    let by = |column: &str| format!("SELECT {COLUMNS} FROM study WHERE {column} = $1");
    match study {
        StudyRef::Number(id) => within.query_optional(&by("id"), &params![id]),
        StudyRef::Code(code) => within.query_optional(&by("study_id"), &params![code]),
    }
}

/// Studies, the newest first.
pub fn list(filter: &Filter, page: Page) -> Result<Vec<Study>, sql::Error> {
    let pattern = filter.search.as_ref().map(|text| containing(&text.to_lowercase()));
    let (statement, parameters) = Conditions::new()
        .and("centre_id = ?", filter.scope)
        .and("centre_id = ?", filter.centre)
        .and("status = ?", filter.status)
        .and("modality = ?", filter.modality)
        .and("search_text LIKE ? ESCAPE '!'", pattern)
        .and("created_at >= ?", filter.from)
        .and("created_at < ?", filter.until)
        .page(&format!("SELECT {COLUMNS} FROM study"), "id DESC", page);
    sql::query(&statement, &parameters)
}

/// Writes where a study stands and who is to report on it.
pub fn update(study: &Study, within: &impl Connection) -> Result<(), sql::Error> {
    within.execute(
        "UPDATE study SET status = $2, assigned_radiologist_id = $3 WHERE id = $1",
        &params![study.id, study.status, study.assigned_radiologist_id],
    )?;
    Ok(())
}
