//! Grants and limits, asked as the generated glue asks.

use super::sql::Host as _;
use super::*;
use crate::storage::tests::Fixture;

const BOUNDS: Bounds = Bounds { rows: 100, bytes: 1 << 16 };

struct Request {
    ctx: SqlCtx,
    table: ResourceTable,
}

impl Request {
    fn new(pool: Option<Pool>) -> Self {
        Self { ctx: SqlCtx::new(pool, BOUNDS, 1_000), table: ResourceTable::new() }
    }

    fn view(&mut self) -> View<'_> {
        View { ctx: &mut self.ctx, table: &mut self.table }
    }

    async fn count(&mut self) -> Value {
        let rows =
            self.view().query("SELECT count(*) FROM item".into(), vec![]).await.expect("no trap").expect("counts");
        rows.rows[0][0].clone()
    }
}

#[tokio::test]
async fn without_the_grant_nothing_answers() {
    let mut request = Request::new(None);
    let statement = || "SELECT 1".to_owned();
    assert!(matches!(request.view().query(statement(), vec![]).await, Ok(Err(Error::Denied(_)))));
    assert!(matches!(request.view().execute(statement(), vec![]).await, Ok(Err(Error::Denied(_)))));
    assert!(matches!(request.view().begin().await, Ok(Err(Error::Denied(_)))));
}

#[tokio::test]
async fn statements_and_parameters_are_checked() {
    for fixture in Fixture::all().await {
        let mut request = Request::new(Some(fixture.plugin().await));
        let mut run = async |statement: &str, values: Vec<Value>| {
            request.view().query(statement.into(), values).await.expect("no trap")
        };
        assert!(matches!(run("PRAGMA foreign_keys", vec![]).await, Err(Error::Denied(_))));
        assert!(matches!(run("SELECT id FROM item WHERE id = $1", vec![]).await, Err(Error::Invalid(_))));
        assert!(matches!(run("SELECT 1", vec![Value::Int64(1)]).await, Err(Error::Invalid(_))));
        assert!(matches!(
            run("SELECT CAST($1 AS TEXT)", vec![Value::Text("x".repeat(1_001))]).await,
            Err(Error::TooLarge(_))
        ));
        assert!(matches!(run("VALUES (1)", vec![Value::Null; 1_001]).await, Err(Error::TooLarge(_))));
        let endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
        assert!(matches!(run(endless, vec![]).await, Err(Error::TooLarge(_))));
        let rows = run("SELECT CAST($1 AS TEXT) AS a", vec![Value::Text("x".into())]).await.expect("runs");
        assert_eq!(rows.columns, ["a"]);
    }
}

#[tokio::test]
async fn transactions_commit_and_roll_back() {
    for fixture in Fixture::all().await {
        let pool = fixture.plugin().await;
        let mut request = Request::new(Some(pool.clone()));
        let mut view = request.view();
        let open = view.begin().await.expect("no trap").expect("begins");
        let handle = Resource::new_borrow(open.rep());
        let insert = "INSERT INTO item (id) VALUES ($1)".to_owned();
        let inserted = sql::HostTransaction::execute(&mut view, handle, insert.clone(), vec![Value::Int64(1)]).await;
        assert!(matches!(inserted, Ok(Ok(1))));
        let handle = Resource::new_borrow(open.rep());
        let denied = sql::HostTransaction::execute(&mut view, handle, "COMMIT".into(), vec![]).await;
        assert!(matches!(denied, Ok(Err(Error::Denied(_)))));
        assert!(matches!(sql::HostTransaction::commit(&mut view, open).await, Ok(Ok(()))));
        assert!(matches!(request.count().await, Value::Int64(1)));

        let mut view = request.view();
        let open = view.begin().await.expect("no trap").expect("begins");
        let handle = Resource::new_borrow(open.rep());
        sql::HostTransaction::execute(&mut view, handle, insert, vec![Value::Int64(2)])
            .await
            .expect("no trap")
            .expect("inserts");
        // As after a trap: nobody says anything to the transaction.
        drop(request);
        let mut next = Request::new(Some(pool));
        let open = next.view().begin().await.expect("no trap").expect("begins");
        sql::HostTransaction::drop(&mut next.view(), open).await.expect("no trap");
        assert!(matches!(next.count().await, Value::Int64(1)));
    }
}

#[tokio::test]
async fn open_transactions_are_bounded_and_do_not_wait_for_themselves() {
    for fixture in Fixture::all().await {
        let pool = fixture.plugin().await;
        let most = if pool.engine() == Engine::Sqlite { 1 } else { MAX_OPEN };
        let mut request = Request::new(Some(pool));
        for _ in 0..most {
            request.view().begin().await.expect("no trap").expect("begins");
        }
        assert!(matches!(request.view().begin().await, Ok(Err(Error::TooLarge(_) | Error::Invalid(_)))));
        if most == 1 {
            let write = request.view().execute("DELETE FROM item".into(), vec![]).await;
            assert!(matches!(write, Ok(Err(Error::Invalid(_)))));
        }
        assert!(matches!(request.count().await, Value::Int64(0)));
    }
}

#[test]
fn the_linker_takes_the_interface() {
    let engine = wasmtime::Engine::default();
    let mut linker = Linker::<Request>::new(&engine);
    add_to_linker(&mut linker, Request::view).expect("links");
}
