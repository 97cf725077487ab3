//! Reads what clients send, field by field, and collects everything that is wrong with it, as FastAPI does.
//!
//! A request's type says how it is read from [`Fields`] ([`Read`]); [`Body`], [`Form`] and [`Query`] are the
//! extractors. Fields that the type does not know are ignored. In forms and queries everything is text,
//! and an empty one is as good as none. In JSON a number may also come as text, as browsers' forms send it.

mod extract;
mod fields;
mod issue;
mod rules;

pub use extract::{Body, Form, Query, Read};
pub use fields::{Fields, Place};
pub use issue::{Issue, Step};
pub use rules::{Bool, Choice, Email, Fault, Genders, Int, Moment, Number, Rule, Text};
