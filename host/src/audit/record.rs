//! What is recorded of a request.

use serde::{Deserialize, Serialize};

use super::mark::Action;
use super::touched::Ids;

/// The status of a request that got no answer: its client went away, or the host failed.
pub const NO_ANSWER: u16 = 499;

/// One record. Ids only: never a name or a content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// When it was answered: milliseconds since 1970, UTC.
    pub time: i64,
    /// The node that answered.
    pub node: String,
    /// The request's identifier.
    pub request: String,
    /// The domain of the plugin.
    pub domain: String,
    /// The operation.
    pub operation: String,
    /// What it does.
    pub action: Action,
    /// The caller's account; none where nobody had signed in.
    pub account: Option<i64>,
    /// The caller's roles in the domain.
    pub roles: Vec<String>,
    /// The client's address.
    pub address: String,
    /// Why the caller says that it asks: a code of HL7's `PurposeOfUse`.
    pub purpose: Option<String>,
    /// The status of the answer.
    pub status: u16,
    /// The path's parameters; what can be no id is left out.
    pub parameters: Vec<(String, Option<String>)>,
    /// The names of the query's parameters, without what was searched for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub query: Vec<String>,
    /// What the plugin named, and the patient whom the path names.
    pub touched: Ids,
    /// What was said to get past a denial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub break_glass: Option<BrokenGlass>,
}

/// A denial that the caller wanted to get past, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokenGlass {
    /// The caller's words.
    pub reason: String,
    /// The denials that it got past: action, kind and id of the record, in this order.
    pub overridden: Vec<(String, String, String)>,
}
