//! `GET /studies/{study_id}/instances` and `GET /studies/{study_id}/instance/{instance_number}`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::Database;
use ward_sdk::{Blob, Json, Path};

use crate::access;
use crate::api::docs::Refusals;
use crate::domain::{InstanceNumber, StudyCode, StudyId, StudyRef};
use crate::failure::Failure;
use crate::store::instances::{self, Instance};
use crate::store::studies::{self, Study};

/// What DICOM files are served as, whatever they were sent as.
pub const MEDIA_TYPE: &str = "application/dicom";

/// The files of a study.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the API's names")]
pub struct Instances {
    /// Number of the study.
    id: StudyId,
    /// Its 8 characters.
    #[schema(value_type = String)]
    study_id: StudyCode,
    /// How many files it has.
    num_instances: i64,
    /// The files, in the order in which they were sent.
    instances: Vec<InstanceView>,
}

/// A file of a study.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Instance)]
struct InstanceView {
    /// Its place in the order in which the files were sent, from 0.
    #[schema(example = 0)]
    instance_number: i64,
    /// Where its bytes are: to be appended to the API's base address.
    #[schema(example = "/studies/1/instance/0")]
    url: String,
    /// Its name, as it was sent.
    #[schema(example = "file1.dcm")]
    filename: String,
    /// Bytes.
    size: i64,
    /// Of its bytes, lower-case hexadecimal.
    sha256: String,
    /// What its header says, where it says it.
    transfer_syntax_uid: Option<String>,
    sop_class_uid: Option<String>,
    sop_instance_uid: Option<String>,
    study_instance_uid: Option<String>,
    series_instance_uid: Option<String>,
    modality: Option<String>,
    rows: Option<u32>,
    columns: Option<u32>,
    number_of_frames: Option<u32>,
}

impl InstanceView {
    fn of(study: StudyId, instance: Instance) -> Self {
        Self {
            instance_number: instance.number,
            url: format!("/studies/{}/instance/{}", study.0, instance.number),
            filename: instance.filename,
            size: instance.size,
            sha256: instance.sha256,
            transfer_syntax_uid: instance.transfer_syntax,
            sop_class_uid: instance.sop_class_uid,
            sop_instance_uid: instance.sop_instance_uid,
            study_instance_uid: instance.study_instance_uid,
            series_instance_uid: instance.series_instance_uid,
            modality: instance.modality,
            rows: instance.image_rows,
            columns: instance.image_columns,
            number_of_frames: instance.frames,
        }
    }
}

/// List the DICOM files of a study
#[utoipa::path(
    get, path = "/studies/{study_id}/instances", operation_id = "list_instances", tag = "Studies",
    security(("bearer" = []), ("password" = [])),
    params(("study_id" = String, Path, description = "Number of the study, or its 8 characters")),
    responses((status = 200, description = "The files", body = Instances), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn list_instances(Path(study): Path<StudyRef>) -> Result<Json<Instances>, Failure> {
    let study = visible(&study)?;
    let instances = instances::list(study.id)?;
    Ok(Json(Instances {
        id: study.id,
        study_id: study.study_id,
        num_instances: study.num_instances,
        instances: instances.into_iter().map(|instance| InstanceView::of(study.id, instance)).collect(),
    }))
}

/// Download one DICOM file of a study
///
/// The bytes as they were sent, in whatever transfer syntax.
#[utoipa::path(
    get, path = "/studies/{study_id}/instance/{instance_number}", operation_id = "get_instance", tag = "Studies",
    security(("bearer" = []), ("password" = [])),
    params(
        ("study_id" = String, Path, description = "Number of the study, or its 8 characters"),
        ("instance_number" = i64, Path, description = "Place of the file, from 0"),
    ),
    responses((status = 200, description = "The file", body = Vec<u8>, content_type = "application/dicom"), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn get_instance(Path((study, number)): Path<(StudyRef, InstanceNumber)>) -> Result<Blob, Failure> {
    let kept = access::visible_file(instances::find(&study, number)?)?;
    let id = kept.blob.ok_or(Failure::NotFound("Instance"))?;
    Ok(Blob { id, media_type: MEDIA_TYPE.to_owned(), filename: kept.filename })
}

fn visible(study: &StudyRef) -> Result<Study, Failure> {
    access::visible_study(studies::find(study, &Database)?)
}
