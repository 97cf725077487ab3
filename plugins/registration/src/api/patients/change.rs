//! `POST /patient/patients`, `PUT` and `DELETE /patient/patients/{patient_id}`, `PUT …/set-default`.

use serde::Deserialize;
use utoipa::ToSchema;
use ward_sdk::Path;
use ward_sdk::sql::{self, Transaction};

use super::shape::Person;
use crate::access::{self, Viewer};
use crate::answer::{Answer, Done, done, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{AccountId, Day, Gender, PatientId, PatientType};
use crate::failure::Failure;
use crate::input::{Body, Bool, Date, Fields, Genders, Given, IdCard, OrEmpty, Phone, Read, Rule, Text};
use crate::store::orders;
use crate::store::patients::{self, Patient};

/// Persons that an account has at most.
const MOST: usize = 20;

/// A person, or what changes of one; of a change, what is absent stays.
#[derive(Deserialize, ToSchema)]
#[schema(as = PersonChange, example = json!({
    "name": "李四", "id_card": "110101199501011234", "phone_number": "13800000000", "relation_type": "父母"
}))]
#[expect(dead_code, reason = "describes the body; `Change` is read from it")]
struct PersonBody {
    /// Required of a new person.
    name: Option<String>,
    /// Identity card; where nothing else is said, day of birth and gender are taken from it.
    id_card: Option<String>,
    phone_number: Option<String>,
    /// Student or staff number.
    identifier: Option<String>,
    /// 男, 女 or 其他.
    gender: Option<String>,
    #[schema(format = Date)]
    birth_date: Option<String>,
    /// What the person is to the account's owner.
    relation_type: Option<String>,
    /// Whether the person is chosen unless another is.
    is_default: Option<bool>,
    remark: Option<String>,
}

/// What was sent.
#[derive(Clone, Debug)]
pub struct Change {
    name: Option<String>,
    id_card: Given<String>,
    phone: Given<String>,
    identifier: Given<String>,
    gender: Given<Gender>,
    birth_date: Given<Day>,
    relation_type: Option<String>,
    is_default: Option<bool>,
    remark: Given<String>,
}

impl Read for Change {
    fn read(fields: &mut Fields) -> Option<Self> {
        let name = fields.optional("name", &Text::line(50));
        let id_card = cleared(fields, "id_card", IdCard);
        let phone = cleared(fields, "phone_number", Phone);
        let identifier = cleared(fields, "identifier", Text::line(50));
        let gender = cleared(fields, "gender", Genders);
        let birth_date = cleared(fields, "birth_date", Date);
        let relation_type = fields.optional("relation_type", &OrEmpty(Text::line(20)));
        let is_default = fields.optional("is_default", &Bool);
        let remark = cleared(fields, "remark", Text::lines(200));
        Some(Self {
            name: name?.map(|name| name.trim().to_owned()),
            id_card: id_card?,
            phone: phone?,
            identifier: identifier?,
            gender: gender?,
            birth_date: birth_date?,
            relation_type: relation_type?.flatten(),
            is_default: is_default?,
            remark: remark?,
        })
    }
}

/// A field of a change; an empty text is as good as `null`.
fn cleared<R: Rule>(fields: &mut Fields, name: &str, rule: R) -> Option<Given<R::Output>> {
    Some(match fields.given(name, &OrEmpty(rule))? {
        Given::Value(Some(value)) => Given::Value(value),
        Given::Absent => Given::Absent,
        Given::Null | Given::Value(None) => Given::Null,
    })
}

impl Change {
    fn apply(self, person: &mut Patient) {
        self.id_card.apply(&mut person.id_card);
        self.phone.apply(&mut person.phone);
        self.identifier.apply(&mut person.identifier);
        self.gender.apply(&mut person.gender);
        self.birth_date.apply(&mut person.birth_date);
        self.remark.apply(&mut person.remark);
        if let Some(name) = self.name {
            person.name = name;
        }
        if let Some(relation) = self.relation_type.filter(|_| !person.is_self) {
            person.relation_type = relation;
        }
        person.complete();
    }
}

/// Add a person
#[utoipa::path(
    post, path = "/patient/patients", operation_id = "add_person", tag = "Patient",
    security(("bearer" = []), ("password" = [])),
    request_body = PersonBody,
    responses((status = 200, description = "The person", body = Answer<Person>), Refusals),
    extensions(("x-ward-patient-data" = json!(true)))
)]
pub async fn add_person(viewer: Viewer, now: Now, Body(change): Body<Change>) -> Result<Answer<Person>, Failure> {
    let name = change.name.clone().ok_or_else(|| Failure::refused("name: 不能为空"))?;
    let is_default = change.is_default == Some(true);
    let mut new = nobody(viewer.account, name, &now);
    change.apply(&mut new);
    check_birth(&new, &now)?;
    let added = sql::transaction(|tx| {
        let others = patients::of_account(viewer.account, tx)?;
        if others.len() >= MOST {
            return Err(Failure::refused(format!("每个账号最多添加 {MOST} 位就诊人")));
        }
        let mut new = new.clone();
        new.is_default = is_default || !others.iter().any(|other| other.is_default);
        if new.is_default {
            patients::clear_default(viewer.account, tx)?;
        }
        new.id = unique(patients::insert(&new, tx))?;
        Ok(new)
    })?;
    access::touch([added.id])?;
    Ok(ok(Person::of(added, &now)))
}

