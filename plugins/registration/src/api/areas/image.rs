//! `POST` and `DELETE /hospital-areas/{area_id}/image`: the map.

use ward_sdk::sql::{self, Transaction};
use ward_sdk::{Multipart, Path, blobs};

use super::change::missing;
use crate::answer::{Answer, Done, done};
use crate::api::docs::{Refusals, UploadRefusals};
use crate::api::doctors::ImageForm;
use crate::domain::AreaId;
use crate::failure::Failure;
use crate::store::{areas, files};

/// All maps are one answer of `/hospitals`, in base64, and stay well below what an answer may hold.
const ALL_TOGETHER: u64 = 5 * 1024 * 1024;

/// Give an area a map
///
/// An image, by content; the old map is removed. All maps together hold at most 5 MB.
#[utoipa::path(
    post, path = "/hospital-areas/{area_id}/image", operation_id = "upload_area_image", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(("area_id" = i64, Path, description = "Number of the area")),
    request_body(content = ImageForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "It has the map", body = Answer<Done>), UploadRefusals)
)]
pub async fn upload_area_image(Path(id): Path<AreaId>, form: Multipart) -> Result<Answer<Done>, Failure> {
    let file = form.required_file("file")?;
    let (media_type, _) = files::image_type(file)?;
    sql::transaction(|within| {
        let area = areas::find(id, within)?.ok_or_else(missing)?;
        if size_of_others(id, within)? + file.size > ALL_TOGETHER {
            return Err(Failure::refused("院区地图总大小不能超过 5MB"));
        }
        areas::forget_image(&area, within)?;
        let blob = file.keep(media_type, within)?;
        Ok(areas::set_image(&area, Some((&blob.id, media_type)), within)?)
    })?;
    Ok(done("成功上传院区地图"))
}

fn size_of_others(id: AreaId, within: &Transaction) -> Result<u64, Failure> {
    let mut size = 0;
    for area in areas::list(None, within)?.into_iter().filter(|area| area.id != id) {
        if let Some(image) = &area.image {
            size += blobs::info(image)?.size;
        }
    }
    Ok(size)
}

/// Remove an area's map
#[utoipa::path(
    delete, path = "/hospital-areas/{area_id}/image", operation_id = "delete_area_image", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(("area_id" = i64, Path, description = "Number of the area")),
    responses((status = 200, description = "It has no map", body = Answer<Done>), Refusals)
)]
pub async fn delete_area_image(Path(id): Path<AreaId>) -> Result<Answer<Done>, Failure> {
    sql::transaction(|within| {
        let area = areas::find(id, within)?.ok_or_else(missing)?;
        areas::forget_image(&area, within)?;
        Ok::<_, Failure>(areas::set_image(&area, None, within)?)
    })?;
    Ok(done("成功删除院区地图"))
}
