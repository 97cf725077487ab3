//! `PUT /doctors/{doctor_id}`.

use ward_sdk::Path;
use ward_sdk::sql::{self, Transaction};

use super::shape::{DoctorBody, INTRODUCTION, NAME, SPECIALTY, Shown, TITLE, missing};
use crate::answer::{Answer, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::DoctorId;
use crate::failure::Failure;
use crate::input::{Body, Fields, Read};
use crate::store::config::Scope;
use crate::store::doctors::{self, Doctor, Listed};
use crate::store::prices::{self, PriceChange};

/// What to change; what is absent stays.
pub struct Change {
    name: Option<String>,
    title: Option<String>,
    specialty: Option<String>,
    introduction: Option<String>,
    prices: PriceChange,
}

impl Read for Change {
    fn read(fields: &mut Fields) -> Option<Self> {
        let name = fields.optional("name", &NAME);
        let title = fields.optional("title", &TITLE);
        let specialty = fields.optional("specialty", &SPECIALTY);
        let introduction = fields.optional("introduction", &INTRODUCTION);
        let prices = PriceChange::read(fields);
        Some(Self {
            name: name?.map(|name| name.trim().to_owned()),
            title: title?,
            specialty: specialty?,
            introduction: introduction?,
            prices: prices?,
        })
    }
}

impl Change {
    fn apply(&self, before: Doctor) -> Doctor {
        Doctor {
            name: self.name.clone().unwrap_or(before.name),
            title: self.title.clone().unwrap_or(before.title),
            specialty: self.specialty.clone().unwrap_or(before.specialty),
            introduction: self.introduction.clone().unwrap_or(before.introduction),
            ..before
        }
    }
}

/// Change a doctor
#[utoipa::path(
    put, path = "/doctors/{doctor_id}", operation_id = "update_doctor", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(("doctor_id" = i64, Path, description = "Number of the doctor")),
    request_body = DoctorBody,
    responses((status = 200, description = "The doctor, changed", body = Answer<Shown>), Refusals)
)]
pub async fn update_doctor(
    now: Now,
    Path(id): Path<DoctorId>,
    Body(change): Body<Change>,
) -> Result<Answer<Shown>, Failure> {
    let listed = sql::transaction(|within| update(id, &change, within))?;
    Ok(ok(Shown::of(listed, &now)))
}

fn update(id: DoctorId, change: &Change, within: &Transaction) -> Result<Listed, Failure> {
    let Listed { doctor, is_registered, prices: _ } = doctors::show(id, within)?.ok_or_else(missing)?;
    let doctor = change.apply(doctor);
    doctors::update(&doctor, within)?;
    let set = prices::change(Scope::Doctor(id), change.prices, within)?;
    Ok(Listed { doctor, is_registered, prices: set })
}
