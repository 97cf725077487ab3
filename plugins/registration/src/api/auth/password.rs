//! `POST /auth/change-password` and `PUT /auth/users/{user_id}/password`.

use serde::Deserialize;
use utoipa::ToSchema;
use ward_sdk::{Path, identity};

use crate::access::Viewer;
use crate::answer::{Answer, Done, done};
use crate::api::docs::Refusals;
use crate::domain::AccountId;
use crate::failure::Failure;
use crate::input::{Body, Fields, Read, Text};
use crate::store::accounts;

/// The old and the new password.
#[derive(Deserialize, ToSchema)]
#[schema(as = PasswordChange)]
#[expect(dead_code, reason = "describes the body; `PasswordChange` is read from it")]
struct PasswordChangeBody {
    /// The password so far.
    #[schema(format = Password)]
    current_password: String,
    /// The password from now on.
    #[schema(format = Password, min_length = 4, max_length = 256)]
    new_password: String,
}

/// What was sent.
pub struct PasswordChange {
    current: String,
    new: String,
}

impl Read for PasswordChange {
    fn read(fields: &mut Fields) -> Option<Self> {
        let current = fields.required("current_password", &Text::secret(1, 256));
        let new = fields.required("new_password", &Text::secret(4, 256));
        Some(Self { current: current?, new: new? })
    }
}

/// Change the own password
///
/// Ends all of the account's tokens, this one, too.
#[utoipa::path(
    post, path = "/auth/change-password", operation_id = "change_password", tag = "Accounts",
    security(("bearer" = []), ("password" = [])),
    request_body = PasswordChangeBody,
    responses((status = 200, description = "Changed", body = Answer<Done>), Refusals)
)]
pub async fn change_password(viewer: Viewer, Body(change): Body<PasswordChange>) -> Result<Answer<Done>, Failure> {
    identity::set_password(viewer.account.0, Some(&change.current), &change.new).map_err(|error| match error {
        identity::Error::BadCredentials => Failure::refused("原密码错误"),
        other => other.into(),
    })?;
    Ok(done("密码修改成功，请重新登录"))
}

/// A new password.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewPassword)]
#[expect(dead_code, reason = "describes the body; `NewPassword` is read from it")]
struct NewPasswordBody {
    /// The password from now on.
    #[schema(format = Password, min_length = 4, max_length = 256)]
    new_password: String,
}

/// What was sent.
pub struct NewPassword(String);

impl Read for NewPassword {
    fn read(fields: &mut Fields) -> Option<Self> {
        fields.required("new_password", &Text::secret(4, 256)).map(Self)
    }
}

/// Set the password of a patient or doctor who has lost it
///
/// Ends all of the account's tokens.
#[utoipa::path(
    put, path = "/auth/users/{user_id}/password", operation_id = "reset_password", tag = "Accounts",
    security(("bearer" = []), ("password" = [])),
    params(("user_id" = i64, Path, description = "Number of the account")),
    request_body = NewPasswordBody,
    responses((status = 200, description = "Set", body = Answer<Done>), Refusals)
)]
pub async fn reset_password(
    Path(id): Path<AccountId>,
    Body(NewPassword(new)): Body<NewPassword>,
) -> Result<Answer<Done>, Failure> {
    let (_, user) = accounts::find(id)?;
    if user.is_admin {
        return Err(Failure::forbidden("不能重置管理员的密码"));
    }
    identity::set_password(id.0, None, &new)?;
    Ok(done("密码重置成功"))
}
