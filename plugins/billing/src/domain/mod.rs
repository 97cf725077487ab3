//! What the API speaks of, parsed once at the edge.

pub mod money;
pub mod number;
pub mod status;
pub mod vocabulary;

pub use money::{Amount, Money};
pub use number::InvoiceNumber;
pub use status::{IllegalStep, Status};
pub use vocabulary::{Currency, Modality};

ward_sdk::ids! {
    /// Number of a diagnostic centre of PACS.
    CentreId;
    /// Number of a study of PACS.
    StudyId;
    /// Number of a price.
    PriceId;
    /// Number of an invoice.
    InvoiceId;
}
