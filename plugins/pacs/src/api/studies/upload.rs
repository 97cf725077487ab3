//! `POST /studies/upload` and `POST /studies`.
//!
//! Every file's header is read before anything is written; one that is not DICOM refuses the whole upload
//! with a sentence that names it. Then one transaction writes the study, its files' rows, and keeps
//! the files themselves: all of it exists afterwards, or nothing.

use serde::Deserialize;
use utoipa::ToSchema;
use ward_sdk::axum::extract::{FromRequest, Request};
use ward_sdk::sql::{self, Database};
use ward_sdk::{File, Json, Multipart, log, policy};

use super::instances::MEDIA_TYPE;
use super::upload_form::Upload;
use crate::access::{self, Viewer};
use crate::api::docs::UploadRefusals;
use crate::dicom::{self, Failed};
use crate::domain::{CentreId, StudyCode, StudyRef, Timestamp};
use crate::failure::Failure;
use crate::store::centres::{self, Centre};
use crate::store::instances::{self, Instance};
use crate::store::studies::{self, Filing, Study};

/// The form of an upload.
#[derive(ToSchema, Deserialize)]
#[schema(as = UploadForm)]
#[expect(dead_code, reason = "describes the form; `Upload` is read from it")]
struct FormBody {
    #[schema(example = "John Doe", min_length = 1, max_length = 255)]
    patient_name: String,
    /// Years.
    #[schema(example = 45, minimum = 0, maximum = 150)]
    patient_age: i64,
    /// `M`, `F` or `O`.
    #[schema(example = "M")]
    patient_gender: String,
    /// `ct`, `xray`, `mri`, `ultrasound` or `pet`.
    #[schema(example = "ct")]
    modality: String,
    #[schema(example = "CT Scan - Chest", min_length = 1, max_length = 255)]
    study_type: String,
    #[schema(example = "Routine chest examination", max_length = 4000)]
    study_description: Option<String>,
    /// `false` unless it says otherwise.
    #[schema(example = false)]
    is_urgent: Option<bool>,
    /// For administrators: the centre to file it under. Without it: the first active one.
    centre_id: Option<CentreId>,
    /// The DICOM files, 100 MB each at most. The field may also be called `files`.
    #[schema(value_type = Vec<String>, format = Binary)]
    dicom_files: Vec<Vec<u8>>,
}

/// Upload a study with its DICOM files
///
/// One file that is not DICOM refuses the whole upload, and nothing is kept. The files keep their order.
#[utoipa::path(
    post, path = "/studies/upload", operation_id = "upload_study", tag = "Studies",
    security(("bearer" = []), ("password" = [])),
    request_body(content = FormBody, content_type = "multipart/form-data"),
    responses((status = 200, description = "The new study", body = Study), UploadRefusals),
    extensions(
        ("x-ward-limits" = json!({"file_bytes": 104_857_600, "total_bytes": 4_294_967_296_u64, "files": 1000})),
        ("x-ward-patient-data" = json!(true))
    )
)]
pub async fn upload_study(viewer: Viewer, request: Request) -> Result<Json<Study>, Failure> {
    upload(&viewer, &Upload::read(form(request).await, "dicom_files")?)
}

/// Upload a study with its DICOM files
///
/// The same as `POST /studies/upload`; the files' field is called `files`.
#[utoipa::path(
    post, path = "/studies", operation_id = "create_study", tag = "Studies",
    security(("bearer" = []), ("password" = [])),
    request_body(content = FormBody, content_type = "multipart/form-data"),
    responses((status = 200, description = "The new study", body = Study), UploadRefusals),
    extensions(
        ("x-ward-limits" = json!({"file_bytes": 104_857_600, "total_bytes": 4_294_967_296_u64, "files": 1000})),
        ("x-ward-patient-data" = json!(true))
    )
)]
pub async fn create_study(viewer: Viewer, request: Request) -> Result<Json<Study>, Failure> {
    upload(&viewer, &Upload::read(form(request).await, "files")?)
}

/// The form; without one, an empty form, so that the answer names what is missing.
async fn form(request: Request) -> Multipart {
    Multipart::from_request(request, &()).await.unwrap_or_default()
}

fn upload(viewer: &Viewer, upload: &Upload) -> Result<Json<Study>, Failure> {
    let centre = centre(viewer, upload.centre)?;
    let mut files = read(&upload.files)?;
    let now = Timestamp::now();
    // Looked up outside the transaction, which then only writes and conflicts with no other upload; the
    // unique index has the last word.
    let code = free_code()?;
    let study = sql::transaction(|within| {
        let filing = Filing {
            code: &code,
            centre: centre.id,
            created_by: viewer.account,
            path: format!("/storage/{}/{code}", centre.name),
            instances: count(files.len()),
            now,
        };
        let study = studies::insert(&upload.study, &filing, within)?;
        for (file, instance) in upload.files.iter().zip(&mut files) {
            instance.blob = file.keep(MEDIA_TYPE, within)?.id;
        }
        instances::insert(study.id, &files, within)?;
        Ok::<_, Failure>(study)
    })?;
    access::touch([study.id])?;
    log::info!("study {} uploaded with {} files", study.id.0, study.num_instances);
    Ok(Json(study))
}

/// The centre to file under: the named one, the caller's own, the first that is active.
fn centre(viewer: &Viewer, named: Option<CentreId>) -> Result<Centre, Failure> {
    let centre = match named.or(viewer.centre) {
        Some(id) => centres::find(id, &Database)?.ok_or(Failure::NotFound("Centre"))?,
        None if viewer.scope().is_some() => return Err(Failure::refused("Your account belongs to no centre")),
        None => centres::first_active(&Database)?
            .ok_or_else(|| Failure::refused("There is no active centre; create one before uploading"))?,
    };
    if !centre.is_active {
        return Err(Failure::refused("The centre is not active"));
    }
    policy::authorize("upload_to", &centre.entity())?;
    Ok(centre)
}

/// Reads the headers of all files, in their order.
fn read(files: &[File]) -> Result<Vec<Instance>, Failure> {
    files.iter().enumerate().map(|(number, file)| read_one(number, file)).collect()
}

fn read_one(number: usize, file: &File) -> Result<Instance, Failure> {
    let header = dicom::read(file.reader()).map_err(|failed| match failed {
        Failed::Refused(refusal) => {
            Failure::refused(format!("The file \"{}\" {refusal}", dicom::shown(file.filename.as_deref(), number)))
        }
        Failed::Store(error) => {
            log::error!("an upload cannot be read: {:?}", error.kind());
            Failure::Unavailable
        }
    })?;
    let filename = dicom::stored(file.filename.as_deref(), number);
    let size = i64::try_from(file.size).unwrap_or(i64::MAX);
    Ok(Instance::new(count(number), filename, size, file.sha256.clone(), &header))
}

/// A code that no study has.
fn free_code() -> Result<StudyCode, Failure> {
    loop {
        let code = StudyCode::draw(random);
        if studies::find(&StudyRef::Code(code.clone()), &Database)?.is_none() {
            return Ok(code);
        }
    }
}

/// Eight random bytes: both halves of a UUID in one, so that each bit is at least once a random one.
fn random() -> [u8; 8] {
    let (high, low) = uuid::Uuid::new_v4().as_u64_pair();
    (high ^ low).to_be_bytes()
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
