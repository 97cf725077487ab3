//! Extractors. They stand in for axum's own of the same names and differ in what they refuse with: a
//! [`Rejection`](crate::Rejection) that names the field, given its shape by the plugin's envelope.

mod body;
mod caller;
mod fault;
mod multipart;
mod pairs;
mod tree;
mod url;

pub use body::{Form, Json};
pub use caller::{Caller, RequestInfo};
pub(crate) use multipart::FormParts;
pub use multipart::{File, Multipart, Part, PartContent};
pub use url::{Path, Query};
