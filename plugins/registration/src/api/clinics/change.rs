//! `PUT /clinics/{clinic_id}`.

use ward_sdk::Path;
use ward_sdk::sql::{self, Transaction};

use super::shape::{ADDRESS, ClinicBody, ClinicDone, NAME, Shown, missing};
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{AreaId, ClinicId, ClinicType, ClinicTypes};
use crate::failure::Failure;
use crate::input::{Body, Fields, Number, Read};
use crate::store::areas;
use crate::store::clinics::{self, Clinic};
use crate::store::config::Scope;
use crate::store::prices::{self, PriceChange, Prices};

/// What to change; what is absent stays.
pub struct Change {
    area: Option<AreaId>,
    name: Option<String>,
    address: Option<String>,
    clinic_type: Option<ClinicType>,
    prices: PriceChange,
}

impl Read for Change {
    fn read(fields: &mut Fields) -> Option<Self> {
        let area = fields.optional("area_id", &Number(AreaId));
        let name = fields.optional("name", &NAME);
        let address = fields.optional("address", &ADDRESS);
        let clinic_type = fields.optional("clinic_type", &ClinicTypes);
        let prices = PriceChange::read(fields);
        Some(Self {
            area: area?,
            name: name?.map(|name| name.trim().to_owned()),
            address: address?,
            clinic_type: clinic_type?,
            prices: prices?,
        })
    }
}

/// Change a clinic
#[utoipa::path(
    put, path = "/clinics/{clinic_id}", operation_id = "update_clinic", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(("clinic_id" = i64, Path, description = "Number of the clinic")),
    request_body = ClinicBody,
    responses((status = 200, description = "The clinic, changed", body = Answer<ClinicDone>), Refusals)
)]
pub async fn update_clinic(
    now: Now,
    Path(id): Path<ClinicId>,
    Body(change): Body<Change>,
) -> Result<Answer<ClinicDone>, Failure> {
    let (clinic, prices) = sql::transaction(|within| update(id, &change, within))?;
    Ok(ok(ClinicDone { clinic: Shown::of(clinic, prices, &now), detail: "门诊信息更新成功" }))
}

fn update(id: ClinicId, change: &Change, within: &Transaction) -> Result<(Clinic, Prices), Failure> {
    let before = clinics::find(id, within)?.ok_or_else(missing)?;
    let clinic = Clinic {
        area_id: change.area.unwrap_or(before.area_id),
        name: change.name.clone().unwrap_or(before.name),
        address: change.address.clone().unwrap_or(before.address),
        clinic_type: change.clinic_type.unwrap_or(before.clinic_type),
        ..before
    };
    if clinic.area_id != before.area_id {
        areas::find(clinic.area_id, within)?.ok_or_else(|| Failure::missing("院区不存在"))?;
    }
    clinics::update(&clinic, within)?;
    let set = prices::change(Scope::Clinic(id), change.prices, within)?;
    Ok((clinic, set))
}
