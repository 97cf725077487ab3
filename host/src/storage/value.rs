//! Portable values, rows and errors: what host and guests speak with either engine.

/// A portable SQL value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// NULL.
    Null,
    /// BOOLEAN.
    Bool(bool),
    /// BIGINT.
    Int(i64),
    /// DOUBLE PRECISION.
    Float(f64),
    /// TEXT.
    Text(String),
    /// BYTEA or BLOB.
    Blob(Vec<u8>),
}

/// A result: column names and rows of as many values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Value>>,
}

/// How much one result may hold.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Rows.
    pub rows: usize,
    /// Bytes of all values together.
    pub bytes: usize,
}

/// Why a statement failed. Texts name constraints and columns, never values.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum SqlError {
    /// A statement that is not allowed.
    #[error("the statement is not allowed: {0}")]
    Denied(String),
    /// Malformed SQL, wrong parameters, a column that is not portable.
    #[error("the statement is invalid: {0}")]
    Invalid(String),
    /// A unique constraint.
    #[error("unique constraint {0}")]
    Unique(String),
    /// A foreign key.
    #[error("foreign key {0}")]
    ForeignKey(String),
    /// A check constraint.
    #[error("check constraint {0}")]
    Check(String),
    /// A column that may not be null.
    #[error("not null {0}")]
    NotNull(String),
    /// Another transaction was faster.
    #[error("another transaction was faster")]
    Conflict,
    /// A limit.
    #[error("too large: {0}")]
    TooLarge(String),
    /// No answer in time.
    #[error("the database did not answer in time")]
    Timeout,
    /// The database is away.
    #[error("the database is away: {0}")]
    Unavailable(String),
}

/// Bytes that a value is counted with beside its text or blob, so that many small values are bounded too.
const VALUE_OVERHEAD: usize = 16;

impl Value {
    /// Bytes this value counts against a limit: its text or blob, and 16.
    #[must_use]
    pub fn weight(&self) -> usize {
        VALUE_OVERHEAD
            + match self {
                Value::Text(text) => text.len(),
                Value::Blob(blob) => blob.len(),
                Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => 0,
            }
    }
}

/// Refuses what only one of the engines could store.
pub(super) fn check_parameters(params: &[Value]) -> Result<(), SqlError> {
    for (number, value) in (1..).zip(params) {
        match value {
            Value::Text(text) if text.as_bytes().contains(&0) => {
                return Err(SqlError::Invalid(format!("parameter ${number} contains the character U+0000")));
            }
            // SQLite would store NULL.
            Value::Float(float) if float.is_nan() => {
                return Err(SqlError::Invalid(format!("parameter ${number} is not a number")));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Collects rows until they are more than their bounds.
pub(super) struct Collector {
    rows: Rows,
    bounds: Bounds,
    bytes: usize,
}

impl Collector {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self { rows: Rows::default(), bounds, bytes: 0 }
    }

    /// Names the columns, once.
    pub(super) fn columns<'n>(&mut self, names: impl Iterator<Item = &'n str>) {
        if self.rows.columns.is_empty() {
            self.rows.columns = names.map(str::to_owned).collect();
        }
    }

    pub(super) fn has_columns(&self) -> bool {
        !self.rows.columns.is_empty()
    }

    /// Takes one row, read value by value so that a row too large is never held whole.
    pub(super) fn row(
        &mut self,
        width: usize,
        mut value: impl FnMut(usize) -> Result<Value, SqlError>,
    ) -> Result<(), SqlError> {
        if self.rows.rows.len() >= self.bounds.rows {
            return Err(SqlError::TooLarge(format!("the result has more than {} rows", self.bounds.rows)));
        }
        let mut row = Vec::with_capacity(width);
        for index in 0..width {
            let value = value(index)?;
            self.bytes += value.weight();
            if self.bytes > self.bounds.bytes {
                return Err(SqlError::TooLarge(format!("the result has more than {} bytes", self.bounds.bytes)));
            }
            row.push(value);
        }
        self.rows.rows.push(row);
        Ok(())
    }

    pub(super) fn finish(self) -> Rows {
        self.rows
    }
}
