//! Values, bounds, errors.

use super::super::{Bounds, Engine, SqlError, Value};
use super::{BOUNDS, Fixture, one, text};

const INSERT: &str = "INSERT INTO item (id, name, active, weight, picture, count) VALUES ($1, $2, $3, $4, $5, 7)";
const SELECT: &str = "SELECT id, name, active, weight, picture, parent FROM item WHERE id = $1";

#[tokio::test]
async fn values_come_back_as_they_went() {
    for fixture in Fixture::all().await {
        let pool = fixture.plugin().await;
        let full = vec![
            Value::Int(i64::MIN),
            text("Ünï—漢字 'q' \u{1F3E5}"),
            Value::Bool(true),
            Value::Float(-0.1),
            Value::Blob(vec![0, 1, 255]),
        ];
        let empty = vec![Value::Int(i64::MAX), text(""), Value::Bool(false), Value::Float(1e300), Value::Blob(vec![])];
        let none = vec![Value::Int(0), Value::Null, Value::Null, Value::Null, Value::Null];
        for row in [full, empty, none] {
            assert_eq!(pool.execute(INSERT, &row).await, Ok(1));
            let result = pool.query(SELECT, &row[..1], BOUNDS).await.expect("selects");
            assert_eq!(result.columns, ["id", "name", "active", "weight", "picture", "parent"]);
            assert_eq!(result.rows, [[row, vec![Value::Null]].concat()]);
        }
        let changed = pool
            .execute("UPDATE item SET active = $1, name = NULL WHERE id <> $2", &[Value::Null, Value::Int(0)])
            .await;
        assert_eq!(changed, Ok(2));
        assert_eq!(pool.execute("DELETE FROM item WHERE id = $1", &[Value::Int(5)]).await, Ok(0));
    }
}

#[tokio::test]
async fn an_empty_result_names_its_columns() {
    for fixture in Fixture::all().await {
        let result = fixture.plugin().await.query(SELECT, &[Value::Int(1)], BOUNDS).await.expect("selects");
        assert_eq!((result.columns.len(), result.rows.len()), (6, 0));
    }
}

#[tokio::test]
async fn one_text_takes_parameters_of_several_kinds() {
    for fixture in Fixture::all().await {
        let pool = fixture.plugin().await;
        let sql = "INSERT INTO item (id, name, weight) VALUES ($1, $2, $3) RETURNING weight";
        // Eight bytes as text or number: a driver that kept the first kind would store the wrong one.
        for (id, name, weight) in
            [(1, text("12345678"), Value::Float(2.0)), (2, Value::Null, Value::Null), (3, text("x"), Value::Float(0.5))]
        {
            assert_eq!(one(&pool, sql, &[Value::Int(id), name, weight.clone()]).await, weight);
        }
        assert_eq!(one(&pool, "SELECT CAST($1 AS TEXT)", &[text("12345678")]).await, text("12345678"));
        assert_eq!(one(&pool, "SELECT CAST($1 AS TEXT)", &[Value::Int(12_345_678)]).await, text("12345678"));
        assert_eq!(one(&pool, "SELECT CAST($1 AS TEXT)", &[Value::Null]).await, Value::Null);
    }
}

#[tokio::test]
async fn results_are_bounded() {
    for fixture in Fixture::all().await {
        let pool = fixture.plugin().await;
        let endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
        let few = Bounds { rows: 10, bytes: 1 << 20 };
        assert!(matches!(pool.query(endless, &[], few).await, Err(SqlError::TooLarge(_))));
        let small = Bounds { rows: 1_000_000, bytes: 1_000 };
        assert!(matches!(pool.query(endless, &[], small).await, Err(SqlError::TooLarge(_))));
        pool.execute("INSERT INTO item (id, name) VALUES (1, $1)", &[text(&"x".repeat(2_000))]).await.expect("inserts");
        assert!(matches!(pool.query("SELECT name FROM item", &[], small).await, Err(SqlError::TooLarge(_))));
        let exactly = Bounds { rows: 10, bytes: 10 * 24 };
        let ten =
            pool.query("SELECT id FROM item UNION ALL VALUES (2),(3),(4),(5),(6),(7),(8),(9),(10)", &[], exactly).await;
        assert_eq!(ten.map(|rows| rows.rows.len()), Ok(10));
    }
}

