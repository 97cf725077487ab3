//! Decisions on single records, by the domain's Cedar policies, for the caller of this request.

use serde_json::Value;

use crate::bindings::ward::plugin::policy as wit;
use crate::failure::{Problem, ProblemKind};

/// A record, as the policies see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entity {
    /// An entity type of the plugin's schema.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Its attributes: an object in Cedar's form.
    pub attributes: Value,
}

/// Why an action is not allowed, or could not be decided.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The policies deny; with the ids of those that forbid, empty where none permits.
    #[error("denied by policy")]
    Denied(Vec<String>),
    /// The capability is not granted.
    #[error("not granted: {0}")]
    NotGranted(String),
    /// Action, record or context does not fit the schema.
    #[error("does not fit the schema: {0}")]
    Invalid(String),
}

/// For plugins without errors of their own.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Denied(_) => Self::new(ProblemKind::Forbidden, "This is not allowed."),
            Error::NotGranted(_) | Error::Invalid(_) => Self::internal(),
        }
    }
}

/// May the caller do `action` to the record?
pub fn authorize(action: &str, resource: &Entity) -> Result<(), Error> {
    decide(action, resource, "{}")
}

/// The same, with a context for the policies: an object.
pub fn authorize_with(action: &str, resource: &Entity, context: &Value) -> Result<(), Error> {
    decide(action, resource, &context.to_string())
}

/// The same as a yes or no, for filtering lists.
pub fn allows(action: &str, resource: &Entity) -> Result<bool, Error> {
    match authorize(action, resource) {
        Ok(()) => Ok(true),
        Err(Error::Denied(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

fn decide(action: &str, resource: &Entity, context: &str) -> Result<(), Error> {
    let resource = wit::Entity {
        kind: resource.kind.to_owned(),
        id: resource.id.clone(),
        attributes: resource.attributes.to_string(),
    };
    match wit::authorize(action, &resource, context) {
        Ok(wit::Decision::Allow) => Ok(()),
        Ok(wit::Decision::Deny(policies)) => Err(Error::Denied(policies)),
        Err(wit::Error::Denied(why)) => Err(Error::NotGranted(why)),
        Err(wit::Error::Invalid(why)) => Err(Error::Invalid(why)),
    }
}
