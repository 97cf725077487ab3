//! What may stand in a migration.

use sqlparser::dialect::{Dialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::tokenizer::{Token, Tokenizer};

use super::super::{Engine, SqlError};

/// Longest migration.
const MAX_BYTES: usize = 1 << 20;

/// First words of statements that would end the migration's transaction or change its session.
const DENIED: [&str; 20] = [
    "BEGIN",
    "START",
    "COMMIT",
    "ROLLBACK",
    "ABORT",
    "SAVEPOINT",
    "RELEASE",
    "PREPARE",
    "ATTACH",
    "DETACH",
    "PRAGMA",
    "VACUUM",
    "COPY",
    "SET",
    "RESET",
    "DISCARD",
    "LISTEN",
    "NOTIFY",
    "UNLISTEN",
    "LOAD",
];

/// Refuses transaction control, so that a step that fails leaves nothing behind, and what is never part
/// of a schema. The walls of the engine stand without this.
pub(super) fn check(sql: &str, engine: Engine) -> Result<(), SqlError> {
    if sql.len() > MAX_BYTES {
        return Err(SqlError::TooLarge(format!("the migration is longer than {MAX_BYTES} bytes")));
    }
    let dialect: &dyn Dialect = match engine {
        Engine::Sqlite => &SQLiteDialect {},
        Engine::Postgres => &PostgreSqlDialect {},
    };
    let tokens = Tokenizer::new(dialect, sql).tokenize();
    let tokens = tokens.map_err(|_| SqlError::Invalid("the migration's quotes do not close".into()))?;
    let mut first = true;
    for token in tokens.iter().filter(|token| !matches!(token, Token::Whitespace(_))) {
        match token {
            Token::SemiColon => first = true,
            Token::Word(word) if word.quote_style.is_none() => {
                let word = word.value.to_ascii_uppercase();
                // ROLLBACK in a constraint or trigger would end a transaction of the host unseen.
                if word == "ROLLBACK" || (first && DENIED.contains(&word.as_str())) {
                    return Err(SqlError::Denied(format!("{word} in a migration")));
                }
                first = false;
            }
            _ => first = false,
        }
    }
    Ok(())
}
