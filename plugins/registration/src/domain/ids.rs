//! Numbers that name records, one type for each kind.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use ward_sdk::sql::{FromValue, ToValue, Value};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(out)
            }
        }

        impl ToValue for $name {
            fn to_value(&self) -> Value {
                Value::Int64(self.0)
            }
        }

        impl FromValue for $name {
            const EXPECTED: &'static str = "a record's number";

            fn from_value(value: &Value) -> Option<Self> {
                i64::from_value(value).map(Self)
            }
        }
    )+};
}

ids! {
    /// Number of an account.
    AccountId;
    /// Number of a patient (就诊人).
    PatientId;
    /// Number of a hospital area (院区).
    AreaId;
    /// Number of a major department (大科室).
    MajorId;
    /// Number of a minor department (小科室).
    MinorId;
    /// Number of a clinic (门诊).
    ClinicId;
    /// Number of a doctor.
    DoctorId;
    /// Number of a schedule (排班).
    ScheduleId;
    /// Number of a registration order (挂号).
    OrderId;
    /// Number of a place in a waitlist (候补).
    WaitlistId;
    /// Number of a visit record (就诊记录).
    VisitId;
    /// Number of a request that is audited (审核).
    AuditId;
}
