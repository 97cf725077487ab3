//! `POST /auth/register`.
//!
//! A patient's account has one person (就诊人) of its own from the start. The account is made first; should
//! the process end before the person is written, the first sign-in writes it.

use serde::Deserialize;
use utoipa::ToSchema;
use ward_sdk::identity::{self, Account, Login, LoginKind, NewAccount};
use ward_sdk::sql;

use crate::answer::{Answer, Done, done};
use crate::api::docs::PublicRefusals;
use crate::clock::Now;
use crate::domain::{AccountId, Day, Gender, PatientId, PatientType, Role, Word as _};
use crate::failure::Failure;
use crate::input::{Body, Date, Email, Fields, Genders, IdCard, OrEmpty, Phone, Read, Text};
use crate::store::accounts::login;
use crate::store::members;
use crate::store::patients::{self, Patient};

/// A patient to be.
#[derive(Deserialize, ToSchema)]
#[schema(as = Registration, example = json!({
    "email": "user@example.com", "username": "testuser", "phonenumber": "+86 12345678901", "password": "securepass"
}))]
#[expect(dead_code, reason = "describes the body; `Registration` is read from it")]
struct RegistrationBody {
    /// To sign in with.
    phonenumber: String,
    /// Four characters at least.
    #[schema(format = Password, min_length = 4, max_length = 256)]
    password: String,
    /// To sign in with, too; no spaces, no `@`.
    username: Option<String>,
    /// The e-mail address.
    email: Option<String>,
    /// The person's name; without it the user name.
    name: Option<String>,
    /// 男, 女 or 其他.
    gender: Option<String>,
    /// Day of birth.
    birth_date: Option<String>,
    /// Identity card.
    id_card: Option<String>,
    /// Student or staff number.
    identifier: Option<String>,
}

/// What was sent.
pub struct Registration {
    phone: String,
    password: String,
    username: Option<String>,
    email: Option<String>,
    name: Option<String>,
    gender: Option<Gender>,
    birth_date: Option<Day>,
    id_card: Option<String>,
    identifier: Option<String>,
}

impl Read for Registration {
    fn read(fields: &mut Fields) -> Option<Self> {
        let phone = fields.required(if fields.has("phone") { "phone" } else { "phonenumber" }, &Phone);
        let password = fields.required("password", &Text::secret(4, 256));
        let username = fields.optional("username", &OrEmpty(Text::line(100)));
        let email = fields.optional("email", &OrEmpty(Email));
        let name = fields.optional("name", &OrEmpty(Text::line(50)));
        let gender = fields.optional("gender", &OrEmpty(Genders));
        let birth_date = fields.optional("birth_date", &OrEmpty(Date));
        let id_card = fields.optional("id_card", &OrEmpty(IdCard));
        let identifier = fields.optional("identifier", &OrEmpty(Text::line(50)));
        let new = Self {
            phone: phone?,
            password: password?,
            username: username?.flatten().map(|name| name.trim().to_owned()),
            email: email?.flatten(),
            name: name?.flatten().map(|name| name.trim().to_owned()),
            gender: gender?.flatten(),
            birth_date: birth_date?.flatten(),
            id_card: id_card?.flatten(),
            identifier: identifier?.flatten(),
        };
        if !new.username.as_deref().is_none_or(may_be_username) {
            fields.refuse("username", "不能含有空格或 @");
        }
        Some(new)
    }
}

/// A user name is nobody's e-mail address.
pub(super) fn may_be_username(name: &str) -> bool {
    !name.contains('@') && !name.chars().any(char::is_whitespace)
}

