//! PostgreSQL's errors as portable ones.

use sqlx::postgres::PgDatabaseError;

use super::super::SqlError;

/// Translates without carrying any value: PostgreSQL quotes what it was given in many of its texts.
pub(in super::super) fn sql_error(error: sqlx::Error) -> SqlError {
    match error {
        sqlx::Error::Database(error) => match error.try_downcast_ref::<PgDatabaseError>() {
            Some(error) => database_error(error),
            None => SqlError::Unavailable("an error of another database".into()),
        },
        sqlx::Error::PoolTimedOut => SqlError::Timeout,
        sqlx::Error::Io(error) => SqlError::Unavailable(error.kind().to_string()),
        sqlx::Error::Tls(_) => SqlError::Unavailable("no secure connection".into()),
        sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed | sqlx::Error::Protocol(_) => {
            SqlError::Unavailable("the connection is broken".into())
        }
        sqlx::Error::Configuration(_) => SqlError::Unavailable("the database URL is wrong".into()),
        _ => SqlError::Invalid("the statement does not fit its parameters or columns".into()),
    }
}

/// Whether the statement would now give other columns than when it was prepared: named by the place in
/// PostgreSQL that says so, because its text depends on the language.
pub(super) fn is_outdated(error: &sqlx::Error) -> bool {
    let error = error.as_database_error().and_then(|error| error.try_downcast_ref::<PgDatabaseError>());
    error.is_some_and(|error| error.code() == "0A000" && error.routine() == Some("RevalidateCachedQuery"))
}

fn database_error(error: &PgDatabaseError) -> SqlError {
    let constraint = || error.constraint().unwrap_or("without a name").to_owned();
    match error.code() {
        "23505" | "23P01" => SqlError::Unique(constraint()),
        "23503" => SqlError::ForeignKey(constraint()),
        "23514" => SqlError::Check(constraint()),
        "23502" => SqlError::NotNull(qualified(error.table(), error.column())),
        // Serialisation, deadlock, and an index that is being built.
        "40001" | "40P01" => SqlError::Conflict,
        // Cancelled by its timeout, by the lock's, or as idle.
        "57014" | "55P03" | "25P03" => SqlError::Timeout,
        "42501" | "25006" => SqlError::Denied("no permission".into()),
        // The database takes no connections now.
        "55000" => SqlError::Unavailable("it takes no connections".into()),
        code => by_class(code, error.message()),
    }
}

fn by_class(code: &str, message: &str) -> SqlError {
    match code.get(..2) {
        // Of the statement's own words: syntax, names, types.
        Some("42") => SqlError::Invalid(without_literals(message)),
        Some("08" | "53" | "57" | "58" | "28" | "3D" | "XX") => {
            SqlError::Unavailable(format!("PostgreSQL error {code}"))
        }
        Some("54") => SqlError::TooLarge(format!("PostgreSQL error {code}")),
        _ => SqlError::Invalid(format!("PostgreSQL error {code}")),
    }
}

/// Syntax errors quote the token they stumbled over: a literal is not repeated.
fn without_literals(message: &str) -> String {
    match message.split_once(" at or near ") {
        Some((what, token)) if token.contains('\'') || token.bytes().any(|b| b.is_ascii_digit()) => what.to_owned(),
        _ => message.to_owned(),
    }
}

fn qualified(table: Option<&str>, column: Option<&str>) -> String {
    match (table, column) {
        (Some(table), Some(column)) => format!("{table}.{column}"),
        (_, column) => column.unwrap_or("a column").to_owned(),
    }
}
