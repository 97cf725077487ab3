//! `GET /users` and `GET /users/{user_id}`.

use ward_sdk::{Json, Path};

use crate::access::{self, Viewer};
use crate::api::docs::Refusals;
use crate::domain::{AccountId, Page, Role};
use crate::failure::Failure;
use crate::input::{Choice, Fields, Query, Read};
use crate::store::users::{self, User};

/// What a list of users is asked for.
pub struct Asked {
    role: Option<Role>,
    page: Page,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let role = fields.optional("role", &Choice::new());
        let page = Page::read(fields);
        Some(Self { role: role?, page: page? })
    }
}

/// List users, filtered by role
///
/// In the order of their numbers.
#[utoipa::path(
    get, path = "/users", operation_id = "list_users", tag = "Users",
    security(("bearer" = []), ("password" = [])),
    params(
        ("skip" = Option<u32>, Query, description = "Users to leave out at the start (0)"),
        ("limit" = Option<u32>, Query, description = "Users to give at most (100; 1,000 at most)"),
        ("role" = Option<Role>, Query, description = "Only of this role"),
    ),
    responses((status = 200, description = "Users", body = Vec<User>), Refusals)
)]
pub async fn list_users(viewer: Viewer, Query(asked): Query<Asked>) -> Result<Json<Vec<User>>, Failure> {
    Ok(Json(users::list(asked.role, viewer.scope(), asked.page)?))
}

/// Show one user
#[utoipa::path(
    get, path = "/users/{user_id}", operation_id = "get_user", tag = "Users",
    security(("bearer" = []), ("password" = [])),
    params(("user_id" = i64, Path, description = "Number of the user")),
    responses((status = 200, description = "The user", body = User), Refusals)
)]
pub async fn get_user(viewer: Viewer, Path(id): Path<AccountId>) -> Result<Json<User>, Failure> {
    let user = users::find(id)?;
    // Everyone sees itself, whatever centre it lost.
    if id == viewer.account {
        return Ok(Json(user));
    }
    Ok(Json(access::visible_user(user)?))
}
