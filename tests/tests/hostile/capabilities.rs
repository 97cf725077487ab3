//! Guests that reach for what is not theirs.

use serde_json::{Value, json};
use ward_tests::Ward;

use crate::stage::{Stage, log_names};

/// What no guest may do with its database, on either engine.
const ESCAPES: [&str; 44] = [
    "ATTACH DATABASE '/tmp/ward-escape.db' AS other",
    "DETACH DATABASE main",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA writable_schema = ON",
    "PRAGMA temp_store_directory = '/tmp'",
    "SELECT * FROM pragma_database_list",
    "SELECT load_extension('/tmp/evil.so')",
    "SELECT readfile('/etc/passwd')",
    "SELECT writefile('/tmp/ward-escape', 'x')",
    "SELECT fts3_tokenizer('simple')",
    "VACUUM INTO '/tmp/ward-escape.db'",
    "VACUUM",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM main.sqlite_schema",
    "CREATE TABLE mine (id BIGINT)",
    "CREATE TEMP TABLE mine (id BIGINT)",
    "DROP TABLE own",
    "ALTER TABLE own ADD COLUMN more TEXT",
    "CREATE TRIGGER t AFTER INSERT ON own BEGIN SELECT 1; END",
    "COPY own TO '/tmp/ward-escape'",
    "COPY own FROM PROGRAM 'id'",
    "COPY own TO STDOUT",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_read_binary_file('/etc/passwd')",
    "SELECT pg_ls_dir('/')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(1, '/tmp/ward-escape')",
    "SELECT pg_sleep(60)",
    "SELECT pg_terminate_backend(pg_backend_pid())",
    "SELECT set_config('search_path', 'public', false)",
    "SET search_path TO public",
    "SET ROLE ward",
    "RESET ROLE",
    "SET SESSION AUTHORIZATION DEFAULT",
    "GRANT ALL ON own TO PUBLIC",
    "DO $$ BEGIN PERFORM 1; END $$",
    "LISTEN ward",
    "NOTIFY ward, 'x'",
    "BEGIN",
    "COMMIT",
    "SELECT 1; DROP TABLE own",
    "SELECT dblink_connect('dbname=postgres')",
    "EXPLAIN ANALYZE SELECT 1",
    "LOCK TABLE own",
];

async fn attempt(stage: &Stage, statement: &str, transaction: bool, execute: bool) -> Value {
    let body = json!({"statement": statement, "transaction": transaction, "execute": execute});
    stage.guest("sql-escape").post("/run", &body).await.expect(200).json()
}

#[tokio::test]
async fn no_statement_leaves_the_schema() {
    let stage = Stage::with("sql-escape", &["sql"]).await;
    for statement in ESCAPES {
        for (transaction, execute) in [(false, false), (true, false), (false, true), (true, true)] {
            let outcome = attempt(&stage, statement, transaction, execute).await;
            assert!(outcome["error"].is_string(), "{statement} ({transaction}, {execute}): {outcome}");
        }
    }
    let own = attempt(&stage, "SELECT id FROM own", false, false).await;
    assert_eq!(own["rows"].as_array().unwrap().len(), 1, "{own}");
    assert!(
        !std::path::Path::new("/tmp/ward-escape").exists() && !std::path::Path::new("/tmp/ward-escape.db").exists()
    );
}

#[tokio::test]
async fn no_other_plugins_and_no_host_table_is_seen() {
    let stage = Stage::of(Ward::builder().guest("sql-escape", &["sql"])).await;
    stage.admin().await.centre("North").await;
    for table in [
        "centre",
        "centres",
        "study",
        "account",
        "accounts",
        "pacs.centre",
        "pacs.centres",
        "ward.account",
        "host.account",
        "ward_pacs.centre",
        "plugin_pacs.centre",
        "public.account",
        "information_schema.tables",
        "pg_catalog.pg_authid",
        "pg_shadow",
        "pg_user",
        "pg_roles",
        "pg_stat_activity",
        "pg_settings",
        "temp.own",
        "sqlite_temp_master",
    ] {
        let outcome = attempt(&stage, &format!("SELECT * FROM {table}"), false, false).await;
        let rows = outcome["rows"].as_array().unwrap();
        assert!(outcome["error"].is_string() || rows.is_empty(), "{table}: {outcome}");
    }
}

