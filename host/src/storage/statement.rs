//! Which statements a plugin may run.
//!
//! Isolation does not rest on this: SQLite's authorizer and PostgreSQL's roles hold without it. It keeps
//! a plugin to one portable statement at a time, and its session as it was given.

use std::sync::LazyLock;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::tokenizer::{Token, Tokenizer, Whitespace, Word};

use super::SqlError;

/// Longest statement.
pub const MAX_STATEMENT_BYTES: usize = 64 << 10;
/// Most parameters of one statement.
pub const MAX_PARAMETERS: usize = 1_000;
/// Bytes of statements whose verdicts are remembered.
const CACHE_BYTES: u64 = 8 << 20;

type Verdict = Result<usize, SqlError>;

#[derive(Clone)]
struct ByLength;

impl Weighter<Box<str>, Verdict> for ByLength {
    fn weight(&self, statement: &Box<str>, _: &Verdict) -> u64 {
        statement.len() as u64 + 64
    }
}

static VERDICTS: LazyLock<Cache<Box<str>, Verdict, ByLength>> =
    LazyLock::new(|| Cache::with_weighter(4_096, CACHE_BYTES, ByLength));

/// Checks a plugin's statement: one `SELECT`, `INSERT`, `UPDATE`, `DELETE`, `WITH` or `VALUES` of at most
/// 64 KiB, without comments, written with what SQLite and PostgreSQL read alike.
///
/// Gives the number of parameters it takes. The verdict is remembered.
pub fn guest_statement_ok(sql: &str) -> Result<usize, SqlError> {
    if sql.len() > MAX_STATEMENT_BYTES {
        return Err(SqlError::TooLarge(format!("the statement is longer than {MAX_STATEMENT_BYTES} bytes")));
    }
    if let Some(verdict) = VERDICTS.get(sql) {
        return verdict;
    }
    let verdict = judge(sql);
    VERDICTS.insert(sql.into(), verdict.clone());
    verdict
}

/// Whether a statement only reads, told by its words. A wrong `true` fails on a connection that cannot
/// write; a wrong `false` only waits for the writer.
pub(crate) fn reads(sql: &str) -> bool {
    let mut words = sql.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    let writes = |word: &str| ["insert", "update", "delete", "replace"].iter().any(|w| word.eq_ignore_ascii_case(w));
    match words.next() {
        Some(first) if first.eq_ignore_ascii_case("select") || first.eq_ignore_ascii_case("values") => true,
        Some(first) if first.eq_ignore_ascii_case("with") => !words.any(writes),
        _ => false,
    }
}

fn judge(sql: &str) -> Verdict {
    if sql.contains('\0') {
        return Err(SqlError::Invalid("the statement contains the character U+0000".into()));
    }
    let mut tokens = Tokenizer::new(&PostgreSqlDialect {}, sql)
        .tokenize()
        .map_err(|_| SqlError::Invalid("the statement's quotes do not close".into()))?;
    // One semicolon may end the statement; white space is dropped around it, comments are not.
    trim_end(&mut tokens);
    if matches!(tokens.last(), Some(Token::SemiColon)) {
        tokens.pop();
        trim_end(&mut tokens);
    }
    check_lexing(&tokens)?;
    let words: Vec<&Token> = tokens.iter().filter(|token| !matches!(token, Token::Whitespace(_))).collect();
    check_first(words.first().copied())?;
    check_words(&words)?;
    count_parameters(&words)
}

fn trim_end(tokens: &mut Vec<Token>) {
    while matches!(tokens.last(), Some(Token::Whitespace(Whitespace::Space | Whitespace::Newline | Whitespace::Tab))) {
        tokens.pop();
    }
}

/// Lets through only what both engines cut into the same pieces as this tokenizer does, so that no
/// statement hides in what looks like a text or a name here.
fn check_lexing(tokens: &[Token]) -> Result<(), SqlError> {
    for (index, token) in tokens.iter().enumerate() {
        let next = tokens.get(index + 1);
        match token {
            Token::Word(word) if matches!(word.quote_style, None | Some('"')) => {
                // U&"…" spells a name with escapes.
                let unicode = word.quote_style.is_none() && word.value.eq_ignore_ascii_case("u");
                if unicode && matches!(next, Some(Token::Ampersand)) {
                    return Err(denied("names with escapes"));
                }
            }
            // SQLite reads on after `$1` where `(` or `:` follows directly.
            Token::Placeholder(_)
                if matches!(
                    next,
                    Some(Token::LParen | Token::Colon | Token::DoubleColon | Token::Word(_) | Token::Number(..))
                ) =>
            {
                return Err(denied("a parameter that something follows directly"));
            }
            Token::Whitespace(Whitespace::SingleLineComment { .. } | Whitespace::MultiLineComment(_)) => {
                return Err(denied("comments"));
            }
            Token::SemiColon => return Err(denied("more than one statement")),
            Token::DoubleColon => return Err(denied("`::`; write CAST(… AS …)")),
            token if is_portable(token) => {}
            _ => return Err(denied("a sign or literal that the two engines read differently; pass it as a parameter")),
        }
    }
    Ok(())
}

