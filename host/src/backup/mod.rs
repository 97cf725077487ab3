//! `ward backup` and `ward restore`: everything that an installation is, in one file.
//!
//! The file is a tar archive, compressed with zstd: the database as it was at one moment, the objects that it names,
//! and the keys. Its last entry, the manifest, has the SHA-256 of every file and for every table the number of its rows
//! and a digest of their content; a file without it was not finished.
//!
//! The moment is that of the database's snapshot. Objects are immutable and named by their content, so those that the
//! snapshot names can be copied afterwards, while nobody may sweep ([`crate::storage::ObjectsLock`]).

mod archive;
mod create;
mod digest;
mod manifest;
mod objects;
mod postgres;
mod restore;
mod sqlite;
mod structure;
mod unfinished;
mod verify;

pub use create::create;
pub use manifest::{Manifest, TableSum};
pub(crate) use objects::is_sound;
pub use restore::restore;
pub(crate) use sqlite::schemas as sqlite_schemas;
pub use unfinished::refuse as refuse_unfinished;
pub use verify::verify;
