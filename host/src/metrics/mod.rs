//! What is counted and timed, and the page that Prometheus reads.
//!
//! Each part keeps its own numbers, in atomics that a request adds to without a lock; a scrape walks over
//! them ([`page`]). Labels come from the assembly, from route tables and from plugins' own declarations,
//! never from a client.

mod collect;
mod incident;
mod operations;
mod process;
mod text;
mod timing;

pub use collect::{MEDIA_TYPE, page};
pub use incident::Incident;
pub use operations::{Measured, Operations};
pub use process::remember_start;
pub use timing::{Count, Timing};
