//! Portable values to and from PostgreSQL.

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgColumn, PgRow, PgTypeInfo, PgValueRef, Postgres};
use sqlx::{Arguments as _, Column as _, Decode, Encode, Row as _, Type, TypeInfo as _, ValueRef as _};

use super::super::value::Collector;
use super::super::{SqlError, Value};
use super::sql_error;

/// NULL of whatever type the statement expects there.
struct Untyped;

impl Type<Postgres> for Untyped {
    fn type_info() -> PgTypeInfo {
        // 0: the server finds the type.
        PgTypeInfo::with_oid(Oid(0))
    }
}

impl Encode<'_, Postgres> for Untyped {
    fn encode_by_ref(&self, _: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Ok(IsNull::Yes)
    }
}

/// The statement with its parameters' kinds before it: the driver remembers a prepared statement by its
/// text alone, and the same text with other kinds is another one.
pub(super) fn statement(sql: &str, params: &[Value]) -> String {
    let mut text = String::with_capacity(sql.len() + params.len() + 5);
    text.push_str("/*");
    text.extend(params.iter().map(|param| match param {
        Value::Null => 'n',
        Value::Bool(_) => 't',
        Value::Int(_) => 'i',
        Value::Float(_) => 'f',
        Value::Text(_) => 's',
        Value::Blob(_) => 'b',
    }));
    text.push_str("*/ ");
    text.push_str(sql);
    text
}

/// Binds parameters.
pub(super) fn arguments(params: &[Value]) -> Result<PgArguments, SqlError> {
    let mut arguments = PgArguments::default();
    for param in params {
        let added = match param {
            Value::Null => arguments.add(Untyped),
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
pub(super) fn collect(collector: &mut Collector, row: &PgRow) -> Result<(), SqlError> {
    columns(collector, row.columns());
    collector.row(row.columns().len(), |index| value(row, index))
}

/// Names the columns.
pub(super) fn columns(collector: &mut Collector, columns: &[PgColumn]) {
    collector.columns(columns.iter().map(PgColumn::name));
}

fn value(row: &PgRow, index: usize) -> Result<Value, SqlError> {
    let raw = row.try_get_raw(index).map_err(sql_error)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    let kind = raw.type_info().into_owned();
    match kind.name() {
        "BOOL" => decode(raw).map(Value::Bool),
        "INT2" => decode::<i16>(raw).map(|value| Value::Int(value.into())),
        "INT4" => decode::<i32>(raw).map(|value| Value::Int(value.into())),
        "INT8" => decode(raw).map(Value::Int),
        "FLOAT4" => decode::<f32>(raw).map(|value| Value::Float(value.into())),
        "FLOAT8" => decode(raw).map(Value::Float),
        "TEXT" | "VARCHAR" | "CHAR" | "NAME" | "UNKNOWN" => decode(raw).map(Value::Text),
        "BYTEA" => decode(raw).map(Value::Blob),
        other => Err(SqlError::Invalid(format!(
            "column {} is of type {other}, which is not portable: cast it to BIGINT, DOUBLE PRECISION, TEXT or BOOLEAN",
            index + 1
        ))),
    }
}

fn decode<'r, T: Decode<'r, Postgres>>(raw: PgValueRef<'r>) -> Result<T, SqlError> {
    T::decode(raw).map_err(|_| SqlError::Invalid("a value cannot be read".into()))
}
