//! Accounts and tokens.

use serde::{Deserialize, Serialize};
use ward_sdk::identity::{self, Account, AccountChange, AccountFilter, Login, LoginKind, NewAccount};
use ward_sdk::prelude::*;
use ward_sdk::serde_json::Value;

pub(crate) fn add(router: OpenApiRouter) -> OpenApiRouter {
    router
        .routes(routes!(list_accounts, create_account))
        .routes(routes!(change_account))
        .routes(routes!(sign_in))
        .routes(routes!(refresh_tokens))
        .routes(routes!(sign_out))
        .routes(routes!(change_password))
        .routes(routes!(caller))
        .routes(routes!(visitor))
}

#[derive(Serialize, ToSchema)]
struct Person {
    id: i64,
    name: String,
    username: Option<String>,
    active: bool,
    roles: Vec<String>,
    team: Option<String>,
}

impl From<Account> for Person {
    fn from(account: Account) -> Self {
        Self {
            username: account.login(LoginKind::Username).map(str::to_owned),
            team: account.attribute("team"),
            id: account.id,
            name: account.name,
            active: account.active,
            roles: account.roles,
        }
    }
}

#[derive(Deserialize, ToSchema)]
struct NewPerson {
    name: String,
    username: String,
    password: String,
    role: String,
    team: Option<String>,
}

#[derive(Deserialize, ToSchema)]
struct PersonChange {
    active: Option<bool>,
    roles: Option<Vec<String>>,
    team: Option<String>,
}

#[derive(Deserialize, ToSchema)]
struct Credentials {
    username: String,
    password: String,
}

#[derive(Deserialize, ToSchema)]
struct Refresh {
    refresh: String,
}

#[derive(Deserialize, ToSchema)]
struct NewPassword {
    current: String,
    new: String,
}

#[derive(Serialize, ToSchema)]
struct Tokens {
    access: String,
    access_seconds: u32,
    refresh: String,
    refresh_seconds: u32,
}

impl From<identity::Tokens> for Tokens {
    fn from(tokens: identity::Tokens) -> Self {
        Self {
            access: tokens.access,
            access_seconds: tokens.access_seconds,
            refresh: tokens.refresh,
            refresh_seconds: tokens.refresh_seconds,
        }
    }
}

fn team(team: Option<String>) -> Vec<(String, String)> {
    team.into_iter().map(|team| ("team".to_owned(), Value::String(team).to_string())).collect()
}

#[utoipa::path(get, path = "/accounts", operation_id = "list_accounts",
    responses((status = 200, body = Vec<Person>)))]
async fn list_accounts() -> Result<Json<Vec<Person>>, Problem> {
    let all = AccountFilter { role: None, attribute: None, active: None, skip: 0, limit: 1000 };
    Ok(Json(identity::list_accounts(&all)?.into_iter().map(Person::from).collect()))
}

#[utoipa::path(post, path = "/accounts", operation_id = "create_account",
    responses((status = 201, body = Person)))]
async fn create_account(Json(person): Json<NewPerson>) -> Result<(StatusCode, Json<Person>), Problem> {
    let account = identity::create(&NewAccount {
        name: person.name,
        logins: vec![Login { kind: LoginKind::Username, value: person.username }],
        password: person.password,
        roles: vec![person.role],
        attributes: team(person.team),
    })?;
    Ok((StatusCode::CREATED, Json(account.into())))
}

#[utoipa::path(patch, path = "/accounts/{id}", operation_id = "change_account", params(("id" = i64, Path)),
    responses((status = 200, body = Person)))]
async fn change_account(Path(id): Path<i64>, Json(change): Json<PersonChange>) -> Result<Json<Person>, Problem> {
    let change = AccountChange {
        name: None,
        logins: Vec::new(),
        active: change.active,
        roles: change.roles,
        attributes: team(change.team),
    };
    Ok(Json(identity::update(id, &change)?.into()))
}

#[utoipa::path(post, path = "/sign-in", operation_id = "sign_in",
    request_body(content = Credentials, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = Tokens)))]
async fn sign_in(Form(credentials): Form<Credentials>) -> Result<Json<Tokens>, Problem> {
    let kinds = [LoginKind::Username, LoginKind::Email, LoginKind::StaffId];
    let account = identity::verify(&kinds, &credentials.username, &credentials.password)?;
    Ok(Json(identity::issue(account.id)?.into()))
}

#[utoipa::path(post, path = "/refresh", operation_id = "refresh_tokens",
    responses((status = 200, body = Tokens)))]
async fn refresh_tokens(Json(refresh): Json<Refresh>) -> Result<Json<Tokens>, Problem> {
    Ok(Json(identity::refresh(&refresh.refresh)?.into()))
}

#[utoipa::path(post, path = "/sign-out", operation_id = "sign_out", responses((status = 204)))]
async fn sign_out(caller: Caller) -> Result<StatusCode, Problem> {
    identity::revoke(caller.account)?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(put, path = "/password", operation_id = "change_password", responses((status = 204)))]
async fn change_password(caller: Caller, Json(word): Json<NewPassword>) -> Result<StatusCode, Problem> {
    identity::set_password(caller.account, Some(&word.current), &word.new)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize, ToSchema)]
struct Known {
    account: i64,
    login: String,
    roles: Vec<String>,
    attributes: Value,
}

impl From<Caller> for Known {
    fn from(caller: Caller) -> Self {
        Self {
            account: caller.account,
            login: caller.login,
            roles: caller.roles,
            attributes: Value::Object(caller.attributes),
        }
    }
}

/// Refuses anonymous callers, though the policies do not.
#[utoipa::path(get, path = "/caller", operation_id = "caller", responses((status = 200, body = Known)))]
async fn caller(caller: Caller) -> Json<Known> {
    Json(caller.into())
}

#[utoipa::path(get, path = "/visitor", operation_id = "visitor", responses((status = 200, body = Option<Known>)))]
async fn visitor(caller: Option<Caller>) -> Json<Option<Known>> {
    Json(caller.map(Known::from))
}
