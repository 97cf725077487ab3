//! `POST /hospital-areas`, `PUT` and `DELETE /hospital-areas/{area_id}`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use ward_sdk::{Path, sql};

use super::shape::Shown;
use crate::answer::{Answer, Done, done, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::AreaId;
use crate::failure::Failure;
use crate::input::{Body, Degrees, Fields, Given, Read, Text};
use crate::store::areas::{self, Area, AreaFields, MOST};

const NAME: Text = Text::line(100);
const DESTINATION: Text = Text::line(300).or_blank();

/// An area.
#[derive(ToSchema, Deserialize)]
#[schema(as = AreaFields, example = json!({
    "name": "东院区", "destination": "北京市海淀区上园村3号", "latitude": 39.984, "longitude": 116.318
}))]
#[expect(dead_code, reason = "describes the body; the store's type is read from it")]
pub struct AreaBody {
    /// Its name; no other may have it.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// Its address.
    #[schema(max_length = 300)]
    destination: Option<String>,
    /// Degrees north; `null` unsets it.
    #[schema(minimum = -90, maximum = 90)]
    latitude: Option<f64>,
    /// Degrees east; `null` unsets it.
    #[schema(minimum = -180, maximum = 180)]
    longitude: Option<f64>,
}

impl Read for AreaFields {
    fn read(fields: &mut Fields) -> Option<Self> {
        let name = fields.required("name", &NAME);
        let destination = fields.optional("destination", &DESTINATION);
        let latitude = fields.optional("latitude", &Degrees::LATITUDE);
        let longitude = fields.optional("longitude", &Degrees::LONGITUDE);
        Some(Self {
            name: name?.trim().to_owned(),
            destination: destination?.unwrap_or_default(),
            latitude: latitude?,
            longitude: longitude?,
        })
    }
}

/// What to change; what is absent stays.
#[derive(Clone)]
pub struct Change {
    name: Option<String>,
    destination: Option<String>,
    latitude: Given<f64>,
    longitude: Given<f64>,
}

impl Read for Change {
    fn read(fields: &mut Fields) -> Option<Self> {
        let name = fields.optional("name", &NAME);
        let destination = fields.optional("destination", &DESTINATION);
        let latitude = fields.given("latitude", &Degrees::LATITUDE);
        let longitude = fields.given("longitude", &Degrees::LONGITUDE);
        Some(Self {
            name: name?.map(|name| name.trim().to_owned()),
            destination: destination?,
            latitude: latitude?,
            longitude: longitude?,
        })
    }
}

impl Change {
    fn apply(self, area: &mut Area) {
        area.name = self.name.unwrap_or_else(|| area.name.clone());
        area.destination = self.destination.unwrap_or_else(|| area.destination.clone());
        self.latitude.apply(&mut area.latitude);
        self.longitude.apply(&mut area.longitude);
    }
}

/// A new or changed area.
#[derive(Serialize, ToSchema)]
pub struct AreaDone {
    #[serde(flatten)]
    area: Shown,
    /// What was done.
    detail: String,
}

/// That there is no such area.
pub(super) fn missing() -> Failure {
    Failure::missing("院区不存在")
}

/// Create an area
#[utoipa::path(
    post, path = "/hospital-areas", operation_id = "create_area", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    request_body = AreaBody,
    responses((status = 200, description = "The new area", body = Answer<AreaDone>), Refusals)
)]
pub async fn create_area(now: Now, Body(new): Body<AreaFields>) -> Result<Answer<AreaDone>, Failure> {
    let area = sql::transaction(|within| {
        free(&new.name, None, within)?;
        if areas::count(within)? >= MOST {
            return Err(Failure::business(format!("院区数量已达上限({MOST})")));
        }
        Ok(areas::insert(&new, now.at, within)?)
    })?;
    let detail = format!("成功创建院区：{}", area.name);
    Ok(ok(AreaDone { area: Shown::of(area, &now), detail }))
}

/// Change an area
#[utoipa::path(
    put, path = "/hospital-areas/{area_id}", operation_id = "update_area", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(("area_id" = i64, Path, description = "Number of the area")),
    request_body = AreaBody,
    responses((status = 200, description = "The area, changed", body = Answer<AreaDone>), Refusals)
)]
pub async fn update_area(
    now: Now,
    Path(id): Path<AreaId>,
    Body(change): Body<Change>,
) -> Result<Answer<AreaDone>, Failure> {
    let area = sql::transaction(|within| {
        let mut area = areas::find(id, within)?.ok_or_else(missing)?;
        change.clone().apply(&mut area);
        free(&area.name, Some(id), within)?;
        areas::update(&area, within)?;
        Ok::<_, Failure>(area)
    })?;
    Ok(ok(AreaDone { area: Shown::of(area, &now), detail: "成功更新院区信息".to_owned() }))
}

/// Delete an area in which no clinic lies; never the last one
#[utoipa::path(
    delete, path = "/hospital-areas/{area_id}", operation_id = "delete_area", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(("area_id" = i64, Path, description = "Number of the area")),
    responses((status = 200, description = "It is deleted", body = Answer<Done>), Refusals)
)]
pub async fn delete_area(now: Now, Path(id): Path<AreaId>) -> Result<Answer<Done>, Failure> {
    let name = sql::transaction(|within| {
        let area = areas::find(id, within)?.ok_or_else(missing)?;
        if areas::has_clinics(id, within)? {
            return Err(Failure::business("该院区下存在门诊，无法删除"));
        }
        if areas::count(within)? == 1 {
            return Err(Failure::business("至少保留一个院区"));
        }
        areas::forget_image(&area, within)?;
        areas::delete(id, now.at, within)?;
        Ok(area.name)
    })?;
    Ok(done(format!("成功删除院区 {name}")))
}

fn free(name: &str, own: Option<AreaId>, within: &sql::Transaction) -> Result<(), Failure> {
    match areas::named(name, within)?.filter(|area| Some(area.id) != own) {
        Some(_) => Err(Failure::business("院区名称已存在")),
        None => Ok(()),
    }
}
