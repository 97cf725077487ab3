//! Reading rows of the host's own tables.

use super::IdentityError;
use crate::storage::{Bounds, SqlError, Value};

/// Bytes of one result.
const MAX_BYTES: usize = 32 << 20;

/// So many rows, and no more bytes than an answer may have.
pub(super) fn bounds(rows: usize) -> Bounds {
    Bounds { rows, bytes: MAX_BYTES }
}

/// Takes a text out of a row.
pub(super) fn text(row: &mut [Value], column: usize) -> Result<String, IdentityError> {
    match row.get_mut(column).map(|value| std::mem::replace(value, Value::Null)) {
        Some(Value::Text(text)) => Ok(text),
        _ => Err(unexpected()),
    }
}

/// A whole number of a row.
pub(super) fn int(row: &[Value], column: usize) -> Result<i64, IdentityError> {
    match row.get(column) {
        Some(Value::Int(number)) => Ok(*number),
        _ => Err(unexpected()),
    }
}

/// A yes or no of a row; SQLite knows them as numbers.
pub(super) fn flag(row: &[Value], column: usize) -> Result<bool, IdentityError> {
    match row.get(column) {
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(Value::Int(number)) => Ok(*number != 0),
        _ => Err(unexpected()),
    }
}

fn unexpected() -> IdentityError {
    SqlError::Invalid("a column of the accounts has another type than its migration says".into()).into()
}