fn nobody(owner: AccountId, name: String, now: &Now) -> Patient {
    Patient {
        id: PatientId(0),
        owner,
        name,
        phone: None,
        id_card: None,
        identifier: None,
        gender: None,
        birth_date: None,
        patient_type: PatientType::External,
        verified: false,
        relation_type: "其他".to_owned(),
        is_self: false,
        is_default: false,
        remark: None,
        created_at: now.at,
        removed_at: None,
    }
}

fn check_birth(person: &Patient, now: &Now) -> Result<(), Failure> {
    match person.birth_date {
        Some(day) if day > now.today => Err(Failure::refused("birth_date: 不能晚于今天")),
        _ => Ok(()),
    }
}

/// An account adds an identity card once.
fn unique<T>(written: Result<T, sql::Error>) -> Result<T, Failure> {
    written.map_err(|error| match error {
        sql::Error::Unique(_) => Failure::refused("该身份证号的就诊人已存在"),
        other => other.into(),
    })
}

fn own(id: PatientId, viewer: &Viewer, tx: &Transaction) -> Result<Patient, Failure> {
    patients::own(id, viewer.account, tx)?.ok_or_else(|| Failure::missing("就诊人不存在"))
}

/// Change a person
#[utoipa::path(
    put, path = "/patient/patients/{patient_id}", operation_id = "update_person", tag = "Patient",
    security(("bearer" = []), ("password" = [])),
    params(("patient_id" = i64, Path, description = "Number of the person")),
    request_body = PersonBody,
    responses((status = 200, description = "The person", body = Answer<Person>), Refusals),
    extensions(("x-ward-patient-data" = json!({"patient": "patient_id"})))
)]
pub async fn update_person(
    viewer: Viewer,
    now: Now,
    Path(id): Path<PatientId>,
    Body(change): Body<Change>,
) -> Result<Answer<Person>, Failure> {
    let changed = sql::transaction(|tx| {
        let mut person = own(id, &viewer, tx)?;
        change.clone().apply(&mut person);
        check_birth(&person, &now)?;
        if change.is_default == Some(true) && !person.is_default {
            patients::clear_default(viewer.account, tx)?;
            person.is_default = true;
        }
        unique(patients::update(&person, tx))?;
        Ok::<_, Failure>(person)
    })?;
    Ok(ok(Person::of(changed, &now)))
}

/// Choose a person unless another is chosen
#[utoipa::path(
    put, path = "/patient/patients/{patient_id}/set-default", operation_id = "set_default_person", tag = "Patient",
    security(("bearer" = []), ("password" = [])),
    params(("patient_id" = i64, Path, description = "Number of the person")),
    responses((status = 200, description = "Chosen", body = Answer<Done>), Refusals),
    extensions(("x-ward-patient-data" = json!({"patient": "patient_id"})))
)]
pub async fn set_default_person(viewer: Viewer, Path(id): Path<PatientId>) -> Result<Answer<Done>, Failure> {
    sql::transaction(|tx| {
        let person = own(id, &viewer, tx)?;
        make_default(person, tx)
    })?;
    Ok(done("已设为默认就诊人"))
}

fn make_default(mut person: Patient, tx: &Transaction) -> Result<(), Failure> {
    patients::clear_default(person.owner, tx)?;
    person.is_default = true;
    Ok(patients::update(&person, tx)?)
}

/// Take a person out of the list
///
/// Orders and records that name it stay. The account's owner stays, and who has an open order.
#[utoipa::path(
    delete, path = "/patient/patients/{patient_id}", operation_id = "remove_person", tag = "Patient",
    security(("bearer" = []), ("password" = [])),
    params(("patient_id" = i64, Path, description = "Number of the person")),
    responses((status = 200, description = "Taken out", body = Answer<Done>), Refusals),
    extensions(("x-ward-patient-data" = json!({"patient": "patient_id"})))
)]
pub async fn remove_person(viewer: Viewer, now: Now, Path(id): Path<PatientId>) -> Result<Answer<Done>, Failure> {
    sql::transaction(|tx| {
        let mut person = own(id, &viewer, tx)?;
        if person.is_self {
            return Err(Failure::refused("不能删除本人"));
        }
        if orders::open_of(id, tx)? {
            return Err(Failure::business("该就诊人有未完成的预约，不能删除"));
        }
        let was_default = std::mem::take(&mut person.is_default);
        person.removed_at = Some(now.at);
        patients::update(&person, tx)?;
        let others = patients::of_account(viewer.account, tx)?;
        match others.into_iter().next().filter(|_| was_default) {
            Some(next) => make_default(next, tx),
            None => Ok(()),
        }
    })?;
    Ok(done("成功删除就诊人"))
}
