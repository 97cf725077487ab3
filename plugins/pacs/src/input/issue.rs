//! One thing that is wrong with a request, in FastAPI's shape.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::ToSchema;

/// An entry of the list in a 422 answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"loc": ["body", "field_name"], "msg": "field required", "type": "value_error.missing"}))]
pub struct Issue {
    /// `body`, `query` or `path`, then the way to the field.
    pub loc: Vec<Step>,
    /// A sentence for people.
    pub msg: Cow<'static, str>,
    /// A word for programs.
    #[serde(rename = "type")]
    pub kind: Cow<'static, str>,
}

/// A step on the way to a field: a name, or a place in a list or text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Step {
    /// A name.
    Name(Cow<'static, str>),
    /// A place, counted from 0.
    Place(usize),
}

impl From<&'static str> for Step {
    fn from(name: &'static str) -> Self {
        Self::Name(Cow::Borrowed(name))
    }
}
