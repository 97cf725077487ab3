//! What can be wrong with policies and with questions to them.

use std::fmt;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file, as the operator knows it.
    pub file: String,
    /// Counted from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.what),
            None => write!(f, "{}: {}", self.file, self.what),
        }
    }
}

/// Why policies cannot be built. Nothing in it comes from a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// An operation id stands twice in the document.
    #[error("the operation `{0}` exists twice")]
    DuplicateOperation(String),
    /// The plugin's schema, or its sum with the host's, is wrong.
    #[error("the Cedar schema is invalid: {0}")]
    Schema(Finding),
    /// Policies are malformed or do not fit the schema.
    #[error("{}", lines(.0))]
    Policies(Vec<Finding>),
}

fn lines(findings: &[Finding]) -> String {
    findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Why a question about a record has no answer. May quote what the guest sent: it goes back to the
/// guest and into no log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Attributes or context over their limit; says which.
    #[error("{0} is over its limit of 64 KiB or 32 levels")]
    TooLarge(&'static str),
    /// Attributes or context that are no JSON object; says which.
    #[error("{0} is not a JSON object")]
    NotAnObject(&'static str),
    /// An action that the plugin's schema does not declare.
    #[error("the schema declares no such action on records")]
    UnknownAction,
    /// An entity type that the plugin's schema does not declare.
    #[error("the schema declares no such type of record")]
    UnknownKind,
    /// Attributes that do not fit the entity type.
    #[error("the attributes do not fit the schema: {0}")]
    Attributes(String),
    /// A context that does not fit the action.
    #[error("the context does not fit the schema: {0}")]
    Context(String),
    /// The action does not apply to this caller or this type of record.
    #[error("the action does not apply: {0}")]
    DoesNotApply(String),
}
