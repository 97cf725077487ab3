//! Who touched whose data: an append-only, hash-chained record of every operation that its OpenAPI
//! document marks with `x-ward-patient-data`, durable before the answer leaves.
//!
//! There is one chain for all nodes, so that there is one order and one end to keep an eye on. Each node
//! has one writer; while it commits, records gather for its next commit, so that the price of a commit is
//! shared by all requests of that moment. Writers of several nodes take turns at one row.

mod anchor;
mod chain;
mod entry;
pub mod fhir;
pub mod glass;
mod journal;
pub mod mark;
pub mod purpose;
pub mod query;
mod record;
mod seal;
mod store;
#[cfg(test)]
pub(crate) mod tests;
mod touched;
mod verify;

pub use anchor::Anchor;
pub use chain::Head;
pub use entry::{Asked, Entry};
pub use journal::Journal;
pub use mark::{Action, Mark};
pub use record::{BrokenGlass, NO_ANSWER, Record};
pub use touched::{Ids, PATIENT, TouchError, Touched};
pub use verify::{Verified, Verifier};

use crate::storage::SqlError;

/// Why something cannot be recorded or read.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AuditError {
    /// The database refused.
    #[error("the audit record: {0}")]
    Sql(#[from] SqlError),
    /// The end of the chain has been removed.
    #[error("the end of the audit chain is not in the table audit_head")]
    NoHead,
    /// A record that is no JSON.
    #[error("an audit record cannot be written as JSON")]
    Unwritable,
    /// A record that cannot be read as one.
    #[error("audit record {0} cannot be read: ward audit verify")]
    Unreadable(i64),
    /// The writer has ended.
    #[error("the audit's writer has ended")]
    Closed,
}

impl AuditError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Sql(SqlError::Conflict))
    }
}
