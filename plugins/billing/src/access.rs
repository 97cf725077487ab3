//! Who asks, and what of the records it may see.
//!
//! As in PACS: an invoice beyond what the caller may see does not exist for it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use ward_sdk::detail::Failure;
use ward_sdk::{Caller, policy};

use crate::domain::CentreId;
use crate::store::invoices::Filed;

/// The caller, as far as lists are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// The centre that its lists are restricted to; none where it sees all.
    pub scope: Option<CentreId>,
}

/// The scope of callers that should belong to a centre and do not: nothing is in it.
const NO_CENTRE: CentreId = CentreId(0);

impl Viewer {
    fn of(caller: &Caller) -> Self {
        if caller.roles.iter().any(|role| role == "admin" || role == "radiologist") {
            return Self { scope: None };
        }
        let centre = caller.attributes.get("centre_id").and_then(serde_json::Value::as_i64);
        Self { scope: Some(centre.map_or(NO_CENTRE, CentreId)) }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Viewer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let caller = <Caller as FromRequestParts<S>>::from_request_parts(parts, state).await;
        caller.map(|caller| Self::of(&caller)).map_err(|_| Failure::Unauthenticated)
    }
}

/// The invoice, if there is one and the caller may see it.
pub fn visible(filed: Option<Filed>) -> Result<Filed, Failure> {
    let missing = Failure::NotFound("Billing record");
    let Some(filed) = filed else { return Err(missing) };
    if policy::allows("view", &filed.entity())? { Ok(filed) } else { Err(missing) }
}

#[cfg(test)]
mod tests {
    use super::{NO_CENTRE, Viewer};
    use crate::domain::CentreId;
    use serde_json::json;
    use ward_sdk::Caller;

    #[test]
    fn only_those_of_a_centre_are_restricted_and_never_to_nothing() {
        let scope = |role: &str, centre| {
            let attributes = serde_json::Map::from_iter([("centre_id".to_owned(), centre)]);
            let roles = vec![role.to_owned()];
            Viewer::of(&Caller { account: 4, login: "x".to_owned(), roles, attributes }).scope
        };
        assert_eq!(scope("admin", json!(3)), None);
        assert_eq!(scope("radiologist", json!(null)), None);
        assert_eq!(scope("technician", json!(3)), Some(CentreId(3)));
        assert_eq!(scope("diagnostic_centre", json!(null)), Some(NO_CENTRE));
        assert_eq!(scope("technician", json!("3")), Some(NO_CENTRE));
    }
}
