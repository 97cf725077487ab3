//! `PATCH /users/{user_id}`, `PATCH /users/{user_id}/deactivate` and `DELETE /users/{user_id}`.

use serde::Deserialize;
use utoipa::ToSchema;
use ward_sdk::{Json, Path};

use crate::access::Viewer;
use crate::api::docs::Refusals;
use crate::domain::AccountId;
use crate::failure::Failure;
use crate::input::{Body, Bool, Email, Fields, Read, Text};
use crate::store::users::{self, User, UserChange};

/// What to change; what is absent stays.
#[derive(ToSchema, Deserialize)]
#[schema(as = UserChange, example = json!({
    "email": "newemail@example.com",
    "full_name": "Updated Name",
    "is_active": true
}))]
#[expect(dead_code, reason = "describes the body; the store's type is read from it")]
struct Change {
    /// The e-mail address, to sign in with, too.
    #[schema(format = Email)]
    email: Option<String>,
    /// The person's name.
    #[schema(min_length = 1, max_length = 255)]
    full_name: Option<String>,
    /// Whether the user may sign in; `false` ends all of its tokens at once.
    is_active: Option<bool>,
}

impl Read for UserChange {
    fn read(fields: &mut Fields) -> Option<Self> {
        let email = fields.optional("email", &Email);
        let full_name = fields.optional("full_name", &Text::line(255));
        let is_active = fields.optional("is_active", &Bool);
        Some(Self { email: email?, full_name: full_name?, is_active: is_active? })
    }
}

/// Change email, full name or active state of a user
#[utoipa::path(
    patch, path = "/users/{user_id}", operation_id = "update_user", tag = "Users",
    security(("bearer" = []), ("password" = [])),
    params(("user_id" = i64, Path, description = "Number of the user")),
    request_body = Change,
    responses((status = 200, description = "The user, changed", body = User), Refusals)
)]
pub async fn update_user(
    viewer: Viewer,
    Path(id): Path<AccountId>,
    Body(change): Body<UserChange>,
) -> Result<Json<User>, Failure> {
    apply(&viewer, id, &change)
}

/// Deactivate a user
#[utoipa::path(
    patch, path = "/users/{user_id}/deactivate", operation_id = "deactivate_user", tag = "Users",
    security(("bearer" = []), ("password" = [])),
    params(("user_id" = i64, Path, description = "Number of the user")),
    responses((status = 200, description = "The user, deactivated", body = User), Refusals)
)]
pub async fn deactivate_user(viewer: Viewer, Path(id): Path<AccountId>) -> Result<Json<User>, Failure> {
    apply(&viewer, id, &UserChange { is_active: Some(false), ..UserChange::default() })
}

/// Deactivate a user; nothing is erased
#[utoipa::path(
    delete, path = "/users/{user_id}", operation_id = "delete_user", tag = "Users",
    security(("bearer" = []), ("password" = [])),
    params(("user_id" = i64, Path, description = "Number of the user")),
    responses((status = 200, description = "The user, deactivated", body = User), Refusals)
)]
pub async fn delete_user(viewer: Viewer, Path(id): Path<AccountId>) -> Result<Json<User>, Failure> {
    apply(&viewer, id, &UserChange { is_active: Some(false), ..UserChange::default() })
}

fn apply(viewer: &Viewer, id: AccountId, change: &UserChange) -> Result<Json<User>, Failure> {
    if id == viewer.account && change.is_active == Some(false) {
        return Err(Failure::refused("You cannot deactivate your own account"));
    }
    if *change == UserChange::default() {
        return Ok(Json(users::find(id)?));
    }
    Ok(Json(users::update(id, change)?))
}
