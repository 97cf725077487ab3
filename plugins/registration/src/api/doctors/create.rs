//! `POST /doctors`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use ward_sdk::sql::{self, Transaction};

use super::account::{self, Login, PerhapsLogin};
use super::shape::{INTRODUCTION, NAME, SPECIALTY, Shown, TITLE};
use crate::answer::{Answer, ok};
use crate::api::departments::no_minor;
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{DoctorId, MinorId};
use crate::failure::Failure;
use crate::input::{Body, Fields, Number, Read};
use crate::store::config::{self, Scope};
use crate::store::departments;
use crate::store::doctors::{self, Doctor, NewDoctor};
use crate::store::prices::{self, PriceChange, Prices};

/// A doctor, perhaps with an account.
#[derive(ToSchema, Deserialize)]
#[schema(as = NewDoctor, example = json!({
    "dept_id": 1, "name": "张三", "title": "主治医师", "specialty": "心血管疾病",
    "introduction": "从事心血管疾病临床工作多年", "identifier": "doc1001", "password": "StrongP@ss",
    "email": "zhangsan@example.com", "phonenumber": "13800000000",
    "default_price_normal": 80.00, "default_price_expert": null, "default_price_special": 888.00
}))]
#[expect(dead_code, reason = "describes the body; `New` is read from it")]
pub struct NewDoctorBody {
    /// The minor department.
    dept_id: i64,
    /// Its name.
    #[schema(min_length = 1, max_length = 50)]
    name: String,
    /// Its title (职称).
    #[schema(max_length = 50)]
    title: Option<String>,
    /// What it is good at.
    #[schema(max_length = 1000)]
    specialty: Option<String>,
    /// What it says of itself.
    #[schema(max_length = 4000)]
    introduction: Option<String>,
    /// What it signs in with (工号); with `password`.
    identifier: Option<String>,
    /// With `identifier`.
    #[schema(format = Password)]
    password: Option<String>,
    /// Of the account.
    email: Option<String>,
    /// Of the account.
    phonenumber: Option<String>,
    /// 普通号; `null` inherits.
    #[schema(minimum = 0)]
    default_price_normal: Option<f64>,
    /// 专家号; `null` inherits.
    #[schema(minimum = 0)]
    default_price_expert: Option<f64>,
    /// 特需号; `null` inherits.
    #[schema(minimum = 0)]
    default_price_special: Option<f64>,
}

/// A doctor to be.
pub struct New {
    doctor: NewDoctor,
    login: Option<Login>,
    prices: PriceChange,
}

impl Read for New {
    fn read(fields: &mut Fields) -> Option<Self> {
        let dept = fields.required("dept_id", &Number(MinorId));
        let name = fields.required("name", &NAME);
        let title = fields.optional("title", &TITLE);
        let specialty = fields.optional("specialty", &SPECIALTY);
        let introduction = fields.optional("introduction", &INTRODUCTION);
        let login = PerhapsLogin::read(fields);
        let prices = PriceChange::read(fields);
        let doctor = NewDoctor {
            dept_id: dept?,
            name: name?.trim().to_owned(),
            title: title?.unwrap_or_default(),
            specialty: specialty?.unwrap_or_default(),
            introduction: introduction?.unwrap_or_default(),
        };
        Some(Self { doctor, login: login?.0, prices: prices? })
    }
}

/// A new doctor.
#[derive(Serialize, ToSchema)]
pub struct DoctorCreated {
    #[serde(flatten)]
    doctor: Shown,
    /// Whether it has an account now.
    account_provided: bool,
}

/// Create a doctor, perhaps with an account
///
/// `identifier` and `password` make the account; one without the other is refused.
#[utoipa::path(
    post, path = "/doctors", operation_id = "create_doctor", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    request_body = NewDoctorBody,
    responses((status = 200, description = "The new doctor", body = Answer<DoctorCreated>), Refusals)
)]
pub async fn create_doctor(now: Now, Body(new): Body<New>) -> Result<Answer<DoctorCreated>, Failure> {
    let (mut doctor, prices) = sql::transaction(|within| insert(&new, &now, within))?;
    if let Some(login) = &new.login {
        // The host's accounts and these tables are two databases: the doctor is there first, so that a
        // crash between the two leaves a doctor without an account and never an account without a doctor.
        let account = account::create(&doctor, login, &now).inspect_err(|_| undo(doctor.id, &now))?;
        doctor.account = Some(account);
    }
    let account_provided = doctor.account.is_some();
    Ok(ok(DoctorCreated { doctor: Shown::new(doctor, account_provided, prices, &now), account_provided }))
}

fn insert(new: &New, now: &Now, within: &Transaction) -> Result<(Doctor, Prices), Failure> {
    departments::find_minor(new.doctor.dept_id, within)?.ok_or_else(no_minor)?;
    let doctor = doctors::insert(&new.doctor, now.at, within)?;
    let set = prices::change(Scope::Doctor(doctor.id), new.prices, within)?;
    Ok((doctor, set))
}

/// The account was refused, so nothing was asked for that could be done.
fn undo(doctor: DoctorId, now: &Now) {
    let undone = sql::transaction(|within| {
        config::forget(Scope::Doctor(doctor), within)?;
        Ok::<_, Failure>(doctors::delete(doctor, now.at, within)?)
    });
    if undone.is_err() {
        ward_sdk::log::error!("doctor {} is left without the account that was refused", doctor);
    }
}
