//! `POST /clinics`.

use ward_sdk::sql::{self, Transaction};

use super::shape::{ADDRESS, ClinicBody, ClinicDone, NAME, Shown};
use crate::answer::{Answer, ok};
use crate::api::departments;
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{AreaId, ClinicType, ClinicTypes, MinorId};
use crate::failure::Failure;
use crate::input::{Body, Fields, Number, Read};
use crate::store::clinics::{self, Clinic, NewClinic};
use crate::store::config::Scope;
use crate::store::prices::{self, PriceChange, Prices};
use crate::store::{areas, departments as stored};

/// A clinic to be.
pub struct New {
    dept: MinorId,
    area: Option<AreaId>,
    name: String,
    address: String,
    clinic_type: ClinicType,
    prices: PriceChange,
}

impl Read for New {
    fn read(fields: &mut Fields) -> Option<Self> {
        let dept = fields.required("minor_dept_id", &Number(MinorId));
        let area = fields.optional("area_id", &Number(AreaId));
        let name = fields.required("name", &NAME);
        let address = fields.optional("address", &ADDRESS);
        let clinic_type = fields.optional("clinic_type", &ClinicTypes);
        let prices = PriceChange::read(fields);
        Some(Self {
            dept: dept?,
            area: area?,
            name: name?.trim().to_owned(),
            address: address?.unwrap_or_default(),
            clinic_type: clinic_type?.unwrap_or_default(),
            prices: prices?,
        })
    }
}

/// Create a clinic
///
/// Without an area it lies in the first one.
#[utoipa::path(
    post, path = "/clinics", operation_id = "create_clinic", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    request_body = ClinicBody,
    responses((status = 200, description = "The new clinic", body = Answer<ClinicDone>), Refusals)
)]
pub async fn create_clinic(now: Now, Body(new): Body<New>) -> Result<Answer<ClinicDone>, Failure> {
    let (clinic, prices) = sql::transaction(|within| create(&new, &now, within))?;
    Ok(ok(ClinicDone { clinic: Shown::of(clinic, prices, &now), detail: "门诊创建成功" }))
}

fn create(new: &New, now: &Now, within: &Transaction) -> Result<(Clinic, Prices), Failure> {
    stored::find_minor(new.dept, within)?.ok_or_else(departments::no_minor)?;
    let area = area(new.area, within)?;
    let clinic = NewClinic {
        area_id: area,
        dept_id: Some(new.dept),
        name: new.name.clone(),
        address: new.address.clone(),
        clinic_type: new.clinic_type,
    };
    let clinic = clinics::insert(&clinic, now.at, within)?;
    let set = prices::change(Scope::Clinic(clinic.id), new.prices, within)?;
    Ok((clinic, set))
}

fn area(asked: Option<AreaId>, within: &Transaction) -> Result<AreaId, Failure> {
    let area = match asked {
        Some(id) => areas::find(id, within)?,
        None => areas::first(within)?,
    };
    area.map(|area| area.id).ok_or_else(|| Failure::missing("院区不存在"))
}