#[tokio::test]
async fn no_comment_or_quote_hides_a_statement() {
    let stage = Stage::with("sql-escape", &["sql"]).await;
    for statement in [
        "/* SELECT */ DROP TABLE own",
        "-- SELECT\nDROP TABLE own",
        "SELECT 1 /* ; */ ; DROP TABLE own",
        "SELECT 'a''; DROP TABLE own; --'; DELETE FROM own",
        "WITH gone AS (DELETE FROM own RETURNING id) SELECT 1; DROP TABLE own",
        "\u{feff}DROP TABLE own",
        "SELECT $$;$$; DROP TABLE own",
        "EXPLAIN DELETE FROM own",
        ";;DROP TABLE own",
        "",
        ";",
    ] {
        for transaction in [false, true] {
            let outcome = attempt(&stage, statement, transaction, true).await;
            assert!(outcome["error"].is_string(), "{statement:?}: {outcome}");
        }
    }
    assert_eq!(attempt(&stage, "SELECT id FROM own", false, false).await["rows"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_giant_or_endless_query_is_bounded() {
    let stage = Stage::with("sql-escape", &["sql"]).await;
    for statement in [
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT i FROM n".to_owned(),
        format!("SELECT '{}'", "x".repeat(70_000)),
    ] {
        let body = json!({"statement": statement, "transaction": false, "execute": false});
        let answer = stage.guest("sql-escape").post("/run", &body).await.expect(200);
        assert!(answer.json()["error"].is_string(), "{}", answer.text());
    }
    // Deep nesting may be taken or refused, but it is answered.
    let nested = format!("SELECT {}1{}", "(".repeat(20_000), ")".repeat(20_000));
    attempt(&stage, &nested, false, false).await;
    assert!(attempt(&stage, "SELECT id FROM own", false, false).await["error"].is_null());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_left_open_is_rolled_back() {
    let builder = Ward::builder().without_plugins().guest("open-transaction", &["sql"]);
    let stage = Stage::of(builder.configure(|assembly| assembly.limits.cpu_ms = 300)).await;
    let guest = stage.guest("open-transaction");
    for (end, status) in [("forget", 200), ("trap", 500), ("loop", 504)] {
        let answer = guest.send(guest.request(http::Method::POST, &format!("/run?end={end}"))).await.expect(status);
        if status != 200 {
            log_names(&answer, "open-transaction");
        }
        assert_eq!(guest.get("/count").await.expect(200).json(), 0, "{end}");
        // A writer that had to wait for what was left open would be refused in the end.
        guest.send(guest.request(http::Method::POST, "/write")).await.expect(200);
    }
}

#[tokio::test]
async fn another_plugins_blob_does_not_exist() {
    let stage = Stage::of(Ward::builder().guest("foreign-blob", &["sql", "blobs"])).await;
    let technician = stage.admin().await.technician().await;
    let study = technician.study(ward_tests::Upload::new()).await;
    let instance = technician.get(&format!("/studies/{study}/instance/0")).await.expect(200);
    let sha256 = instance.sha256();

    let mut ids = stored_ids(&stage.data().join("blobs"));
    ids.extend([
        sha256.clone(),
        format!("pacs/{sha256}"),
        format!("../pacs/{sha256}"),
        "..".to_owned(),
        "/etc/passwd".to_owned(),
        String::new(),
    ]);
    let guest = stage.guest("foreign-blob");
    for id in &ids {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("id", id).finish();
        let outcome = guest.get(&format!("/blob?{query}")).await.expect(200).json();
        for what in ["info", "read", "remove"] {
            assert_ne!(outcome[what], "taken", "{what} {id}");
        }
        let served = guest.get(&format!("/serve?{query}")).await;
        assert!([404, 500].contains(&served.status), "{id}: {}", served.status);
        assert!(served.json()["guest_error"].is_string());
    }
    for number in [0, 1, u32::MAX] {
        let answer = guest.get(&format!("/upload?number={number}")).await.expect(200);
        assert_ne!(answer.json(), "taken");
    }
    assert_eq!(technician.get(&format!("/studies/{study}/instance/0")).await.expect(200).body, instance.body);
}

/// Whatever the store's files are called, below and beside each other: a guest could guess no better.
fn stored_ids(directory: &std::path::Path) -> Vec<String> {
    let mut ids = Vec::new();
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        ids.push(entry.file_name().to_string_lossy().into_owned());
        if entry.path().is_dir() {
            ids.extend(stored_ids(&entry.path()));
        }
    }
    ids
}

#[tokio::test]
async fn a_guest_sees_the_request_and_no_credentials() {
    let stage =
        Stage::of(Ward::builder().guest("echo", &["sql", "blobs", "identity", "policy", "config", "log"])).await;
    let admin = stage.admin().await;
    let echo = admin.at(stage.guest("echo").base());
    let text = echo.get("/request").await.text();
    assert!(!text.contains(admin.token()) && !text.to_lowercase().contains("authorization"), "{text}");
}
