//! What a plugin tries in order to leave its schema. The statements go past the word check on purpose:
//! the engine's own walls are what is tested.

use super::super::{Engine, Pool, SqlError, StorageError};
use super::{BOUNDS, Fixture, migration};

async fn refused(pool: &Pool, sql: &str) -> SqlError {
    match pool.query(sql, &[], BOUNDS).await {
        Err(error) => error,
        Ok(rows) => panic!("{sql} gave {rows:?}"),
    }
}

#[tokio::test]
async fn sqlite_stays_in_its_file() {
    let fixture = Fixture::sqlite().await;
    let pool = fixture.plugin().await;
    let host = fixture.directory.path().join("ward.db");
    let outside = fixture.directory.path().join("outside.db");
    for sql in [
        format!("ATTACH '{}' AS host", host.display()),
        format!("VACUUM INTO '{}'", outside.display()),
        "DETACH main".into(),
        "PRAGMA journal_mode = DELETE".into(),
        "PRAGMA writable_schema = ON".into(),
        "PRAGMA query_only = OFF".into(),
        "PRAGMA foreign_keys = OFF".into(),
        "PRAGMA synchronous = OFF".into(),
        "PRAGMA database_list".into(),
        "SELECT * FROM pragma_database_list".into(),
        "SELECT load_extension('x')".into(),
        "SELECT writefile('x', 'y')".into(),
        "SELECT readfile('/etc/passwd')".into(),
        "SELECT fts3_tokenizer('simple')".into(),
        "CREATE TEMP TABLE t (a)".into(),
        "UPDATE sqlite_master SET sql = ''".into(),
    ] {
        let error = refused(&pool, &sql).await;
        assert!(matches!(error, SqlError::Denied(_) | SqlError::Invalid(_)), "{sql}: {error:?}");
    }
    assert!(!outside.exists());
    // A reader cannot write, whatever its statement is taken for.
    let disguised = "SELECT 1; DELETE FROM item";
    assert!(pool.query(disguised, &[], BOUNDS).await.is_err());
}

#[tokio::test]
async fn sqlite_bounds_memory() {
    let fixture = Fixture::sqlite().await;
    let pool = fixture.plugin().await;
    for sql in ["SELECT length(randomblob(100000000))", "SELECT hex(zeroblob(16000000))"] {
        let error = refused(&pool, sql).await;
        assert!(matches!(error, SqlError::TooLarge(_) | SqlError::Invalid(_)), "{sql}: {error:?}");
    }
}

#[tokio::test]
async fn migrations_stay_inside_too() {
    let fixture = Fixture::sqlite().await;
    for sql in [
        "ATTACH 'x.db' AS x",
        "PRAGMA user_version = 1",
        "CREATE TABLE t (a); COMMIT; DROP TABLE t",
        "CREATE TABLE t (a UNIQUE ON CONFLICT ROLLBACK)",
        "CREATE TEMP TABLE t (a)",
        "CREATE VIRTUAL TABLE t USING dbstat",
    ] {
        let opened = fixture.database.plugin("bad", &[migration(1, "bad", sql)]).await;
        let error = opened.err().unwrap_or_else(|| panic!("{sql} was applied"));
        assert!(matches!(error, StorageError::Step { version: 1, .. }), "{sql}: {error:?}");
    }
    let search = "CREATE VIRTUAL TABLE t USING fts5 (a); INSERT INTO t (a) VALUES ('ward round')";
    let pool = fixture
        .database
        .plugin("search", &[migration(1, "search", search)])
        .await
        .expect("full-text search is allowed");
    assert_eq!(
        pool.query("SELECT a FROM t WHERE t MATCH 'round'", &[], BOUNDS).await.map(|rows| rows.rows.len()),
        Ok(1)
    );
}

#[tokio::test]
async fn postgres_stays_in_its_schema() {
    let Some(fixture) = Fixture::postgres().await else { return };
    let alpha = fixture.plugin().await;
    let beta =
        fixture.database.plugin("beta", &[migration(1, "t", "CREATE TABLE secret (a TEXT)")]).await.expect("opens");
    beta.execute("INSERT INTO secret VALUES ('b')", &[]).await.expect("inserts");
    for sql in [
        "SELECT a FROM plugin_beta.secret",
        "SELECT secret FROM ward.installation",
        "DELETE FROM plugin_beta.secret",
        "COPY item TO PROGRAM 'id'",
        "COPY item FROM '/etc/passwd'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT pg_ls_dir('/')",
        "SELECT lo_import('/etc/passwd')",
        "SELECT rolpassword FROM pg_authid",
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION postgres",
        "SELECT set_config('role', 'postgres', false)",
        "SELECT set_config('session_authorization', 'postgres', false)",
        "CREATE TEMPORARY TABLE t (a TEXT)",
        "CREATE TABLE public.t (a TEXT)",
        "CREATE SCHEMA other",
        "CREATE ROLE other SUPERUSER",
        "CREATE EXTENSION dblink",
        "CREATE DATABASE other",
        "ALTER ROLE CURRENT_USER CREATEROLE",
        "SELECT 1; SELECT 2",
    ] {
        let error = refused(&alpha, sql).await;
        assert!(matches!(error, SqlError::Denied(_) | SqlError::Invalid(_)), "{sql}: {error:?}");
    }
    // Nothing to go back to.
    alpha.execute("RESET ROLE", &[]).await.expect("changes nothing");
    alpha.execute("RESET SESSION AUTHORIZATION", &[]).await.expect("changes nothing");
    let error = refused(&alpha, "SELECT secret FROM ward.installation").await;
    assert!(matches!(error, SqlError::Denied(_)));
    let who = alpha.query("SELECT CAST(session_user AS TEXT) = CAST(current_user AS TEXT) AND NOT usesuper FROM pg_user WHERE usename = current_user", &[], BOUNDS).await;
    assert_eq!(who.map(|rows| rows.rows), Ok(vec![vec![super::Value::Bool(true)]]));
}

#[tokio::test]
async fn names_of_domains_are_checked() {
    for fixture in Fixture::all().await {
        for domain in ["", "A", "1a", "../x", "a/b", "a.b", "a_b", "staging", "a\"b", &"a".repeat(33), "ä"] {
            assert!(matches!(fixture.database.plugin(domain, &[]).await, Err(StorageError::Domain(_))), "{domain:?}");
        }
        let one = fixture.database.plugin("a-b", &[migration(1, "t", "CREATE TABLE t (a TEXT)")]).await.expect("opens");
        let other = fixture.database.plugin("ab", &[]).await.expect("opens");
        assert!(one.query("SELECT a FROM t", &[], BOUNDS).await.is_ok());
        assert!(other.query("SELECT a FROM t", &[], BOUNDS).await.is_err());
        assert!(matches!(one.engine(), Engine::Sqlite | Engine::Postgres));
    }
}
