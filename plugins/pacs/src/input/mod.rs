//! Reads what clients send, field by field, as [`ward_sdk::input`] does; with rules of this API's own.

mod rules;

pub use rules::{Genders, Moment};
pub use ward_sdk::input::{Body, Bool, Choice, Email, Fields, Form, Int, Number, Query, Read, Rule, Text};
