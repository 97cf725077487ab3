//! Kinds of clinics (门诊类型).

use serde::{Serialize, Serializer};
use serde_json::Value as Json;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use ward_sdk::sql::{FromValue, ToValue, Value};

use super::SlotType;
use crate::input::{Fault, Int, Rule};

/// What kind of clinic it is: 0, 1 or 2 in JSON and in the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClinicType {
    /// 0, ordinary (普通).
    #[default]
    Ordinary,
    /// 1, international (国疗): with experts.
    International,
    /// 2, for special needs (特需).
    Special,
}

impl ClinicType {
    const ALL: [Self; 3] = [Self::Ordinary, Self::International, Self::Special];

    fn number(self) -> i64 {
        match self {
            Self::Ordinary => 0,
            Self::International => 1,
            Self::Special => 2,
        }
    }

    fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// What doctors call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ordinary => "普通门诊",
            Self::International => "专家门诊",
            Self::Special => "特需门诊",
        }
    }

    /// What slots can be had there.
    #[must_use]
    pub fn slot_types(self) -> &'static [SlotType] {
        match self {
            Self::Ordinary => &[SlotType::Normal],
            Self::International => &[SlotType::Normal, SlotType::Expert],
            Self::Special => &[SlotType::Normal, SlotType::Expert, SlotType::Special],
        }
    }

    /// What a clinic's name says of it.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        if name.contains("特需") {
            Self::Special
        } else if name.contains("国疗") || name.contains("国际") {
            Self::International
        } else {
            Self::Ordinary
        }
    }
}

impl PartialSchema for ClinicType {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(2));
        number.description(Some("0 普通, 1 国疗, 2 特需")).into()
    }
}

impl ToSchema for ClinicType {}

impl Serialize for ClinicType {
    fn serialize<S: Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        into.serialize_i64(self.number())
    }
}

impl ToValue for ClinicType {
    fn to_value(&self) -> Value {
        Value::Int64(self.number())
    }
}

impl FromValue for ClinicType {
    const EXPECTED: &'static str = "a kind of clinic";

    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).and_then(Self::from_number)
    }
}

/// Reads a kind of clinic.
#[derive(Clone, Copy, Debug)]
pub struct ClinicTypes;

impl Rule for ClinicTypes {
    type Output = ClinicType;

    fn read(&self, value: &Json) -> Result<ClinicType, Fault> {
        let number = Int::between(0, 2).read(value)?;
        ClinicType::from_number(number).ok_or_else(|| "应在 0 到 2 之间".into())
    }
}

#[cfg(test)]
mod tests {
    use super::{ClinicType, ClinicTypes};
    use crate::input::Rule;
    use serde_json::json;
    use ward_sdk::sql::{FromValue, ToValue};

    #[test]
    fn kinds_are_numbers_outside() {
        for kind in ClinicType::ALL {
            assert_eq!(ClinicType::from_value(&kind.to_value()), Some(kind));
            let shown = serde_json::to_value(kind).expect("a number");
            assert_eq!(ClinicTypes.read(&shown), Ok(kind));
        }
        for wrong in [json!(3), json!(-1), json!("特需"), json!(0.5)] {
            assert!(ClinicTypes.read(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn better_clinics_have_more_kinds_of_slots() {
        assert_eq!(ClinicType::ALL.map(|kind| kind.slot_types().len()), [1, 2, 3]);
    }

    #[test]
    fn an_imported_name_tells_the_kind() {
        assert_eq!(ClinicType::of_name("特需门诊(国际)"), ClinicType::Special);
        assert_eq!(ClinicType::of_name("国疗门诊"), ClinicType::International);
        assert_eq!(ClinicType::of_name("心内科门诊"), ClinicType::Ordinary);
    }
}
