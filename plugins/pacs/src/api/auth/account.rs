//! The own account: `GET /auth/me`, `POST /auth/change-password`, `POST /auth/logout`.

use serde::Deserialize;
use utoipa::ToSchema;
use ward_sdk::{Json, identity};

use super::Done;
use crate::access::Viewer;
use crate::api::docs::Refusals;
use crate::failure::Failure;
use crate::input::{Body, Fields, Read, Text};
use crate::store::users::{self, User};

/// Show the account behind the token
#[utoipa::path(
    get, path = "/auth/me", operation_id = "current_user", tag = "Authentication",
    security(("bearer" = []), ("password" = [])),
    responses((status = 200, description = "The account", body = User), Refusals)
)]
pub async fn current_user(viewer: Viewer) -> Result<Json<User>, Failure> {
    Ok(Json(users::find(viewer.account)?))
}

/// The old and the new password.
#[derive(Deserialize, ToSchema)]
pub struct PasswordChange {
    /// The password so far.
    #[schema(format = Password)]
    current_password: String,
    /// The password from now on.
    #[schema(format = Password, min_length = 4, max_length = 256)]
    new_password: String,
}

impl Read for PasswordChange {
    fn read(fields: &mut Fields) -> Option<Self> {
        let current = fields.required("current_password", &Text::secret(1, 256));
        let new = fields.required("new_password", &Text::secret(4, 256));
        Some(Self { current_password: current?, new_password: new? })
    }
}

/// Change the own password
///
/// Ends all of the account's tokens, this one, too.
#[utoipa::path(
    post, path = "/auth/change-password", operation_id = "change_password", tag = "Authentication",
    security(("bearer" = []), ("password" = [])),
    request_body = PasswordChange,
    responses((status = 200, description = "Changed", body = Done), Refusals)
)]
pub async fn change_password(viewer: Viewer, Body(change): Body<PasswordChange>) -> Result<Json<Done>, Failure> {
    let current = Some(change.current_password.as_str());
    identity::set_password(viewer.account.0, current, &change.new_password).map_err(|error| match error {
        identity::Error::BadCredentials => Failure::refused("Incorrect current password"),
        other => other.into(),
    })?;
    Ok(Json(Done { message: "Password changed" }))
}

/// End all of the account's tokens at once
#[utoipa::path(
    post, path = "/auth/logout", operation_id = "logout", tag = "Authentication",
    security(("bearer" = []), ("password" = [])),
    responses((status = 200, description = "Logged out", body = Done), Refusals)
)]
pub async fn logout(viewer: Viewer) -> Result<Json<Done>, Failure> {
    identity::revoke(viewer.account.0)?;
    Ok(Json(Done { message: "Logged out" }))
}
