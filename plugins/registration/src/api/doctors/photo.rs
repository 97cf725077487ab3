//! A doctor's photo.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use ward_sdk::sql::{self, Database, Transaction};
use ward_sdk::{Blob, File, Multipart, Path};

use super::shape::missing;
use crate::answer::{Answer, Done, done, ok};
use crate::api::docs::{PublicRefusals, Refusals, UploadRefusals};
use crate::clock::Now;
use crate::domain::DoctorId;
use crate::failure::Failure;
use crate::store::doctors::{self, Doctor};
use crate::store::files::{self, NewFile};

/// The form of an upload.
#[derive(ToSchema, Deserialize)]
#[schema(as = ImageForm)]
#[expect(dead_code, reason = "describes the form")]
pub struct ImageForm {
    /// JPEG, PNG, GIF, BMP or WebP, by content.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Where a photo is served.
#[derive(Serialize, ToSchema)]
pub struct Photo {
    photo_path: Option<String>,
    original_photo_url: Option<String>,
}

/// Give a doctor a photo
///
/// An image of at most 5 MB, by content; the old one is removed.
#[utoipa::path(
    post, path = "/doctors/{doctor_id}/photo", operation_id = "upload_doctor_photo", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(("doctor_id" = i64, Path, description = "Number of the doctor")),
    request_body(content = ImageForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "Where it is served", body = Answer<Photo>), UploadRefusals)
)]
pub async fn upload_doctor_photo(
    now: Now,
    Path(id): Path<DoctorId>,
    form: Multipart,
) -> Result<Answer<Photo>, Failure> {
    let file = form.required_file("file")?;
    let kind = files::image_type(file)?;
    let doctor = sql::transaction(|within| replace(id, file, kind, &now, within))?;
    Ok(ok(Photo { photo_path: doctor.photo_path, original_photo_url: doctor.original_photo_url }))
}

fn replace(
    id: DoctorId,
    file: &File,
    (media_type, ending): (&str, &str),
    now: &Now,
    within: &Transaction,
) -> Result<Doctor, Failure> {
    let doctor = doctors::find(id, within)?.ok_or_else(missing)?;
    forget(&doctor, within)?;
    let path = format!("image/doctor_{id}_{}", files::unguessable(now, ending));
    let new = NewFile { path, media_type, name: "", owner: None, expires_at: None };
    let kept = files::keep(file.upload, new, now, within)?;
    let doctor = Doctor { photo_path: Some(kept.url()), original_photo_url: None, ..doctor };
    doctors::update(&doctor, within)?;
    Ok(doctor)
}

/// Remove a doctor's photo
#[utoipa::path(
    delete, path = "/doctors/{doctor_id}/photo", operation_id = "delete_doctor_photo", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(("doctor_id" = i64, Path, description = "Number of the doctor")),
    responses((status = 200, description = "It has none", body = Answer<Done>), Refusals)
)]
pub async fn delete_doctor_photo(Path(id): Path<DoctorId>) -> Result<Answer<Done>, Failure> {
    sql::transaction(|within| {
        let doctor = doctors::find(id, within)?.ok_or_else(missing)?;
        if doctor.photo_path.is_none() {
            return Err(no_photo());
        }
        forget(&doctor, within)?;
        Ok(doctors::update(&Doctor { photo_path: None, ..doctor }, within)?)
    })?;
    Ok(done("成功删除医生照片"))
}

/// Removes the file of a doctor's photo, if there is one.
pub fn forget(doctor: &Doctor, within: &Transaction) -> Result<(), Failure> {
    if let Some(address) = &doctor.photo_path {
        files::remove(files::path_of(address), within)?;
    }
    Ok(())
}

/// Show a doctor's photo to an administrator
#[utoipa::path(
    get, path = "/admin/doctors/{doctor_id}/photo", operation_id = "get_doctor_photo_raw", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(("doctor_id" = i64, Path, description = "Number of the doctor")),
    responses((status = 200, description = "The image", content_type = "image/*"), Refusals)
)]
pub async fn get_doctor_photo_raw(now: Now, Path(id): Path<DoctorId>) -> Result<Blob, Failure> {
    photo(id, &now)
}

/// Show a doctor's photo
#[utoipa::path(
    get, path = "/doctors/{doctor_id}/photo", operation_id = "get_doctor_photo", tag = "Public",
    params(("doctor_id" = i64, Path, description = "Number of the doctor")),
    responses((status = 200, description = "The image", content_type = "image/*"), PublicRefusals)
)]
pub async fn get_doctor_photo(now: Now, Path(id): Path<DoctorId>) -> Result<Blob, Failure> {
    photo(id, &now)
}

fn photo(id: DoctorId, now: &Now) -> Result<Blob, Failure> {
    let doctor = doctors::find(id, &Database)?.ok_or_else(missing)?;
    let address = doctor.photo_path.ok_or_else(no_photo)?;
    let file = files::find(files::path_of(&address), now.at, &Database)?.ok_or_else(no_photo)?;
    Ok(Blob { id: file.blob, media_type: file.media_type, filename: None })
}

fn no_photo() -> Failure {
    Failure::missing("医生照片文件不存在")
}
