//! Walls around a connection: what SQLite itself is told to refuse.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;
use std::sync::Once;

use libsqlite3_sys as ffi;
use sqlx::sqlite::LockedSqliteHandle;

use super::super::SqlError;
use super::Trust;

/// Memory that SQLite may use in this process, all files together: a statement that would need more fails.
const HEAP_BYTES: i64 = 1 << 30;
/// Longest text, blob or row: a call's 16 MiB of parameters, and room for the rest of the row.
const VALUE_BYTES: c_int = 17 << 20;

const ON: c_int = 1;
const OFF: c_int = 0;

/// Limits of a guest's connection. Each is far above what a sensible statement needs.
const GUEST_LIMITS: [(i32, c_int); 8] = [
    (ffi::SQLITE_LIMIT_LENGTH, VALUE_BYTES),
    (ffi::SQLITE_LIMIT_SQL_LENGTH, 1 << 20),
    (ffi::SQLITE_LIMIT_COLUMN, 256),
    (ffi::SQLITE_LIMIT_EXPR_DEPTH, 200),
    (ffi::SQLITE_LIMIT_ATTACHED, 0),
    (ffi::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1_000),
    (ffi::SQLITE_LIMIT_TRIGGER_DEPTH, 32),
    (ffi::SQLITE_LIMIT_WORKER_THREADS, 0),
];

/// Functions that read or write files, load code, or take pointers.
const DENIED_FUNCTIONS: [&[u8]; 8] =
    [b"load_extension", b"readfile", b"writefile", b"edit", b"fts3_tokenizer", b"fts5", b"fsdir", b"sqlite_log"];
/// Modules of virtual tables that a migration may use.
const ALLOWED_MODULES: [&[u8]; 4] = [b"fts5", b"fts5vocab", b"rtree", b"rtree_i32"];
/// What full-text search asks of its own file.
const ALLOWED_PRAGMAS: [&[u8]; 2] = [b"data_version", b"page_size"];

/// Bounds the whole process, once.
pub(super) fn limit_heap() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        #[expect(unsafe_code, reason = "SQLite has no safe interface for its process-wide limit")]
        // SAFETY: takes a number by value and may be called at any time from any thread.
        unsafe {
            ffi::sqlite3_hard_heap_limit64(HEAP_BYTES);
        }
    });
}

/// Sets up a fresh connection. To be called after the last `PRAGMA` of the set-up.
pub(super) fn protect(handle: &mut LockedSqliteHandle<'_>, trust: Trust) -> Result<(), SqlError> {
    let db = handle.as_raw_handle().as_ptr();
    #[expect(unsafe_code, reason = "sqlx offers neither limits nor an authorizer")]
    // SAFETY: `db` is an open connection, and while `handle` is borrowed no other thread uses it. The
    // variadic options take exactly an `int` and an `int *`, which may be null. The authorizer is a
    // function without state: its user data is null and is never read, so nothing has to outlive
    // anything; SQLite drops the pointer with the connection.
    let codes = unsafe {
        let none = ptr::null_mut::<c_int>();
        let defensive = ffi::sqlite3_db_config(db, ffi::SQLITE_DBCONFIG_DEFENSIVE, ON, none);
        let trusted = ffi::sqlite3_db_config(db, ffi::SQLITE_DBCONFIG_TRUSTED_SCHEMA, OFF, none);
        // A misspelt column in double quotes is an error, as in PostgreSQL, not a text.
        let texts = ffi::sqlite3_db_config(db, ffi::SQLITE_DBCONFIG_DQS_DML, OFF, none);
        let schema_texts = ffi::sqlite3_db_config(db, ffi::SQLITE_DBCONFIG_DQS_DDL, OFF, none);
        let mut codes = [defensive, trusted, texts, schema_texts, ffi::SQLITE_OK];
        if trust == Trust::Guest {
            for (limit, value) in GUEST_LIMITS {
                // Gives the former value, not a code.
                ffi::sqlite3_limit(db, limit, value);
            }
            codes[4] = ffi::sqlite3_set_authorizer(db, Some(authorize), ptr::null_mut());
        }
        codes
    };
    if codes.iter().all(|code| *code == ffi::SQLITE_OK) {
        Ok(())
    } else {
        Err(SqlError::Unavailable("SQLite refuses its protection".into()))
    }
}

/// Decides each action while SQLite compiles a statement.
#[expect(unsafe_code, reason = "called by SQLite")]
unsafe extern "C" fn authorize(
    _state: *mut c_void,
    action: c_int,
    first: *const c_char,
    second: *const c_char,
    _database: *const c_char,
    _trigger: *const c_char,
) -> c_int {
    // SAFETY: SQLite passes null or texts that end in NUL and live for the duration of this call, which
    // does not keep them. Nothing below panics, so nothing unwinds into C.
    let (first, second) = unsafe { (text(first), text(second)) };
    let allowed = match action {
        ffi::SQLITE_ATTACH
        | ffi::SQLITE_DETACH
        | ffi::SQLITE_CREATE_TEMP_INDEX
        | ffi::SQLITE_CREATE_TEMP_TABLE
        | ffi::SQLITE_CREATE_TEMP_TRIGGER
        | ffi::SQLITE_CREATE_TEMP_VIEW => false,
        ffi::SQLITE_PRAGMA => second.is_none() && is_one_of(first, &ALLOWED_PRAGMAS),
        ffi::SQLITE_FUNCTION => !is_one_of(second, &DENIED_FUNCTIONS),
        ffi::SQLITE_CREATE_VTABLE => is_one_of(second, &ALLOWED_MODULES),
        _ => true,
    };
    if allowed { ffi::SQLITE_OK } else { ffi::SQLITE_DENY }
}

/// # Safety
/// `text` is null, or ends in NUL and outlives `'a`.
#[expect(unsafe_code, reason = "SQLite's texts are pointers")]
unsafe fn text<'a>(text: *const c_char) -> Option<&'a [u8]> {
    if text.is_null() {
        return None;
    }
    // SAFETY: not null; the rest is the caller's promise.
    Some(unsafe { CStr::from_ptr(text) }.to_bytes())
}

fn is_one_of(name: Option<&[u8]>, names: &[&[u8]]) -> bool {
    name.is_some_and(|name| names.iter().any(|candidate| name.eq_ignore_ascii_case(candidate)))
}
