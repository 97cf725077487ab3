//! Grants and limits, asked as the generated glue asks.

use super::blobs::{Host as _, HostWriter as _};
use super::*;
use crate::storage::tests::Fixture;
use crate::storage::{BlobStore, Bounds, Pool};
use crate::{capabilities::sql, capabilities::sql::SqlCtx};

struct Request {
    ctx: BlobsCtx,
    table: ResourceTable,
}

impl Request {
    fn new(container: Option<Container>) -> Self {
        Self { ctx: BlobsCtx::new(container, Vec::new(), 6 << 20, 8 << 20), table: ResourceTable::new() }
    }

    fn view(&mut self) -> View<'_> {
        View { ctx: &mut self.ctx, table: &mut self.table }
    }

    async fn begin(&mut self, pool: &Pool) -> Resource<OpenTransaction> {
        let mut ctx = SqlCtx::new(Some(pool.clone()), Bounds { rows: 1, bytes: 1 }, 1);
        let mut view = sql::View { ctx: &mut ctx, table: &mut self.table };
        sql::bindings::ward::plugin::sql::Host::begin(&mut view).await.expect("no trap").expect("begins")
    }

    async fn commit(&mut self, pool: &Pool, transaction: Resource<OpenTransaction>) {
        let mut ctx = SqlCtx::new(Some(pool.clone()), Bounds { rows: 1, bytes: 1 }, 1);
        let mut view = sql::View { ctx: &mut ctx, table: &mut self.table };
        sql::bindings::ward::plugin::sql::HostTransaction::commit(&mut view, transaction)
            .await
            .expect("no trap")
            .expect("commits");
    }

    async fn upload(&mut self, bytes: &[u8]) -> u32 {
        let writer = self.view().create().await.expect("no trap").expect("creates");
        let handle = Resource::new_borrow(writer.rep());
        self.view().write(handle, bytes.to_vec()).await.expect("no trap").expect("writes");
        self.view().finish(writer).await.expect("no trap").expect("finishes")
    }
}

async fn granted(fixture: &Fixture) -> (Request, Pool) {
    let pool = fixture.plugin().await;
    let store = BlobStore::open("", fixture.directory.path()).await.expect("opens");
    (Request::new(Some(store.container("alpha", pool.clone()))), pool)
}

#[tokio::test]
async fn without_the_grant_nothing_answers() {
    let fixture = Fixture::sqlite().await;
    let pool = fixture.plugin().await;
    let mut request = Request::new(None);
    let transaction = request.begin(&pool).await;
    let handle = || Resource::new_borrow(transaction.rep());
    assert!(matches!(request.view().read_upload(0, 0, 1).await, Ok(Err(Error::Denied(_)))));
    assert!(matches!(request.view().keep(0, "a/b".into(), handle()).await, Ok(Err(Error::Denied(_)))));
    assert!(matches!(request.view().info("x".into()).await, Ok(Err(Error::Denied(_)))));
    assert!(matches!(request.view().read("x".into(), 0, 1).await, Ok(Err(Error::Denied(_)))));
    assert!(matches!(request.view().remove("x".into(), handle()).await, Ok(Err(Error::Denied(_)))));
    assert!(matches!(request.view().create().await, Ok(Err(Error::Denied(_)))));
}

#[tokio::test]
async fn an_object_is_made_kept_read_and_removed() {
    for fixture in Fixture::all().await {
        let (mut request, pool) = granted(&fixture).await;
        let upload = request.upload(b"a report").await;
        assert!(matches!(request.view().read_upload(upload, 2, 6).await, Ok(Ok(bytes)) if bytes == b"report"));
        let transaction = request.begin(&pool).await;
        let handle = Resource::new_borrow(transaction.rep());
        let info = request.view().keep(upload, "text/plain".into(), handle).await.expect("no trap").expect("keeps");
        assert!(matches!(request.view().info(info.id.clone()).await, Ok(Err(Error::NotFound))));
        request.commit(&pool, transaction).await;
        assert!(
            matches!(request.view().info(info.id.clone()).await, Ok(Ok(found)) if found.size == 8 && found.media_type == "text/plain")
        );
        assert!(matches!(request.view().read(info.id.clone(), 0, 1).await, Ok(Ok(bytes)) if bytes == b"a"));
        let transaction = request.begin(&pool).await;
        let handle = Resource::new_borrow(transaction.rep());
        request.view().remove(info.id.clone(), handle).await.expect("no trap").expect("removes");
        request.commit(&pool, transaction).await;
        assert!(matches!(request.view().read(info.id, 0, 1).await, Ok(Err(Error::NotFound))));
    }
}

#[tokio::test]
async fn sizes_and_counts_are_bounded() {
    let fixture = Fixture::sqlite().await;
    let (mut request, _) = granted(&fixture).await;
    assert!(matches!(request.view().read_upload(0, 0, 1).await, Ok(Err(Error::NotFound))));
    assert!(matches!(request.view().read_upload(u32::MAX, 0, 1).await, Ok(Err(Error::NotFound))));
    let too_long = u32::try_from(MAX_CALL + 1).expect("fits");
    assert!(matches!(request.view().read("x".into(), 0, too_long).await, Ok(Err(Error::TooLarge(_)))));
    let writer = request.view().create().await.expect("no trap").expect("creates");
    let mut write = async |bytes: usize| {
        let handle = Resource::new_borrow(writer.rep());
        request.view().write(handle, vec![0; bytes]).await.expect("no trap")
    };
    assert!(matches!(write(MAX_CALL + 1).await, Err(Error::TooLarge(_))));
    assert!(write(MAX_CALL).await.is_ok());
    assert!(matches!(write(3 << 20).await, Err(Error::TooLarge(_))), "one object");
    let second = request.view().create().await.expect("no trap").expect("creates");
    let handle = Resource::new_borrow(second.rep());
    assert!(request.view().write(handle, vec![0; MAX_CALL]).await.expect("no trap").is_ok());
    let handle = Resource::new_borrow(second.rep());
    assert!(matches!(request.view().write(handle, vec![0; 1]).await, Ok(Err(Error::TooLarge(_)))), "all together");
    for _ in 2..MAX_WRITERS {
        request.view().create().await.expect("no trap").expect("creates");
    }
    assert!(matches!(request.view().create().await, Ok(Err(Error::TooLarge(_)))));
    request.view().drop(second).await.expect("no trap");
    assert!(request.view().create().await.expect("no trap").is_ok());
}

#[test]
fn the_linker_takes_the_interface() {
    let engine = wasmtime::Engine::default();
    let mut linker = Linker::<Request>::new(&engine);
    add_to_linker(&mut linker, Request::view).expect("links");
}

#[test]
fn a_lost_transaction_is_told_apart_from_a_store_that_is_away() {
    use crate::storage::{BlobError, SqlError};
    assert!(matches!(Error::from(BlobError::Sql(SqlError::Conflict)), Error::Conflict));
    assert!(matches!(Error::from(BlobError::Sql(SqlError::Timeout)), Error::Unavailable));
}
