//! A change of configuration, read and checked.

use serde_json::{Map, Value};

use super::Scope;
use crate::input::{Fields, Given, Int, Read, Rule, Time};

/// The fields that a request sets; `null` is a field that goes back to what is inherited.
type Part = Map<String, Value>;

/// What a request changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    registration: Part,
    schedule: Part,
    discounts: Part,
    /// Heads that a department may have.
    pub(super) heads: Given<i64>,
}

/// The same in one scope.
#[derive(Clone, Debug, PartialEq)]
pub struct ScopeChange {
    /// Where it holds.
    pub scope: Scope,
    /// What it is.
    pub change: Change,
}

impl ScopeChange {
    /// In the order of the keys.
    pub(super) fn parts(&self) -> [&Part; 3] {
        [&self.change.registration, &self.change.schedule, &self.change.discounts]
    }
}

impl Change {
    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let parts = [&self.registration, &self.schedule, &self.discounts];
        parts.iter().all(|part| part.is_empty()) && self.heads == Given::Absent
    }
}

impl Read for Change {
    fn read(fields: &mut Fields) -> Option<Self> {
        let registration = fields.object::<RegistrationPart>("registration");
        let schedule = fields.object::<SchedulePart>("schedule");
        let discounts = fields.object::<DiscountPart>("patientIdentityDiscounts");
        let heads = fields.given("departmentHeadMaxCount", &Int::between(1, 20));
        let RegistrationPart { fields: registration, discounts: inner } = registration?.unwrap_or_default();
        Some(Self {
            registration,
            schedule: schedule?.unwrap_or_default().0,
            // Beside the rules of booking, or among them.
            discounts: discounts?.or(inner).unwrap_or_default().0,
            heads: heads?,
        })
    }
}

#[derive(Default)]
struct RegistrationPart {
    fields: Part,
    discounts: Option<DiscountPart>,
}

impl Read for RegistrationPart {
    fn read(fields: &mut Fields) -> Option<Self> {
        let mut part = Part::new();
        let numbers = numbers(
            fields,
            &mut part,
            &[
                ("advanceBookingDays", 1, 90),
                ("noShowLimit", 1, 10),
                ("cancelHoursBefore", 1, 72),
                ("sameClinicInterval", 1, 30),
                ("maxAppointmentsPerPeriod", 1, 100),
                ("appointmentPeriodDays", 1, 90),
            ],
        );
        let times = times(fields, &mut part, &["sameDayDeadline"]);
        let discounts = fields.object("patientIdentityDiscounts")?;
        (numbers && times).then_some(Self { fields: part, discounts })
    }
}

#[derive(Default)]
struct SchedulePart(Part);

impl Read for SchedulePart {
    fn read(fields: &mut Fields) -> Option<Self> {
        let mut part = Part::new();
        let limits = [("maxFutureDays", 7, 180), ("consultationDuration", 5, 60), ("intervalTime", 0, 30)];
        let numbers = numbers(fields, &mut part, &limits);
        let names = ["morningStart", "morningEnd", "afternoonStart", "afternoonEnd", "eveningStart", "eveningEnd"];
        let times = times(fields, &mut part, &names);
        (numbers && times).then_some(Self(part))
    }
}

#[derive(Default)]
struct DiscountPart(Part);

impl Read for DiscountPart {
    fn read(fields: &mut Fields) -> Option<Self> {
        let mut part = Part::new();
        let mut right = true;
        for name in ["student", "teacher", "staff", "external"] {
            right &= one(fields, &mut part, name, &Factor, Into::into);
        }
        right.then_some(Self(part))
    }
}

/// A part of a price: 0 to 1.
struct Factor;

impl Rule for Factor {
    type Output = f64;

    fn read(&self, value: &Value) -> Result<f64, crate::input::Fault> {
        let number = match value {
            Value::String(text) => text.trim().parse().ok(),
            other => other.as_f64(),
        };
        number.filter(|factor| (0.0..=1.0).contains(factor)).ok_or_else(|| "应为 0 到 1 之间的数字".into())
    }
}

fn numbers(fields: &mut Fields, part: &mut Part, limits: &[(&str, i64, i64)]) -> bool {
    let mut right = true;
    for (name, least, most) in limits {
        right &= one(fields, part, name, &Int::between(*least, *most), Value::from);
    }
    right
}

fn times(fields: &mut Fields, part: &mut Part, names: &[&str]) -> bool {
    let mut right = true;
    for name in names {
        right &= one(fields, part, name, &Time, |time| time.to_string().into());
    }
    right
}

fn one<R: Rule>(fields: &mut Fields, part: &mut Part, name: &str, rule: &R, json: fn(R::Output) -> Value) -> bool {
    let value = match fields.given(name, rule) {
        Some(Given::Absent) => return true,
        Some(Given::Null) => Value::Null,
        Some(Given::Value(value)) => json(value),
        None => return false,
    };
    part.insert(name.to_owned(), value);
    true
}

#[cfg(test)]
mod tests {
    use super::Change;
    use crate::input::{Fields, Read as _};
    use serde_json::{Value, json};

    fn read(body: Value) -> Result<Change, String> {
        let fields = Fields::json(body).expect("an object");
        Change::from_fields(fields).map_err(|wrong| crate::failure::Failure::from(wrong).msg.into_owned())
    }

    #[test]
    fn only_what_is_sent_is_changed() {
        let change =
            read(json!({"registration": {"noShowLimit": 5}, "schedule": {"morningStart": "07:30"}})).expect("right");
        assert_eq!(Value::Object(change.registration), json!({"noShowLimit": 5}));
        assert_eq!(Value::Object(change.schedule), json!({"morningStart": "07:30"}));
        assert!(read(json!({})).expect("right").is_empty());
    }

    #[test]
    fn ranges_and_formats_are_the_documents() {
        for (part, field, wrong) in [
            ("registration", "advanceBookingDays", json!(0)),
            ("registration", "advanceBookingDays", json!(91)),
            ("registration", "noShowLimit", json!(11)),
            ("registration", "cancelHoursBefore", json!(73)),
            ("registration", "sameClinicInterval", json!(31)),
            ("registration", "sameDayDeadline", json!("8点")),
            ("schedule", "maxFutureDays", json!(6)),
            ("schedule", "consultationDuration", json!(4)),
            ("schedule", "intervalTime", json!(31)),
            ("schedule", "morningStart", json!("7:30")),
            ("schedule", "eveningEnd", json!("24:00")),
            ("patientIdentityDiscounts", "student", json!(1.1)),
            ("patientIdentityDiscounts", "student", json!(-0.1)),
        ] {
            let told = read(json!({part: {field: wrong}})).expect_err(field);
            assert!(told.starts_with(&format!("{part}.{field}: ")), "{told}");
        }
        for wrong in [json!(0), json!(21), json!("two")] {
            let told = read(json!({"departmentHeadMaxCount": wrong})).expect_err("wrong");
            assert!(told.starts_with("departmentHeadMaxCount: "), "{told}");
        }
        assert!(read(json!({"registration": []})).is_err());
    }

    #[test]
    fn discounts_may_stand_among_the_rules_of_booking() {
        let beside = read(json!({"patientIdentityDiscounts": {"student": 0.5}}));
        let among = read(json!({"registration": {"patientIdentityDiscounts": {"student": 0.5}}}));
        assert_eq!(beside, among);
    }
}
