//! What the assembly sets for this mount.

pub use crate::bindings::ward::plugin::config::{FileError, file, secret, setting};
