//! Reads what clients send, field by field, and collects everything that is wrong with it.
//!
//! A request's type says how it is read from [`Fields`] ([`Read`]); [`Body`], [`Form`], [`JsonOrForm`] and
//! [`Query`] are the extractors, and what a field may hold is a [`Rule`]. Fields that the type does not know are
//! ignored. In forms and queries everything is text, and an empty one is as good as none. In JSON a number may
//! also come as text, as browsers' forms send it.
//!
//! ```
//! use ward_sdk::input::{Fields, Int, Read, Text};
//!
//! struct Greeting {
//!     name: String,
//!     times: i64,
//! }
//!
//! impl Read for Greeting {
//!     fn read(fields: &mut Fields) -> Option<Self> {
//!         // All are read before any `?`, so that everything wrong is found.
//!         let name = fields.required("name", &Text::line(80));
//!         let times = fields.optional("times", &Int::between(1, 10));
//!         Some(Self { name: name?, times: times?.unwrap_or(1) })
//!     }
//! }
//!
//! let fields = Fields::json(serde_json::json!({ "times": 11 })).expect("an object");
//! let wrong = Greeting::from_fields(fields).err().expect("two rejections");
//! assert_eq!(wrong.len(), 2);
//! ```
//!
//! What is refused is told as data ([`RejectionKind`](crate::RejectionKind)); the words are the plugin's, in its
//! envelope. A rule of a plugin's own brings its words along.

mod extract;
mod fields;
mod page;
mod rules;
mod texts;

pub use extract::{Body, Form, JsonOrForm, OptionalBody, Query, Read};
pub use fields::{Fields, Given};
pub use page::Page;
pub use rules::{Bool, Choice, Int, List, Number, OrEmpty, Rule};
pub use texts::{Email, Text};
