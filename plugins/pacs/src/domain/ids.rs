//! Numbers that name records, one type for each kind.

use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::ToSchema;
use ward_sdk::sql::{FromValue, ToValue, Value};

use crate::failure::{NEGATIVE, NOT_A_NUMBER};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        pub struct $name(pub i64);

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
    /// Number of a diagnostic centre.
    CentreId;
    /// Number of a study; its 8 characters are a [`StudyCode`](super::StudyCode).
    StudyId;
    /// Number of a report.
    ReportId;
}

/// Place of a file among those of its study, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstanceNumber(i64);

impl ToValue for InstanceNumber {
    fn to_value(&self) -> Value {
        Value::Int64(self.0)
    }
}

impl<'de> Deserialize<'de> for InstanceNumber {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number: i64 = String::deserialize(from)?.parse().map_err(|_| de::Error::custom(NOT_A_NUMBER))?;
        if number < 0 { Err(de::Error::custom(NEGATIVE)) } else { Ok(Self(number)) }
    }
}
