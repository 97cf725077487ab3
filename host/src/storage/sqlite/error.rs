//! SQLite's errors as portable ones.

use libsqlite3_sys as ffi;
use sqlx::error::DatabaseError;

use super::super::SqlError;

/// Translates without carrying any value: SQLite quotes what it was given in some of its texts.
pub(in super::super) fn sql_error(error: sqlx::Error) -> SqlError {
    match error {
        sqlx::Error::Database(error) => database_error(&*error),
        sqlx::Error::Io(error) => SqlError::Unavailable(error.kind().to_string()),
        sqlx::Error::WorkerCrashed => SqlError::Unavailable("the connection's thread has ended".into()),
        sqlx::Error::PoolTimedOut => SqlError::Timeout,
        _ => SqlError::Invalid("the statement does not fit its parameters".into()),
    }
}

fn database_error(error: &dyn DatabaseError) -> SqlError {
    let extended: i32 = error.code().and_then(|code| code.parse().ok()).unwrap_or(ffi::SQLITE_ERROR);
    let message = error.message();
    match extended {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            SqlError::Unique(after_colon(message, "a key"))
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => SqlError::ForeignKey(after_colon(message, "violated")),
        ffi::SQLITE_CONSTRAINT_CHECK => SqlError::Check(after_colon(message, "violated")),
        ffi::SQLITE_CONSTRAINT_NOTNULL => SqlError::NotNull(after_colon(message, "a column")),
        ffi::SQLITE_CONSTRAINT_TRIGGER => SqlError::Check("of a trigger".into()),
        ffi::SQLITE_CONSTRAINT_DATATYPE => SqlError::Invalid("a value is not of its column's type".into()),
        _ => by_primary_code(extended & 0xff, message),
    }
}

fn by_primary_code(code: i32, message: &str) -> SqlError {
    match code {
        ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => SqlError::Conflict,
        ffi::SQLITE_INTERRUPT => SqlError::Timeout,
        ffi::SQLITE_AUTH | ffi::SQLITE_READONLY | ffi::SQLITE_PERM => SqlError::Denied("not authorized".into()),
        ffi::SQLITE_TOOBIG => SqlError::TooLarge("a value or the statement".into()),
        ffi::SQLITE_NOMEM => SqlError::TooLarge("the statement needs too much memory".into()),
        ffi::SQLITE_MISMATCH => SqlError::Invalid("a value is not of its column's type".into()),
        ffi::SQLITE_RANGE => SqlError::Invalid("wrong number of parameters".into()),
        ffi::SQLITE_CONSTRAINT => SqlError::Check("violated".into()),
        ffi::SQLITE_ERROR => statement_error(message),
        ffi::SQLITE_FULL | ffi::SQLITE_IOERR | ffi::SQLITE_CANTOPEN | ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB => {
            SqlError::Unavailable(format!("SQLite error {code}"))
        }
        other => SqlError::Invalid(format!("SQLite error {other}")),
    }
}

/// Texts that name only what stands in the schema or is part of the statement's own words.
const PLAIN: [&str; 9] = [
    "no such ",
    "ambiguous column name",
    "misuse of ",
    "wrong number of arguments",
    "too many ",
    "incomplete input",
    "cannot ",
    "duplicate column name",
    "there is already ",
];

fn statement_error(message: &str) -> SqlError {
    if message.starts_with("not authorized")
        || message.starts_with("access to ")
        || message.starts_with("unsafe use of ")
    {
        return SqlError::Denied("not authorized".into());
    }
    if message.starts_with("hex literal too big") || message.contains("too big") || message.contains("too long") {
        return SqlError::TooLarge("a value or the statement".into());
    }
    let ddl = message.starts_with("table ") && message.contains(" column");
    if ddl || PLAIN.iter().any(|prefix| message.starts_with(prefix)) {
        return SqlError::Invalid(message.to_owned());
    }
    match message.strip_prefix("near \"").and_then(|rest| rest.strip_suffix("\": syntax error")) {
        // A token that is a word or a sign is no value; a literal is not repeated.
        Some(token)
            if token.len() <= 64
                && token
                    .bytes()
                    .all(|b| b.is_ascii_alphabetic() || b == b'_' || b.is_ascii_punctuation() && b != b'\'') =>
        {
            SqlError::Invalid(format!("syntax error near \"{token}\""))
        }
        Some(_) => SqlError::Invalid("syntax error".into()),
        None => SqlError::Invalid("the statement failed".into()),
    }
}

fn after_colon(message: &str, otherwise: &str) -> String {
    message.split_once(": ").map_or(otherwise, |(_, columns)| columns).to_owned()
}
