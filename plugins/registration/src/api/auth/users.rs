//! `/auth/users`, `/auth/me` and `/auth/logout`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use ward_sdk::sql::Database;
use ward_sdk::{Path, identity};

use crate::access::Viewer;
use crate::answer::{Answer, Done, done, ok};
use crate::api::docs::Refusals;
use crate::clock::Now;
use crate::domain::{AccountId, Page, Role};
use crate::failure::{self, Failure};
use crate::input::{Body, Email, Fields, OrEmpty, Phone, Query, Read, Text};
use crate::store::accounts::{self, ProfileChange, User};
use crate::store::{doctors, members, patients};

/// End all of the account's tokens at once
#[utoipa::path(
    post, path = "/auth/logout", operation_id = "logout", tag = "Accounts",
    security(("bearer" = []), ("password" = [])),
    responses((status = 200, description = "Signed out", body = Answer<Done>), Refusals)
)]
pub async fn logout(viewer: Viewer) -> Result<Answer<Done>, Failure> {
    identity::revoke(viewer.account.0)?;
    Ok(done("注销成功"))
}

/// What the caller may do.
#[derive(Serialize, ToSchema)]
pub struct CurrentRole {
    /// `admin`, `doctor` or `patient`.
    role: Role,
}

/// Show the role of the caller
#[utoipa::path(
    get, path = "/auth/me", operation_id = "current_role", tag = "Accounts",
    security(("bearer" = []), ("password" = [])),
    responses((status = 200, description = "The role", body = Answer<CurrentRole>), Refusals)
)]
pub async fn current_role(viewer: Viewer) -> Answer<CurrentRole> {
    ok(CurrentRole { role: viewer.role })
}

/// A part of the list.
pub struct Asked(Page);

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        Page::read(fields, 10_000).map(Self)
    }
}

/// List all accounts
///
/// In the order of their numbers; at most 10,000 at once.
#[utoipa::path(
    get, path = "/auth/users", operation_id = "list_users", tag = "Accounts",
    security(("bearer" = []), ("password" = [])),
    params(
        ("page" = Option<u32>, Query, description = "From 1 (1)"),
        ("page_size" = Option<u32>, Query, description = "At most 10,000 (10,000)"),
    ),
    responses((status = 200, description = "Accounts", body = Answer<Vec<User>>), Refusals)
)]
pub async fn list_users(Query(Asked(page)): Query<Asked>) -> Result<Answer<Vec<User>>, Failure> {
    Ok(ok(accounts::list(page)?))
}

/// Everybody may ask for the own account, administrators for all.
fn check_own(viewer: &Viewer, id: AccountId) -> Result<(), Failure> {
    if viewer.is_admin() || viewer.account == id { Ok(()) } else { Err(Failure::forbidden("无权限")) }
}

/// Show one account
#[utoipa::path(
    get, path = "/auth/users/{user_id}", operation_id = "show_user", tag = "Accounts",
    security(("bearer" = []), ("password" = [])),
    params(("user_id" = i64, Path, description = "Number of the account")),
    responses((status = 200, description = "The account", body = Answer<User>), Refusals)
)]
pub async fn show_user(viewer: Viewer, Path(id): Path<AccountId>) -> Result<Answer<User>, Failure> {
    check_own(&viewer, id)?;
    Ok(ok(accounts::find(id)?.1))
}

/// What to change; what is absent or empty stays.
#[derive(Deserialize, ToSchema)]
#[schema(as = ProfileChange)]
#[expect(dead_code, reason = "describes the body; `ProfileChange` is read from it")]
struct ProfileBody {
    /// The user name.
    username: Option<String>,
    /// The e-mail address.
    email: Option<String>,
    /// The phone number.
    phonenumber: Option<String>,
}

impl Read for ProfileChange {
    fn read(fields: &mut Fields) -> Option<Self> {
        let username = fields.optional("username", &OrEmpty(Text::line(100)));
        let email = fields.optional("email", &OrEmpty(Email));
        let phone = fields.optional("phonenumber", &OrEmpty(Phone));
        let username = username?.flatten().map(|name| name.trim().to_owned());
        if !username.as_deref().is_none_or(super::register::may_be_username) {
            fields.refuse("username", "不能含有空格或 @");
        }
        Some(Self { username, email: email?.flatten(), phone: phone?.flatten() })
    }
}

/// An account that was changed.
#[derive(Serialize, ToSchema)]
pub struct Changed {
    /// What it is now.
    user: User,
}

/// Change user name, e-mail address or phone number of an account
#[utoipa::path(
    put, path = "/auth/users/{user_id}/updateProfile", operation_id = "update_profile", tag = "Accounts",
    security(("bearer" = []), ("password" = [])),
    params(("user_id" = i64, Path, description = "Number of the account")),
    request_body = ProfileBody,
    responses((status = 200, description = "The account", body = Answer<Changed>), Refusals)
)]
pub async fn update_profile(
    viewer: Viewer,
    Path(id): Path<AccountId>,
    Body(change): Body<ProfileChange>,
) -> Result<Answer<Changed>, Failure> {
    check_own(&viewer, id)?;
    let (_, user) = accounts::find(id)?;
    if change == ProfileChange::default() {
        return Ok(ok(Changed { user }));
    }
    let account = accounts::update(id, &change).map_err(not_changed)?;
    members::rename(id, &accounts::shown_name(&account), &Database)?;
    if let Some(phone) = &change.phone {
        patients::set_own_phone(id, phone, &Database)?;
    }
    Ok(ok(Changed { user: User::of(&account).ok_or_else(Failure::no_user)? }))
}

fn not_changed(error: identity::Error) -> Failure {
    let refused = |msg: &'static str| Failure {
        code: failure::PROFILE,
        error: "用户个人信息更新失败".into(),
        ..Failure::refused(msg)
    };
    match error {
        identity::Error::Taken(kind) => refused(failure::taken(kind)),
        identity::Error::Invalid(_) => refused("用户名、邮箱或手机号不符合要求"),
        other => other.into(),
    }
}

/// Delete an account, never an administrator's
///
/// Its tokens end at once; what it booked stays in the records.
#[utoipa::path(
    delete, path = "/auth/users/{user_id}", operation_id = "delete_user", tag = "Accounts",
    security(("bearer" = []), ("password" = [])),
    params(("user_id" = i64, Path, description = "Number of the account")),
    responses((status = 200, description = "Deleted", body = Answer<Done>), Refusals)
)]
pub async fn delete_user(now: Now, Path(id): Path<AccountId>) -> Result<Answer<Done>, Failure> {
    let (_, user) = accounts::find(id)?;
    if user.is_admin {
        return Err(Failure::forbidden("不能删除管理员"));
    }
    doctors::account_ended(id, &Database)?;
    accounts::end(id, now.at)?;
    Ok(done(format!("成功删除用户{}", user.username)))
}
