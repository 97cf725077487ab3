//! `POST /auth/token` and `POST /auth/refresh`.

use serde::Deserialize;
use utoipa::ToSchema;
use ward_sdk::{Json, identity};

use super::Token;
use crate::api::docs::PublicRefusals;
use crate::failure::Failure;
use crate::input::{Body, Fields, Form, Read, Text};
use crate::store::users;

/// A name and a password.
#[derive(Deserialize, ToSchema)]
#[schema(as = LoginForm)]
pub struct Credentials {
    /// User name or e-mail address.
    #[schema(example = "admin", max_length = 254)]
    username: String,
    /// Password.
    #[schema(format = Password, max_length = 256)]
    password: String,
}

impl Read for Credentials {
    fn read(fields: &mut Fields) -> Option<Self> {
        let username = fields.required("username", &Text::line(254));
        let password = fields.required("password", &Text::secret(1, 256));
        Some(Self { username: username?, password: password? })
    }
}

/// Log in with a username and password form and get a bearer token
///
/// Takes the user name or the e-mail address. An unknown name, a wrong password and a deactivated account
/// get the same answer.
#[utoipa::path(
    post, path = "/auth/token", operation_id = "login", tag = "Authentication",
    request_body(content(
        (Credentials = "application/x-www-form-urlencoded"),
        (Credentials = "multipart/form-data"),
    )),
    responses(
        (status = 200, description = "Signed in", body = Token),
        (status = 401, description = "Incorrect username or password", body = crate::failure::ErrorBody),
        PublicRefusals,
    )
)]
pub async fn login(Form(given): Form<Credentials>) -> Result<Json<Token>, Failure> {
    let account = users::verify(&given.username, &given.password).map_err(|error| match error {
        // What cannot be a login or a password is none of anybody's.
        identity::Error::Invalid(_) | identity::Error::NotFound | identity::Error::Denied(_) => Failure::BadCredentials,
        other => other.into(),
    })?;
    users::User::of(&account).ok_or(Failure::BadCredentials)?;
    Ok(Json(identity::issue(account.id)?.into()))
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
pub struct Refresh {
    /// As signing in gave it.
    refresh_token: String,
}

impl Read for Refresh {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { refresh_token: fields.required("refresh_token", &Text::line(4096))? })
    }
}

/// Trade a refresh token, once, for new tokens
///
/// The token is the credential: without one that is valid the answer is 401.
#[utoipa::path(
    post, path = "/auth/refresh", operation_id = "refresh_token", tag = "Authentication",
    request_body = Refresh,
    responses(
        (status = 200, description = "New tokens", body = Token),
        (status = 401, description = "Could not validate credentials", body = crate::failure::ErrorBody),
        PublicRefusals,
    )
)]
pub async fn refresh_token(given: Result<Body<Refresh>, ward_sdk::Failure>) -> Result<Json<Token>, Failure> {
    let Body(given) = given.map_err(|_| Failure::Unauthenticated)?;
    let tokens = identity::refresh(&given.refresh_token).map_err(|error| match error {
        identity::Error::Overloaded | identity::Error::Unavailable | identity::Error::Locked(_) => error.into(),
        _ => Failure::Unauthenticated,
    })?;
    Ok(Json(tokens.into()))
}
