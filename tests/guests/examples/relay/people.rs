//! Accounts, to call in the name of.

use serde::{Deserialize, Serialize};
use ward_sdk::identity::{self, Login, LoginKind, NewAccount};
use ward_sdk::prelude::*;

pub(crate) fn add(router: OpenApiRouter) -> OpenApiRouter {
    router.routes(routes!(join))
}

#[derive(Deserialize, ToSchema)]
struct Newcomer {
    username: String,
    roles: Vec<String>,
}

#[derive(Serialize, ToSchema)]
struct Joined {
    id: i64,
    token: String,
}

/// Makes an account and signs it in.
#[utoipa::path(post, path = "/people", operation_id = "join", responses((status = 200, body = Joined)))]
async fn join(Json(newcomer): Json<Newcomer>) -> Result<Json<Joined>, Problem> {
    let account = identity::create(&NewAccount {
        name: newcomer.username.clone(),
        logins: vec![Login { kind: LoginKind::Username, value: newcomer.username }],
        password: "a long password".to_owned(),
        roles: newcomer.roles,
        attributes: Vec::new(),
    })?;
    Ok(Json(Joined { id: account.id, token: identity::issue(account.id)?.access }))
}
