//! What the API speaks of, parsed once at the edge.

pub mod attendance;
pub mod audit;
pub mod booking;
pub mod clinic_type;
pub mod ids;
pub mod leave;
pub mod money;
pub mod order;
pub mod page;
pub mod queue;
pub mod risk;
pub mod role;
pub mod time;
pub mod timetable;
pub mod vocabulary;
pub mod week;

pub use audit::{AuditStatus, Decision};
pub use clinic_type::{ClinicType, ClinicTypes};
pub use ids::{
    AccountId, AreaId, AuditId, ClinicId, DoctorId, MajorId, MinorId, OrderId, PatientId, ScheduleId, VisitId,
    WaitlistId,
};
pub use leave::LeaveShift;
pub use money::Money;
pub use order::{AddSlotStatus, CancelReason, OrderStatus, Payment, Source};
pub use page::Page;
pub use role::Role;
pub use time::{Day, TimeOfDay, Timestamp};
pub use vocabulary::{BanKind, Gender, PatientType, ScheduleStatus, Section, SlotType};
pub use ward_sdk::Word;
pub(crate) use ward_sdk::words;
pub use week::{Shift, Week};
