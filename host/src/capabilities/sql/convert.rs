//! Between the contract's types and the storage's.

use super::bindings::ward::plugin::sql::{Error, Rows, Value};
use crate::storage::{self, SqlError};

/// Parameters as the storage takes them.
pub(super) fn parameters(values: Vec<Value>) -> Vec<storage::Value> {
    values.into_iter().map(storage::Value::from).collect()
}

/// A result as the guest takes it.
pub(super) fn rows(rows: storage::Rows) -> Rows {
    let row = |row: Vec<storage::Value>| row.into_iter().map(Value::from).collect();
    Rows { columns: rows.columns, rows: rows.rows.into_iter().map(row).collect() }
}

/// Bytes of texts and blobs.
pub(super) fn weight(values: &[Value]) -> usize {
    let bytes = |value: &Value| match value {
        Value::Text(text) => text.len(),
        Value::Blob(blob) => blob.len(),
        Value::Null | Value::Boolean(_) | Value::Int64(_) | Value::Float64(_) => 8,
    };
    values.iter().map(bytes).sum()
}

impl From<Value> for storage::Value {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Boolean(value) => Self::Bool(value),
            Value::Int64(value) => Self::Int(value),
            Value::Float64(value) => Self::Float(value),
            Value::Text(value) => Self::Text(value),
            Value::Blob(value) => Self::Blob(value),
        }
    }
}

impl From<storage::Value> for Value {
    fn from(value: storage::Value) -> Self {
        match value {
            storage::Value::Null => Self::Null,
            storage::Value::Bool(value) => Self::Boolean(value),
            storage::Value::Int(value) => Self::Int64(value),
            storage::Value::Float(value) => Self::Float64(value),
            storage::Value::Text(value) => Self::Text(value),
            storage::Value::Blob(value) => Self::Blob(value),
        }
    }
}

impl From<SqlError> for Error {
    fn from(error: SqlError) -> Self {
        match error {
            SqlError::Denied(what) => Self::Denied(what),
            SqlError::Invalid(what) => Self::Invalid(what),
            SqlError::Unique(what) => Self::Unique(what),
            SqlError::ForeignKey(what) => Self::ForeignKey(what),
            SqlError::Check(what) => Self::Check(what),
            SqlError::NotNull(what) => Self::NotNull(what),
            SqlError::Conflict => Self::Conflict,
            SqlError::TooLarge(what) => Self::TooLarge(what),
            SqlError::Timeout => Self::Timeout,
            SqlError::Unavailable(_) => Self::Unavailable,
        }
    }
}
