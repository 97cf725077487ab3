//! Signing in and out, the own account, and new users.

mod account;
mod register;
mod token;

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use ward_sdk::identity;

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(token::login))
        .routes(routes!(token::refresh_token))
        .routes(routes!(account::current_user))
        .routes(routes!(account::change_password))
        .routes(routes!(account::logout))
        .routes(routes!(register::register_user))
}

/// What signing in gives.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the API's names")]
#[schema(example = json!({
    "access_token": "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9...",
    "token_type": "bearer",
    "expires_in": 1800,
    "refresh_token": "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9...",
    "refresh_expires_in": 604_800
}))]
pub struct Token {
    /// To be sent as `Authorization: Bearer …`.
    access_token: String,
    /// `bearer`.
    token_type: &'static str,
    /// Seconds.
    expires_in: u32,
    /// To be traded, once, for new tokens.
    refresh_token: String,
    /// Seconds.
    refresh_expires_in: u32,
}

impl From<identity::Tokens> for Token {
    fn from(tokens: identity::Tokens) -> Self {
        Self {
            access_token: tokens.access,
            token_type: "bearer",
            expires_in: tokens.access_seconds,
            refresh_token: tokens.refresh,
            refresh_expires_in: tokens.refresh_seconds,
        }
    }
}

/// That something was done.
#[derive(Serialize, ToSchema)]
pub struct Done {
    /// What was done.
    #[schema(example = "Logged out")]
    message: &'static str,
}
