//! Reading rows of the host's own tables.

use super::{SqlError, Value};

/// Takes the values out of one row, from the left.
pub(crate) struct Row(std::vec::IntoIter<Value>);

impl Row {
    /// Reads this row.
    pub(crate) fn new(row: Vec<Value>) -> Self {
        Self(row.into_iter())
    }

    /// The next value, a text.
    pub(crate) fn text(&mut self) -> Result<String, SqlError> {
        self.optional_text()?.ok_or_else(unexpected)
    }

    /// The next value, a text or nothing.
    pub(crate) fn optional_text(&mut self) -> Result<Option<String>, SqlError> {
        match self.0.next() {
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            _ => Err(unexpected()),
        }
    }

    /// The next value, a whole number.
    pub(crate) fn int(&mut self) -> Result<i64, SqlError> {
        self.optional_int()?.ok_or_else(unexpected)
    }

    /// The next value, a whole number or nothing.
    pub(crate) fn optional_int(&mut self) -> Result<Option<i64>, SqlError> {
        match self.0.next() {
            Some(Value::Int(number)) => Ok(Some(number)),
            Some(Value::Null) => Ok(None),
            _ => Err(unexpected()),
        }
    }

    /// The next value, a yes or no; SQLite knows them as numbers.
    pub(crate) fn flag(&mut self) -> Result<bool, SqlError> {
        match self.0.next() {
            Some(Value::Bool(flag)) => Ok(flag),
            Some(Value::Int(number)) => Ok(number != 0),
            _ => Err(unexpected()),
        }
    }
}

fn unexpected() -> SqlError {
    SqlError::Invalid("a table of the host is not as it was made".into())
}
