//! What changes for clients between two OpenAPI documents of one API.
//!
//! Breaking is what can make a request fail, or an answer unreadable, for a client that kept to the old
//! document. What a client sends must still be taken: requests may only be widened. What it reads must
//! still be there: answers may only be narrowed, and get more fields. A new value of an enumeration in
//! an answer therefore breaks, a new one in a request does not.

mod document;
mod operation;
mod schema;
#[cfg(test)]
mod tests;

use serde_json::Value;

use document::Document;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Difference {
    /// Method and path: `GET /studies/{id}`.
    pub operation: String,
    /// What changes, in words.
    pub change: String,
    /// Whether a client of the old document may fail.
    pub breaking: bool,
}

/// Everything that changes from `old` to `new`, in the order of the old document; what is added comes last.
#[must_use]
pub fn differences(old: &Value, new: &Value) -> Vec<Difference> {
    let (old, new) = (Document(old), Document(new));
    let mut found = Vec::new();
    let (before, after) = (old.operations(), new.operations());
    for operation in &before {
        let mut note = |breaking, change: String| {
            found.push(Difference { operation: operation.name(), change, breaking });
        };
        match after.iter().find(|other| other.is_same(operation)) {
            Some(other) => operation::compare(operation, other, &mut note),
            None => note(true, "the operation is gone".into()),
        }
    }
    for operation in after.iter().filter(|operation| !before.iter().any(|other| other.is_same(operation))) {
        found.push(Difference { operation: operation.name(), change: "the operation is new".into(), breaking: false });
    }
    found
}

/// Those that break clients.
#[must_use]
pub fn breaking(old: &Value, new: &Value) -> Vec<Difference> {
    differences(old, new).into_iter().filter(|difference| difference.breaking).collect()
}

/// Takes down whether a change breaks, and what it is.
type Note<'n> = dyn FnMut(bool, String) + 'n;
