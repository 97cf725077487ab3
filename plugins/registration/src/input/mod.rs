//! Reads what clients send, field by field, and collects everything that is wrong with it.
//!
//! A request's type says how it is read from [`Fields`] ([`Read`]); [`Body`], [`Form`], [`JsonOrForm`] and
//! [`Query`] are the extractors. Fields that the type does not know are ignored. In forms and queries
//! everything is text, and an empty one is as good as none. In JSON a number may also come as text.

mod degrees;
mod extract;
mod fields;
mod rules;
mod texts;

pub use degrees::Degrees;
pub use extract::{Body, Form, JsonOrForm, OptionalBody, Query, Read};
pub use fields::{Fields, Given};
pub use rules::{Amount, Bool, Choice, Date, Fault, Genders, Int, List, Number, OrEmpty, Rule, Time};
pub use texts::{Email, IdCard, Phone, Text};
