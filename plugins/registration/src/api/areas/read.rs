//! `GET /hospitals` and `GET /hospital-areas`.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ward_sdk::blobs;
use ward_sdk::sql::Database;

use super::shape::{Areas, Hospital, Shown};
use crate::answer::{Answer, ok};
use crate::api::docs::{PublicRefusals, Refusals};
use crate::clock::Now;
use crate::domain::AreaId;
use crate::failure::Failure;
use crate::input::{Fields, Number, Query, Read};
use crate::store::areas::{self, Area};

/// Which area is asked for.
pub struct Asked {
    area: Option<AreaId>,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { area: fields.optional("area_id", &Number(AreaId))? })
    }
}

impl Asked {
    /// All areas, or the one that is asked for.
    fn areas(&self) -> Result<Vec<Area>, Failure> {
        let found = areas::list(self.area, &Database)?;
        if found.is_empty() && self.area.is_some() { Err(super::change::missing()) } else { Ok(found) }
    }
}

/// List areas with their maps
#[utoipa::path(
    get, path = "/hospitals", operation_id = "list_hospitals", tag = "Public",
    params(("area_id" = Option<i64>, Query, description = "Only this area")),
    responses((status = 200, description = "Areas; the maps are base64", body = Answer<Areas<Hospital>>), PublicRefusals)
)]
pub async fn list_hospitals(now: Now, Query(asked): Query<Asked>) -> Result<Answer<Areas<Hospital>>, Failure> {
    let hospital = |area: Area| {
        let image_data = area.image.as_deref().map(base64_of).transpose()?;
        Ok(Hospital { image_type: area.image_type.clone(), image_data, area: Shown::of(area, &now) })
    };
    let areas = asked.areas()?.into_iter().map(hospital).collect::<Result<_, Failure>>()?;
    Ok(ok(Areas { areas }))
}

/// List areas
#[utoipa::path(
    get, path = "/hospital-areas", operation_id = "list_areas", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(("area_id" = Option<i64>, Query, description = "Only this area")),
    responses((status = 200, description = "Areas", body = Answer<Areas<Shown>>), Refusals)
)]
pub async fn list_areas(now: Now, Query(asked): Query<Asked>) -> Result<Answer<Areas<Shown>>, Failure> {
    let areas = asked.areas()?.into_iter().map(|area| Shown::of(area, &now)).collect();
    Ok(ok(Areas { areas }))
}

fn base64_of(blob: &str) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = blobs::open(blob)?.read_to_end(&mut bytes);
    read.map_err(|error| {
        ward_sdk::log::error!("a map cannot be read: {error}");
        Failure::unavailable()
    })?;
    Ok(STANDARD.encode(bytes))
}
