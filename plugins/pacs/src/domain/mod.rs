//! What the API speaks of, parsed once at the edge.

pub mod code;
pub mod ids;
pub mod role;
pub mod status;
pub mod vocabulary;

pub use code::{StudyCode, StudyRef};
pub use ids::{AccountId, CentreId, InstanceNumber, ReportId, StudyId};
pub use role::Role;
pub use status::{Event, IllegalStep, Status};
pub use vocabulary::{Gender, Modality};
pub use ward_sdk::input::Page;
pub use ward_sdk::{Timestamp, Word};