fn is_portable(token: &Token) -> bool {
    matches!(
        token,
        Token::Number(..)
            | Token::SingleQuotedString(_)
            | Token::Whitespace(_)
            | Token::Placeholder(_)
            | Token::Comma
            | Token::Period
            | Token::LParen
            | Token::RParen
            | Token::Eq
            | Token::Neq
            | Token::Lt
            | Token::Gt
            | Token::LtEq
            | Token::GtEq
            | Token::Plus
            | Token::Minus
            | Token::Mul
            | Token::Div
            | Token::Mod
            | Token::StringConcat
            | Token::Ampersand
            | Token::Pipe
            | Token::Tilde
            | Token::ShiftLeft
            | Token::ShiftRight
            | Token::Arrow
            | Token::LongArrow
    )
}

fn check_first(first: Option<&Token>) -> Result<(), SqlError> {
    const ALLOWED: [&str; 6] = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "VALUES"];
    match first {
        Some(Token::Word(Word { value, quote_style: None, .. }))
            if ALLOWED.iter().any(|word| value.eq_ignore_ascii_case(word)) =>
        {
            Ok(())
        }
        None => Err(SqlError::Invalid("the statement is empty".into())),
        Some(_) => Err(denied("anything but SELECT, INSERT, UPDATE, DELETE, WITH and VALUES")),
    }
}

fn check_words(words: &[&Token]) -> Result<(), SqlError> {
    for (index, token) in words.iter().enumerate() {
        let Token::Word(word) = token else { continue };
        let name = word.value.to_ascii_lowercase();
        if is_reserved(&name) {
            return Err(denied(&format!("the name \"{name}\"")));
        }
        if word.quote_style.is_some() {
            continue;
        }
        match name.as_str() {
            // `INSERT OR ROLLBACK`, `ON CONFLICT ROLLBACK`: would end the host's transaction unseen.
            "rollback" => return Err(denied("ROLLBACK")),
            "into" if !follows_insert(words, index) => return Err(denied("INTO, except after INSERT")),
            _ => {}
        }
    }
    Ok(())
}

/// `SELECT … INTO` makes a table; `INSERT INTO` and `INSERT OR IGNORE INTO` do not.
fn follows_insert(words: &[&Token], into: usize) -> bool {
    let before = |count: usize| match into.checked_sub(count).map(|index| words[index]) {
        Some(Token::Word(word)) if word.quote_style.is_none() => word.value.to_ascii_lowercase(),
        _ => String::new(),
    };
    before(1) == "insert" || (before(2) == "or" && before(3) == "insert")
}

/// Names that change the session, reach files or other statements, wait, or belong to the host.
fn is_reserved(name: &str) -> bool {
    const PREFIXES: [&str; 9] =
        ["pg_", "sqlite_", "pragma_", "ward_", "dblink", "query_to_", "cursor_to_", "table_to_", "schema_to_"];
    const NAMES: [&str; 28] = [
        "set_config",
        "database_to_xml",
        "database_to_xmlschema",
        "database_to_xml_and_xmlschema",
        "ts_stat",
        "ts_rewrite",
        "lo_creat",
        "lo_create",
        "lo_open",
        "lo_put",
        "lo_get",
        "lo_from_bytea",
        "lo_unlink",
        "lo_import",
        "lo_export",
        "lo_truncate",
        "lo_truncate64",
        "lo_lseek",
        "lo_lseek64",
        "lo_tell",
        "lo_tell64",
        "lo_close",
        "loread",
        "lowrite",
        "load_extension",
        "readfile",
        "writefile",
        "information_schema",
    ];
    PREFIXES.iter().any(|prefix| name.starts_with(prefix)) || NAMES.contains(&name)
}

/// Parameters are `$1` up to the highest; SQLite would take a missing one for NULL.
fn count_parameters(words: &[&Token]) -> Verdict {
    let mut highest = 0;
    for token in words {
        let Token::Placeholder(name) = token else { continue };
        let digits = name
            .strip_prefix('$')
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0'));
        let number = digits.and_then(|digits| digits.parse::<usize>().ok());
        let number = number.ok_or_else(|| SqlError::Invalid("parameters are written $1, $2, …".into()))?;
        if number > MAX_PARAMETERS {
            return Err(SqlError::TooLarge(format!("more than {MAX_PARAMETERS} parameters")));
        }
        highest = highest.max(number);
    }
    Ok(highest)
}

fn denied(what: &str) -> SqlError {
    SqlError::Denied(what.to_owned())
}

#[cfg(test)]
mod tests;
