//! What the API speaks of, parsed once at the edge.

pub mod code;
pub mod ids;
pub mod page;
pub mod role;
pub mod status;
pub mod time;
pub mod vocabulary;

pub use code::{StudyCode, StudyRef};
pub use ids::{AccountId, CentreId, InstanceNumber, ReportId, StudyId};
pub use page::Page;
pub use role::Role;
pub use status::{Event, IllegalStep, Status};
pub use time::Timestamp;
pub use vocabulary::{Gender, Modality};
pub use ward_sdk::Word;
