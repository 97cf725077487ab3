//! What passes, and what is refused.

use super::*;

fn is_denied(sql: &str) -> bool {
    matches!(guest_statement_ok(sql), Err(SqlError::Denied(_) | SqlError::Invalid(_)))
}

#[test]
fn ordinary_statements_pass() {
    for (sql, parameters) in [
        ("SELECT a, \"b\" FROM t WHERE a = $1 AND b LIKE '%x;--%' ORDER BY 1 LIMIT $2;", 2),
        ("  insert into t (a) values ($1) on conflict (a) do update set a = excluded.a returning a", 1),
        ("INSERT OR IGNORE INTO t VALUES ($1)", 1),
        ("UPDATE t SET a = a || 'it''s' WHERE id IN ($1, $2, $3)", 3),
        ("DELETE FROM t", 0),
        ("WITH x AS (SELECT 1 AS a) SELECT CAST(a AS TEXT) FROM x", 0),
        ("VALUES (1, 'a'), (2, 'b')", 0),
        ("SELECT $2, $1, $2", 2),
        ("SELECT upsert, edited FROM \"select\"\r\n\tWHERE replace(a, 'b', 'c') <> -1.5e3", 0),
    ] {
        assert_eq!(guest_statement_ok(sql), Ok(parameters), "{sql}");
    }
}

#[test]
fn what_leads_out_is_refused() {
    for sql in [
        "",
        " ; ",
        "SELECT 1; SELECT 2",
        "SELECT 1;;",
        ";SELECT 1",
        "ATTACH 'x' AS y",
        "PRAGMA journal_mode",
        "COPY t TO '/x'",
        "EXPLAIN SELECT 1",
        "BEGIN",
        "COMMIT",
        "SET ROLE x",
        "RESET ROLE",
        "CREATE TABLE t(a)",
        "DROP TABLE t",
        "VACUUM INTO 'x'",
        "CALL p()",
        "DO $$ $$",
        "SELECT set_config('role', 'postgres', false)",
        "SELECT \"set_config\"('a','b',false)",
        "SELECT U&\"set\\005fconfig\"('a','b',false)",
        "SELECT u&\"x\" FROM t",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT PG_SLEEP(10)",
        "SELECT pg_catalog.pg_ls_dir('/')",
        "SELECT query_to_xml('select 1', true, true, '')",
        "SELECT lo_import('/etc/passwd')",
        "SELECT load_extension('x')",
        "SELECT * FROM pragma_table_info('t')",
        "SELECT * FROM sqlite_master",
        "SELECT a INTO t2 FROM t",
        "WITH x AS (SELECT 1) SELECT * INTO y FROM x",
        "INSERT OR ROLLBACK INTO t VALUES (1)",
        "INSERT INTO t VALUES (1) ON CONFLICT ROLLBACK",
        "DELETE FROM ward_blob",
        "SELECT * FROM \"ward_migration\"",
        "SELECT 1 -- x",
        "SELECT /* x */ 1",
        "SELECT /* /* */ 1; */ 2",
        "SELECT 1 --\r; DELETE FROM t",
        "SELECT [']; DELETE FROM t; SELECT [']",
        "SELECT `a`",
        "SELECT $1(';DELETE FROM t;')",
        "SELECT $1::text",
        "SELECT ?",
        "SELECT ?1",
        "SELECT :a",
        "SELECT @a",
        "SELECT $a",
        "SELECT $0",
        "SELECT $01",
        "SELECT E'\\'; DELETE FROM t; --'",
        "SELECT U&'\\0041'",
        "SELECT $$ ; $$",
        "SELECT $x$ ; $x$",
        "SELECT x'00'",
        "SELECT 'open",
        "SELECT \"open",
        "SELECT 1\0",
        "SELECT a::text FROM t",
        "(SELECT 1)",
        "SELECT @@version",
        "SELECT {fn now()}",
        "SELECT a # b",
        "SELECT \\d",
    ] {
        assert!(is_denied(sql), "{sql:?}: {:?}", guest_statement_ok(sql));
    }
}

#[test]
fn size_and_parameters_are_bounded() {
    let long = format!("SELECT '{}'", "x".repeat(MAX_STATEMENT_BYTES));
    assert!(matches!(guest_statement_ok(&long), Err(SqlError::TooLarge(_))));
    assert_eq!(guest_statement_ok("SELECT $1000"), Ok(1_000));
    assert!(matches!(guest_statement_ok("SELECT $1001"), Err(SqlError::TooLarge(_))));
    assert!(is_denied("SELECT $99999999999999999999999"));
}

#[test]
fn reads_are_told_from_writes() {
    assert!(reads(" select 1") && reads("VALUES (1)") && reads("WITH a AS (SELECT 1) SELECT 1"));
    assert!(
        !reads("INSERT INTO t VALUES (1)")
            && !reads("WITH a AS (SELECT 1) DELETE FROM t")
            && !reads("CREATE TABLE t(a)")
            && !reads("")
    );
}

proptest::proptest! {
    #[test]
    fn never_panics(sql in "\\PC{0,200}") {
        let _ = guest_statement_ok(&sql);
    }
}
