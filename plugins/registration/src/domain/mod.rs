//! What the API speaks of, parsed once at the edge.

pub mod clinic_type;
pub mod ids;
pub mod money;
pub mod page;
pub mod role;
pub mod time;
pub mod timetable;
pub mod vocabulary;

pub use clinic_type::{ClinicType, ClinicTypes};
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
