//! The extractors.

use std::collections::BTreeMap;

use axum::body::HttpBody;
use axum::extract::{FromRequest, FromRequestParts, Request};
use http::header::CONTENT_TYPE;
use http::request::Parts;
use serde_json::{Value, json};

use super::Fields;
use crate::extract;
use crate::failure::{Failure, Rejection};

/// What can be read from a request's fields.
pub trait Read: Sized {
    /// Reads all fields, so that everything wrong is found; nothing if something is.
    fn read(fields: &mut Fields) -> Option<Self>;

    /// Reads it, or tells what is wrong.
    fn from_fields(mut fields: Fields) -> Result<Self, Vec<Rejection>> {
        let value = Self::read(&mut fields);
        fields.finish(value)
    }
}

/// A JSON body.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: Read, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let extract::Json(body) = extract::Json::<Value>::from_request(request, state).await?;
        Ok(Self(T::from_fields(Fields::json(body)?)?))
    }
}

/// A JSON body, or none at all, which is as good as an empty object.
#[derive(Debug)]
pub struct OptionalBody<T>(pub T);

impl<T: Read, S: Send + Sync> FromRequest<S> for OptionalBody<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        if HttpBody::is_end_stream(request.body()) {
            return Ok(Self(T::from_fields(Fields::json(json!({}))?)?));
        }
        Body::from_request(request, state).await.map(|Body(value)| Self(value))
    }
}

/// A form without files, URL-encoded or multipart.
#[derive(Debug)]
pub struct Form<T>(pub T);

impl<T: Read, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let extract::Form(texts) = extract::Form::<BTreeMap<String, String>>::from_request(request, state).await?;
        Ok(Self(T::from_fields(Fields::form(texts))?))
    }
}

/// JSON where the request says so, a form otherwise.
#[derive(Debug)]
pub struct JsonOrForm<T>(pub T);

impl<T: Read, S: Send + Sync> FromRequest<S> for JsonOrForm<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if kind.to_ascii_lowercase().contains("json") {
            Body::from_request(request, state).await.map(|Body(value)| Self(value))
        } else {
            Form::from_request(request, state).await.map(|Form(value)| Self(value))
        }
    }
}

/// The query.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: Read, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let query = extract::Query::<BTreeMap<String, String>>::from_request_parts(parts, state).await?;
        Ok(Self(T::from_fields(Fields::query(query.0))?))
    }
}
