//! Commit, rollback, and what neither reaches.

use std::time::Duration;

use super::super::{SqlError, Value};
use super::{BOUNDS, Fixture, one};

const COUNT: &str = "SELECT count(*) FROM item";

#[tokio::test]
async fn a_commit_lasts_and_a_drop_rolls_back() {
    for fixture in Fixture::all().await {
        let pool = fixture.plugin().await;
        let mut kept = pool.begin().await.expect("begins");
        kept.execute("INSERT INTO item (id) VALUES (1)", &[]).await.expect("inserts");
        assert_eq!(one(&pool, COUNT, &[]).await, Value::Int(0), "unseen before the commit");
        let seen = kept.query(COUNT, &[], BOUNDS).await.expect("selects");
        assert_eq!(seen.rows, [[Value::Int(1)]]);
        kept.commit().await.expect("commits");
        assert_eq!(one(&pool, COUNT, &[]).await, Value::Int(1));

        let mut dropped = pool.begin().await.expect("begins");
        dropped.execute("INSERT INTO item (id) VALUES (2)", &[]).await.expect("inserts");
        drop(dropped);
        let mut next = pool.begin().await.expect("begins at once");
        next.execute("INSERT INTO item (id) VALUES (3)", &[]).await.expect("inserts");
        next.commit().await.expect("commits");
        let ids = pool.query("SELECT id FROM item ORDER BY id", &[], BOUNDS).await.expect("selects");
        assert_eq!(ids.rows, [[Value::Int(1)], [Value::Int(3)]]);
    }
}

#[tokio::test]
async fn a_statement_that_is_given_up_ends_its_transaction() {
    for fixture in Fixture::all().await {
        let pool = fixture.plugin().await;
        let mut transaction = pool.begin().await.expect("begins");
        transaction.execute("INSERT INTO item (id) VALUES (1)", &[]).await.expect("inserts");
        let slow = "INSERT INTO item (id) WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT max(i) FROM n";
        let given_up = tokio::time::timeout(Duration::from_millis(50), transaction.execute(slow, &[])).await;
        assert!(given_up.is_err());
        assert!(matches!(transaction.commit().await, Err(SqlError::Invalid(_))));
        // The next one neither waits for long nor sees anything of it.
        let mut next =
            tokio::time::timeout(Duration::from_secs(5), pool.begin()).await.expect("in time").expect("begins");
        let seen = next.query(COUNT, &[], BOUNDS).await.expect("selects");
        assert_eq!(seen.rows, [[Value::Int(0)]]);
    }
}

#[tokio::test]
async fn a_failed_statement_ends_its_transaction_on_either_engine() {
    for fixture in Fixture::all().await {
        let pool = fixture.plugin().await;
        let mut transaction = pool.begin().await.expect("begins");
        transaction.execute("INSERT INTO item (id) VALUES (1)", &[]).await.expect("inserts");
        let duplicate = transaction.execute("INSERT INTO item (id) VALUES (1)", &[]).await;
        assert!(matches!(duplicate, Err(SqlError::Unique(_))));
        assert!(matches!(
            transaction.execute("INSERT INTO item (id) VALUES (2)", &[]).await,
            Err(SqlError::Invalid(_))
        ));
        assert!(matches!(transaction.commit().await, Err(SqlError::Invalid(_))));
        assert_eq!(one(&pool, COUNT, &[]).await, Value::Int(0));

        let mut upsert = pool.begin().await.expect("begins");
        for _ in 0..2 {
            upsert.execute("INSERT INTO item (id) VALUES (1) ON CONFLICT DO NOTHING", &[]).await.expect("goes on");
        }
        upsert.commit().await.expect("commits");
        assert_eq!(one(&pool, COUNT, &[]).await, Value::Int(1));
    }
}

#[tokio::test]
async fn transactions_are_serialisable() {
    for fixture in Fixture::all().await {
        let pool = fixture.plugin().await;
        pool.execute("INSERT INTO item (id, count) VALUES (1, 0)", &[]).await.expect("inserts");
        let mut tasks = Vec::new();
        for _ in 0..8 {
            let pool = pool.clone();
            tasks.push(tokio::spawn(async move {
                for _ in 0..5 {
                    // Read and written apart: any interleaving loses an addition.
                    loop {
                        match add_one(&pool).await {
                            Ok(()) => break,
                            Err(SqlError::Conflict) => {}
                            Err(error) => panic!("{error:?}"),
                        }
                    }
                }
            }));
        }
        for task in tasks {
            task.await.expect("adds");
        }
        assert_eq!(one(&pool, "SELECT count FROM item", &[]).await, Value::Int(40));
    }
}

async fn add_one(pool: &super::Pool) -> Result<(), SqlError> {
    let mut transaction = pool.begin().await?;
    let rows = transaction.query("SELECT count FROM item", &[], BOUNDS).await?;
    let Value::Int(count) = rows.rows[0][0] else { panic!("no number") };
    transaction.execute("UPDATE item SET count = $1", &[Value::Int(count + 1)]).await?;
    transaction.commit().await
}

#[tokio::test]
async fn a_deferred_constraint_fails_the_commit() {
    for fixture in Fixture::all().await {
        let deferred = "CREATE TABLE a (id BIGINT PRIMARY KEY);
            CREATE TABLE b (id BIGINT REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED);";
        let pool =
            fixture.database.plugin("deferred", &[super::migration(1, "deferred", deferred)]).await.expect("opens");
        let mut transaction = pool.begin().await.expect("begins");
        transaction.execute("INSERT INTO b (id) VALUES (1)", &[]).await.expect("inserts");
        assert!(matches!(transaction.commit().await, Err(SqlError::ForeignKey(_))));
        assert_eq!(one(&pool, "SELECT count(*) FROM b", &[]).await, Value::Int(0));
        pool.execute("INSERT INTO a (id) VALUES (1)", &[]).await.expect("the writer is free");
    }
}