#[tokio::test]
async fn constraints_are_told_apart_without_values() {
    for fixture in Fixture::all().await {
        let pool = fixture.plugin().await;
        pool.execute("INSERT INTO item (id, name) VALUES (1, 'secret-name')", &[]).await.expect("inserts");
        let run = async |sql: &str| pool.execute(sql, &[]).await.expect_err(sql);
        assert!(matches!(run("INSERT INTO item (id) VALUES (1)").await, SqlError::Unique(_)));
        let unique = run("INSERT INTO item (id, name) VALUES (2, 'secret-name')").await;
        assert!(
            matches!(&unique, SqlError::Unique(name) if name.contains("name") && !name.contains("secret")),
            "{unique:?}"
        );
        assert!(matches!(run("INSERT INTO item (id, parent) VALUES (3, 99)").await, SqlError::ForeignKey(_)));
        assert!(matches!(run("INSERT INTO item (id, count) VALUES (4, -1)").await, SqlError::Check(_)));
        let null = run("INSERT INTO item (id, count) VALUES (5, NULL)").await;
        assert_eq!(null, SqlError::NotNull("item.count".into()));
    }
}

#[tokio::test]
async fn wrong_statements_are_invalid_and_repeat_no_value() {
    for fixture in Fixture::all().await {
        let pool = fixture.plugin().await;
        for sql in [
            "SELEC 'secret'",
            "SELECT nothing FROM item",
            "SELECT 1 FROM nowhere",
            "SELECT 'secret' 'x' FROM FROM",
            "SELECT 1 +",
        ] {
            let error = pool.query(sql, &[], BOUNDS).await.expect_err(sql);
            assert!(matches!(&error, SqlError::Invalid(text) if !text.contains("secret")), "{sql}: {error:?}");
        }
        for bad in [text("nul\0"), Value::Float(f64::NAN)] {
            let error = pool.query("SELECT $1", &[bad], BOUNDS).await;
            assert!(matches!(error, Err(SqlError::Invalid(_))));
        }
        if pool.engine() == Engine::Postgres {
            let error =
                pool.query("SELECT CAST($1 AS TIMESTAMPTZ)", &[text("secret")], BOUNDS).await.expect_err("no time");
            assert!(matches!(&error, SqlError::Invalid(text) if !text.contains("secret")), "{error:?}");
            let error = pool.query("SELECT now()", &[], BOUNDS).await.expect_err("not portable");
            assert!(
                matches!(&error, SqlError::Invalid(text) if text.contains("TIMESTAMPTZ") && text.contains("cast")),
                "{error:?}"
            );
        }
        // Nothing above has spoilt the connections.
        assert_eq!(one(&pool, "SELECT CAST(1 AS BIGINT)", &[]).await, Value::Int(1));
    }
}

#[tokio::test]
async fn large_parameters_fit() {
    for fixture in Fixture::all().await {
        let pool = fixture.plugin().await;
        let picture = Value::Blob(vec![7; 16 << 20]);
        pool.execute("INSERT INTO item (id, picture) VALUES (1, $1)", std::slice::from_ref(&picture))
            .await
            .expect("inserts");
        let bounds = Bounds { rows: 1, bytes: 17 << 20 };
        let rows = pool.query("SELECT picture FROM item", &[], bounds).await.expect("selects");
        assert!(rows.rows[0][0] == picture);
    }
}

#[tokio::test]
async fn an_abandoned_query_frees_its_connection() {
    let fixture = Fixture::sqlite().await;
    let pool = fixture.plugin().await;
    let endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    // More than there are readers.
    for _ in 0..20 {
        let query = pool.query(endless, &[], BOUNDS);
        assert!(tokio::time::timeout(std::time::Duration::from_millis(20), query).await.is_err());
    }
    assert_eq!(one(&pool, "SELECT 1", &[]).await, Value::Int(1));
}
