//! What OpenAPI documents say once for all operations.

use std::collections::BTreeMap;

use utoipa::openapi::security::{Flow, HttpAuthScheme, HttpBuilder, OAuth2, Password, Scopes, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder};

/// Adds the two ways to say who asks: `bearer`, and `password`, by which pages get a token at `token_url`.
pub fn sign_in(document: &mut OpenApi, token_url: &str) {
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    let password = Flow::Password(Password::new(token_url, Scopes::new()));
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    components.add_security_scheme("password", SecurityScheme::OAuth2(OAuth2::new([password])));
}

/// Refusals for `utoipa::IntoResponses`: rows of a status and what it means, and the name of the schema of each
/// status's body.
pub fn refusals<'a>(
    rows: impl IntoIterator<Item = &'a (&'a str, &'a str)>,
    body: impl Fn(&str) -> &'static str,
) -> BTreeMap<String, RefOr<Response>> {
    let response = |(status, description): &(&str, &str)| {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(body(status)))).build();
        let response = ResponseBuilder::new().description(*description).content("application/json", content).build();
        ((*status).to_owned(), RefOr::T(response))
    };
    rows.into_iter().map(response).collect()
}
