//! Numbers that name records, one type for each kind.

use serde::{Deserialize, Deserializer, de};
use ward_sdk::detail::{NEGATIVE, NOT_A_NUMBER};
use ward_sdk::ids;
use ward_sdk::sql::{ToValue, Value};

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
