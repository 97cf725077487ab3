//! `POST /auth/patient/login`, `/auth/staff/login`, `/auth/login` and `/auth/swagger-login`.
//!
//! Signing in has two answers: who comes with a staff identifier or a phone number gets the token itself as
//! `message`, who comes with a user name gets an object. Both are what existing clients of this API expect.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use ward_sdk::identity::{self, Account, LoginKind};
use ward_sdk::sql::{self, Database};

use crate::answer::{Answer, ok};
use crate::api::docs::PublicRefusals;
use crate::clock::Now;
use crate::domain::{AccountId, Role};
use crate::failure::Failure;
use crate::input::{Fields, Form, JsonOrForm, Read, Text};
use crate::store::{bans, members, patients};

/// A name to sign in by, and a password. One of the four names.
#[derive(Deserialize, ToSchema)]
#[schema(as = Credentials, example = json!({"identifier": "doctor001", "password": "123456"}))]
#[expect(dead_code, reason = "describes the body; `Credentials` is read from it")]
struct CredentialsBody {
    /// User name, or any of the others: answered with an object.
    username: Option<String>,
    /// Staff identifier (工号): answered with the token itself.
    identifier: Option<String>,
    /// Phone number: answered with the token itself.
    phonenumber: Option<String>,
    /// The same.
    phone: Option<String>,
    /// Password.
    #[schema(format = Password, max_length = 256)]
    password: String,
}

/// What was sent to sign in with.
pub struct Credentials {
    login: String,
    by_username: bool,
    password: String,
}

impl Read for Credentials {
    fn read(fields: &mut Fields) -> Option<Self> {
        let names = ["identifier", "phonenumber", "phone", "username"];
        let sent = names.into_iter().find(|name| fields.has(name)).unwrap_or("username");
        let login = fields.required(sent, &Text::line(254));
        let password = fields.required("password", &Text::secret(1, 256));
        Some(Self { login: login?, by_username: sent == "username", password: password? })
    }
}

/// What a sign-in by user name gives.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the API's names")]
pub struct Token {
    /// The account's number.
    userid: AccountId,
    /// To be sent as `Authorization: Bearer …`.
    access_token: String,
    /// `Bearer`.
    token_type: &'static str,
}

/// What a sign-in gives: the token, or an object with it.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum SignedIn {
    /// By staff identifier or phone number.
    Token(String),
    /// By user name.
    Object(Token),
}

/// Sign in as a patient, by phone number
///
/// An unknown phone number, a wrong password and a deleted account get the same answer.
#[utoipa::path(
    post, path = "/auth/patient/login", operation_id = "patient_login", tag = "Accounts",
    request_body(content(
        (CredentialsBody = "application/json"),
        (CredentialsBody = "application/x-www-form-urlencoded"),
        (CredentialsBody = "multipart/form-data"),
    )),
    responses((status = 200, description = "Signed in", body = Answer<SignedIn>), PublicRefusals)
)]
pub async fn patient_login(now: Now, JsonOrForm(given): JsonOrForm<Credentials>) -> Result<Answer<SignedIn>, Failure> {
    let kinds = [LoginKind::Phone, LoginKind::Username, LoginKind::Email];
    sign_in(&given, &kinds, &[Role::Patient], &now).map(|token| given.answer(token))
}

/// Sign in as someone who works here, by staff identifier
#[utoipa::path(
    post, path = "/auth/staff/login", operation_id = "staff_login", tag = "Accounts",
    request_body(content(
        (CredentialsBody = "application/json"),
        (CredentialsBody = "application/x-www-form-urlencoded"),
        (CredentialsBody = "multipart/form-data"),
    )),
    responses((status = 200, description = "Signed in", body = Answer<SignedIn>), PublicRefusals)
)]
pub async fn staff_login(now: Now, JsonOrForm(given): JsonOrForm<Credentials>) -> Result<Answer<SignedIn>, Failure> {
    let kinds = [LoginKind::StaffId, LoginKind::Username, LoginKind::Phone, LoginKind::Email];
    sign_in(&given, &kinds, &[Role::Admin, Role::Doctor], &now).map(|token| given.answer(token))
}

