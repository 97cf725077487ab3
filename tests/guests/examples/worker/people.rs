//! Accounts, for streams that need one.

use serde::{Deserialize, Serialize};
use ward_sdk::identity::{self, AccountChange, Login, LoginKind, NewAccount};
use ward_sdk::prelude::*;

pub(crate) fn add(router: OpenApiRouter) -> OpenApiRouter {
    router.routes(routes!(join)).routes(routes!(leave))
}

#[derive(Deserialize, ToSchema)]
struct Name {
    username: String,
}

#[derive(Serialize, ToSchema)]
struct Joined {
    id: i64,
    token: String,
}

/// Makes an account and signs it in.
#[utoipa::path(post, path = "/people", operation_id = "join", responses((status = 200, body = Joined)))]
async fn join(Json(name): Json<Name>) -> Result<Json<Joined>, Problem> {
    let account = identity::create(&NewAccount {
        name: name.username.clone(),
        logins: vec![Login { kind: LoginKind::Username, value: name.username }],
        password: "a long password".to_owned(),
        roles: vec!["member".to_owned()],
        attributes: Vec::new(),
    })?;
    let tokens = identity::issue(account.id)?;
    Ok(Json(Joined { id: account.id, token: tokens.access }))
}

/// Ends all of its tokens.
#[utoipa::path(post, path = "/people/{id}/leave", operation_id = "leave", params(("id" = i64, Path)),
    responses((status = 204)))]
async fn leave(Path(id): Path<i64>) -> Result<StatusCode, Problem> {
    let change = AccountChange { name: None, logins: vec![], active: Some(false), roles: None, attributes: vec![] };
    identity::update(id, &change)?;
    Ok(StatusCode::NO_CONTENT)
}
