//! A token for an administrator of the host, where no plugin gives one.

use axum::body::Body;
use http::{Response, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::{AdminCall, answers};
use crate::gateway::body::{self, Reader};
use crate::gateway::failure::Failure;
use crate::gateway::operations::Operation;
use crate::identity::{Domain, IdentityError, LoginKind};
use crate::runtime::Body as Received;

/// What a client sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    username: String,
    password: String,
}

pub(super) async fn answer(
    accounts: &Domain,
    operation: &Operation,
    call: &AdminCall<'_>,
    reader: &mut Reader,
) -> Result<Response<Body>, Failure> {
    let received = body::receive(operation, &call.parts.headers, reader, &call.app.blobs).await?;
    let Received::Bytes(bytes) = received.body else { return Err(Failure::malformed("a JSON body is needed")) };
    // serde's own words would quote the password.
    let sign_in: SignIn = serde_json::from_slice(&bytes)
        .map_err(|_| Failure::malformed("the body is a JSON object with the texts `username` and `password`"))?;
    let kinds = [LoginKind::Username, LoginKind::Email];
    let account =
        accounts.verify(&kinds, &sign_in.username, &sign_in.password).await.map_err(|error| refused(&error))?;
    let tokens = accounts.issue(account.id).await.map_err(|error| refused(&error))?;
    let token = json!({ "access_token": tokens.access, "token_type": "bearer", "expires_in": tokens.access_seconds });
    Ok(answers::answer(StatusCode::OK, &token))
}

fn refused(error: &IdentityError) -> Failure {
    match error {
        IdentityError::Locked(seconds) => Failure::too_many_requests(*seconds),
        IdentityError::Overloaded => Failure::unavailable("too many sign-ins at once", 1),
        IdentityError::Sql(_) => Failure::unavailable("accounts cannot be read now", 1),
        _ => Failure::unauthenticated("wrong user name or password, or no administrator of the host"),
    }
}