/// Sign in as anybody, by user name or phone number
#[utoipa::path(
    post, path = "/auth/login", operation_id = "login", tag = "Accounts",
    request_body(content(
        (CredentialsBody = "application/json"),
        (CredentialsBody = "application/x-www-form-urlencoded"),
        (CredentialsBody = "multipart/form-data"),
    )),
    responses((status = 200, description = "Signed in", body = Answer<SignedIn>), PublicRefusals)
)]
pub async fn login(now: Now, JsonOrForm(given): JsonOrForm<Credentials>) -> Result<Answer<SignedIn>, Failure> {
    sign_in(&given, &ANY, &[Role::Admin, Role::Doctor, Role::Patient], &now).map(|token| given.answer(token))
}

/// What OAuth2 clients read beside the API's own envelope.
#[derive(Serialize, ToSchema)]
pub struct SwaggerToken {
    #[serde(flatten)]
    answer: Answer<Token>,
    /// As in the envelope.
    access_token: String,
    /// `Bearer`.
    token_type: &'static str,
}

/// Sign in with an OAuth2 form, as Swagger UI does
#[utoipa::path(
    post, path = "/auth/swagger-login", operation_id = "swagger_login", tag = "Accounts",
    request_body(content(
        (CredentialsBody = "application/x-www-form-urlencoded"),
        (CredentialsBody = "multipart/form-data"),
    )),
    responses((status = 200, description = "Signed in", body = SwaggerToken), PublicRefusals)
)]
pub async fn swagger_login(now: Now, Form(given): Form<Credentials>) -> Result<axum::Json<SwaggerToken>, Failure> {
    let token = sign_in(&given, &ANY, &[Role::Admin, Role::Doctor, Role::Patient], &now)?;
    let (access_token, token_type) = (token.access_token.clone(), token.token_type);
    Ok(axum::Json(SwaggerToken { answer: ok(token), access_token, token_type }))
}

const ANY: [LoginKind; 4] = [LoginKind::Username, LoginKind::Phone, LoginKind::StaffId, LoginKind::Email];

impl Credentials {
    fn answer(&self, token: Token) -> Answer<SignedIn> {
        ok(if self.by_username { SignedIn::Object(token) } else { SignedIn::Token(token.access_token) })
    }
}

fn sign_in(given: &Credentials, kinds: &[LoginKind], roles: &[Role], now: &Now) -> Result<Token, Failure> {
    let account = identity::verify(kinds, &given.login, &given.password).map_err(|error| match error {
        // What cannot be a login or a password is none of anybody's.
        identity::Error::Invalid(_) | identity::Error::NotFound | identity::Error::Denied(_) => {
            Failure::bad_credentials()
        }
        other => other.into(),
    })?;
    let role = Role::of(&account.roles).filter(|role| roles.contains(role)).ok_or_else(Failure::bad_credentials)?;
    let id = AccountId(account.id);
    may_sign_in(id, now)?;
    note(&account, role, now)?;
    let access_token = identity::issue(account.id)?.access;
    // A ban ends all tokens when it is written: one that came before this token was issued has missed it.
    may_sign_in(id, now).inspect_err(|_| drop(identity::revoke(account.id)))?;
    Ok(Token { userid: id, access_token, token_type: "Bearer" })
}

/// Refuses an account that is banned from signing in.
fn may_sign_in(id: AccountId, now: &Now) -> Result<(), Failure> {
    let ban = bans::active(id, now.at, &Database)?.filter(|ban| ban.kind.forbids_login());
    let Some(ban) = ban else { return Ok(()) };
    let until = ban.until.map_or_else(|| "永久".to_owned(), |until| now.local_spaced(until));
    Err(Failure::forbidden(format!("账号已被封禁，解封时间：{until}")))
}

/// Writes the sign-in, and what an interrupted registration may have left out.
fn note(account: &Account, role: Role, now: &Now) -> Result<(), Failure> {
    sql::transaction(|tx| {
        if members::ensure(account, now.at, tx)? && role == Role::Patient {
            patients::insert(&super::register::own_person(account, now), tx)?;
        }
        members::signed_in(account.id, now.at, tx)
    })
    .map_err(Failure::from)
}