/// Register a patient
#[utoipa::path(
    post, path = "/auth/register", operation_id = "register", tag = "Accounts",
    request_body = RegistrationBody,
    responses((status = 200, description = "Registered", body = Answer<Done>), PublicRefusals)
)]
pub async fn register(now: Now, Body(new): Body<Registration>) -> Result<Answer<Done>, Failure> {
    if new.birth_date.is_some_and(|day| day > now.today) {
        return Err(Failure::refused("birth_date: 不能晚于今天"));
    }
    let account = identity::create(&new.account()).map_err(|error| match error {
        identity::Error::Invalid(_) => Failure::registration("手机号、用户名或密码不符合要求"),
        other => other.into(),
    })?;
    sql::transaction(|tx| -> Result<(), Failure> {
        members::ensure(&account, now.at, tx)?;
        patients::insert(&new.person(&account, &now), tx)?;
        Ok(())
    })?;
    Ok(done("注册成功，请前往邮箱验证"))
}

impl Registration {
    fn account(&self) -> NewAccount {
        let optional = [(LoginKind::Username, &self.username), (LoginKind::Email, &self.email)];
        let optional = optional.into_iter().filter_map(|(kind, value)| Some(login(kind, value.as_deref()?)));
        let phone = Login { kind: LoginKind::Phone, value: self.phone.clone() };
        NewAccount {
            name: self.name.clone().or_else(|| self.username.clone()).unwrap_or_else(|| unnamed(&self.phone)),
            logins: std::iter::once(phone).chain(optional).collect(),
            password: self.password.clone(),
            roles: vec![Role::Patient.word().to_owned()],
            attributes: Vec::new(),
        }
    }

    fn person(&self, account: &Account, now: &Now) -> Patient {
        let mut person = Patient {
            gender: self.gender,
            birth_date: self.birth_date,
            id_card: self.id_card.clone(),
            identifier: self.identifier.clone(),
            ..own_person(account, now)
        };
        person.complete();
        person
    }
}

/// What a person is called who gave no name.
fn unnamed(phone: &str) -> String {
    format!("用户{}", &phone[phone.len().saturating_sub(4)..])
}

/// The person of an account's owner, as far as the account tells of it.
pub(super) fn own_person(account: &Account, now: &Now) -> Patient {
    Patient {
        id: PatientId(0),
        owner: AccountId(account.id),
        name: account.name.clone(),
        phone: account.login(LoginKind::Phone).map(str::to_owned),
        id_card: None,
        identifier: None,
        gender: None,
        birth_date: None,
        patient_type: PatientType::External,
        verified: false,
        relation_type: "本人".to_owned(),
        is_self: true,
        is_default: true,
        remark: None,
        created_at: now.at,
        removed_at: None,
    }
}

#[cfg(test)]
mod tests {
    use super::Registration;
    use crate::input::{Fields, Read as _};
    use serde_json::{Value, json};
    use ward_sdk::identity::LoginKind;

    fn read(body: Value) -> Result<Registration, String> {
        Registration::from_fields(Fields::json(body).expect("an object"))
            .map_err(|wrong| crate::failure::Failure::from(wrong).msg.into_owned())
    }

    #[test]
    fn the_documents_example_is_read() {
        let new = read(json!({
            "email": "user@example.com", "username": "testuser", "phonenumber": "+86 12345678901", "password": "securepass",
        }))
        .expect("complete");
        let account = new.account();
        assert_eq!(account.name, "testuser");
        let logins: Vec<_> = account.logins.iter().map(|login| (login.kind, login.value.as_str())).collect();
        let expected = [
            (LoginKind::Phone, "12345678901"),
            (LoginKind::Username, "testuser"),
            (LoginKind::Email, "user@example.com"),
        ];
        assert_eq!(logins, expected);
    }

    #[test]
    fn a_phone_number_and_a_password_are_enough() {
        let new = read(json!({"phonenumber": "13800001234", "password": "123456", "username": "", "email": ""}));
        assert_eq!(new.expect("enough").account().name, "用户1234");
    }

    #[test]
    fn every_wrong_field_is_named() {
        let told = read(json!({"phonenumber": "no", "password": "1", "gender": "x", "birth_date": "1.1.2000"}));
        let told = told.err().expect("wrong");
        for field in ["phonenumber", "password", "gender", "birth_date"] {
            assert!(told.contains(&format!("{field}: ")), "{told}");
        }
        assert!(read(json!({"phonenumber": "13800001234", "password": "123456", "username": "a@b.c"})).is_err());
    }
}
