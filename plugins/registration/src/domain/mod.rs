//! What the API speaks of, parsed once at the edge.

pub mod ids;
pub mod money;
pub mod page;
pub mod role;
pub mod time;
pub mod vocabulary;

pub use ids::{
    AccountId, AreaId, AuditId, ClinicId, DoctorId, MajorId, MinorId, OrderId, PatientId, ScheduleId, VisitId,
    WaitlistId,
};
pub use money::Money;
pub use page::Page;
pub use role::Role;
pub use time::{Day, TimeOfDay, Timestamp};
pub(crate) use vocabulary::words;
pub use vocabulary::{BanKind, Gender, PatientType, ScheduleStatus, Section, SlotType, Word};
