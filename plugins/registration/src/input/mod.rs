//! Reads what clients send, field by field, as [`ward_sdk::input`] does; with rules of this API's own.

mod degrees;
mod rules;
mod texts;

pub use degrees::Degrees;
pub use rules::{Amount, Date, Genders, Time};
pub use texts::{IdCard, Phone};
pub use ward_sdk::RejectionKind as Fault;
pub use ward_sdk::input::{
    Body, Bool, Choice, Email, Fields, Form, Given, Int, JsonOrForm, List, Number, OptionalBody, OrEmpty, Query, Read,
    Rule, Text,
};
