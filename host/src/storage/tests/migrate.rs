//! Migrations: once, in order, unchanged, whole.

use super::super::{StorageError, Value};
use super::{BOUNDS, Fixture, migration, one};

#[tokio::test]
async fn steps_are_applied_once_and_in_order() {
    for fixture in Fixture::all().await {
        let first = migration(1, "make", "CREATE TABLE t (a BIGINT); INSERT INTO t VALUES (1)");
        let second = migration(2, "grow", "INSERT INTO t SELECT a + 1 FROM t");
        let steps = [first, second];
        fixture.database.plugin("p", &steps[..1]).await.expect("applies one");
        for _ in 0..2 {
            let pool = fixture.again().await.plugin("p", &steps).await.expect("applies the rest");
            assert_eq!(one(&pool, "SELECT count(*) FROM t", &[]).await, Value::Int(2));
            assert_eq!(
                one(&pool, "SELECT count(*) FROM ward_migration WHERE length(checksum) = 64", &[]).await,
                Value::Int(2)
            );
        }
        let older = fixture.database.plugin("p", &steps[..1]).await;
        assert!(matches!(older, Err(StorageError::Newer { version: 2 })));
    }
}

#[tokio::test]
async fn changes_and_gaps_are_errors() {
    for fixture in Fixture::all().await {
        fixture.database.plugin("p", &[migration(1, "make", "CREATE TABLE t (a BIGINT)")]).await.expect("applies");
        let changed = fixture.database.plugin("p", &[migration(1, "make", "CREATE TABLE t (a TEXT)")]).await;
        assert!(matches!(changed, Err(StorageError::Changed { version: 1, .. })));
        let gap = fixture.database.plugin("q", &[migration(1, "a", "SELECT 1"), migration(3, "c", "SELECT 1")]).await;
        assert!(matches!(gap, Err(StorageError::Gap { version: 2 })));
    }
}

#[tokio::test]
async fn a_step_that_fails_leaves_the_schema_as_it_was_before_the_first() {
    for fixture in Fixture::all().await {
        let first = migration(1, "make", "CREATE TABLE t (a BIGINT)");
        fixture.database.plugin("p", std::slice::from_ref(&first)).await.expect("applies");
        let good = migration(2, "good", "CREATE TABLE u (a BIGINT); INSERT INTO t VALUES (1)");
        let bad = migration(3, "bad", "CREATE TABLE v (a BIGINT); INSERT INTO nowhere VALUES (1)");
        let failed = fixture.database.plugin("p", &[first.clone(), good, bad]).await;
        assert!(matches!(failed, Err(StorageError::Step { version: 3, .. })));
        let pool = fixture.database.plugin("p", &[first]).await.expect("still serves the first");
        assert_eq!(one(&pool, "SELECT count(*) FROM t", &[]).await, Value::Int(0));
        assert!(pool.query("SELECT a FROM u", &[], BOUNDS).await.is_err());
    }
}

#[tokio::test]
async fn older_code_goes_on_with_a_schema_that_it_says_it_works_with() {
    for fixture in Fixture::all().await {
        let first = migration(1, "make", "CREATE TABLE t (a BIGINT)");
        let second = migration(2, "expand", "ALTER TABLE t ADD COLUMN b BIGINT");
        let third = migration(3, "more", "ALTER TABLE t ADD COLUMN c BIGINT");
        let old = std::slice::from_ref(&first);
        fixture.database.migrate("p", &[first.clone(), second.clone()], 2).await.expect("expands");
        fixture.database.migrate("p", old, 2).await.expect("it said it works with that");
        let refused = fixture.database.migrate("p", old, 1).await;
        assert!(matches!(refused, Err(StorageError::Newer { version: 2 })));
        fixture.database.migrate("p", &[first.clone(), second, third], 3).await.expect("expands again");
        let refused = fixture.database.migrate("p", old, 2).await;
        assert!(matches!(refused, Err(StorageError::Newer { version: 3 })));
    }
}

#[tokio::test]
async fn a_statement_goes_on_when_its_table_has_got_a_column() {
    for fixture in Fixture::all().await {
        let first = migration(1, "make", "CREATE TABLE t (a BIGINT); INSERT INTO t VALUES (1)");
        let second = migration(2, "grow", "ALTER TABLE t ADD COLUMN b BIGINT");
        let pool = fixture.database.plugin("p", std::slice::from_ref(&first)).await.expect("applies");
        let all = async || pool.query("SELECT * FROM t", &[], BOUNDS).await.expect("gives rows").rows.len();
        assert_eq!((all().await, all().await), (1, 1));
        fixture.database.migrate("p", &[first, second], 2).await.expect("grows");
        pool.renew();
        assert_eq!(all().await, 1);
    }
}

#[tokio::test]
async fn two_nodes_may_start_at_once() {
    let Some(fixture) = Fixture::postgres().await else { return };
    let steps = [migration(1, "make", "CREATE TABLE t (a BIGINT); INSERT INTO t VALUES (1)")];
    let starts = (0..4).map(|_| async {
        let database = fixture.again().await;
        database.plugin("p", &steps).await.expect("starts")
    });
    let pools = futures_util::future::join_all(starts).await;
    assert_eq!(one(&pools[0], "SELECT count(*) FROM t", &[]).await, Value::Int(1));
}
