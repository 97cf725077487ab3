//! Portable values to and from SQLite.

use sqlx::sqlite::{SqliteArguments, SqliteColumn, SqliteRow};
use sqlx::{Arguments as _, Column as _, Decode, Row as _, Sqlite, Type, TypeInfo as _, ValueRef as _};

use super::super::value::Collector;
use super::super::{SqlError, Value};
use super::sql_error;

/// Binds parameters.
pub(super) fn arguments(params: &[Value]) -> Result<SqliteArguments, SqlError> {
    let mut arguments = SqliteArguments::default();
    for param in params {
        let added = match param {
            Value::Null => arguments.add(None::<i64>),
            Value::Bool(value) => arguments.add(*value),
            Value::Int(value) => arguments.add(*value),
            Value::Float(value) => arguments.add(*value),
            Value::Text(value) => arguments.add(value.as_str()),
            Value::Blob(value) => arguments.add(value.as_slice()),
        };
        added.map_err(|_| SqlError::Invalid("a parameter cannot be stored".into()))?;
    }
    Ok(arguments)
}

/// Reads one row.
pub(super) fn collect(collector: &mut Collector, row: &SqliteRow) -> Result<(), SqlError> {
    columns(collector, row.columns());
    collector.row(row.columns().len(), |index| value(row, index))
}

/// Names the columns.
pub(super) fn columns(collector: &mut Collector, columns: &[SqliteColumn]) {
    collector.columns(columns.iter().map(SqliteColumn::name));
}

/// A value as stored, except that an integer of a column declared `BOOLEAN` is one: SQLite itself has
/// no such type.
fn value(row: &SqliteRow, index: usize) -> Result<Value, SqlError> {
    let raw = row.try_get_raw(index).map_err(sql_error)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    let stored = raw.type_info().into_owned();
    match stored.name() {
        "INTEGER" if is_boolean(&row.columns()[index]) => Ok(Value::Bool(decode::<i64>(raw)? != 0)),
        "INTEGER" => decode(raw).map(Value::Int),
        "REAL" => decode(raw).map(Value::Float),
        "TEXT" => decode(raw).map(Value::Text),
        "BLOB" => decode(raw).map(Value::Blob),
        other => Err(SqlError::Invalid(format!("column {} is of type {other}; cast it", index + 1))),
    }
}

fn is_boolean(column: &SqliteColumn) -> bool {
    *column.type_info() == <bool as Type<Sqlite>>::type_info()
}

fn decode<'r, T: Decode<'r, Sqlite>>(raw: sqlx::sqlite::SqliteValueRef<'r>) -> Result<T, SqlError> {
    T::decode(raw).map_err(|_| SqlError::Invalid("a text is not UTF-8".into()))
}
