//! Files of every kind, made here: right ones, broken ones, hostile ones.

mod files;
mod hostile;
mod refused;
mod right;

use super::{Failed, Header, Refusal, read};
use std::io::Cursor;

/// What becomes of a file.
fn verdict(file: &[u8]) -> Result<Header, Refusal> {
    match read(Cursor::new(file)) {
        Ok(header) => Ok(header),
        Err(Failed::Refused(refusal)) => Err(refusal),
        Err(Failed::Store(error)) => panic!("memory does not fail: {error}"),
    }
}
