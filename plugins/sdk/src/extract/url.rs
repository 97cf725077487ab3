//! What stands in the address: the path's parameters and the query.

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::fault::decode;
use super::pairs::Pairs;
use crate::failure::{Location, Rejection, RejectionKind, Segment};

/// The path's parameters, percent-decoded: one value, a tuple in their order, or a struct by their names.
#[derive(Clone, Copy, Debug, Default)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let not_text = |_| Rejection {
            location: Location::Path,
            path: Vec::new(),
            kind: RejectionKind::Syntax { reason: "expected UTF-8".to_owned(), offset: None },
        };
        let raw = RawPathParams::from_request_parts(parts, state).await.map_err(not_text)?;
        let pairs: Pairs = raw.iter().collect();
        decode(&pairs, Location::Path).map(Self).map_err(|rejection| named(rejection, &pairs))
    }
}

/// A single value and a tuple are refused without a name or by number: the route knows the names.
fn named(mut rejection: Rejection, pairs: &Pairs) -> Rejection {
    let index = match rejection.path.first() {
        None => 0,
        Some(Segment::Index(index)) => *index,
        Some(Segment::Key(_)) => return rejection,
    };
    if let Some(name) = pairs.name(index) {
        let rest = rejection.path.split_off(1.min(rejection.path.len()));
        rejection.path = vec![Segment::Key(name.to_owned())];
        rejection.path.extend(rest);
    }
    rejection
}

/// The query. Fields may be text, numbers, booleans, enumerations, options and lists (of names that
/// repeat); of a name that repeats the last counts. `#[serde(flatten)]` finds only text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs: Pairs = form_urlencoded::parse(query.as_bytes()).collect();
        decode(&pairs, Location::Query).map(Self)
    }
}
