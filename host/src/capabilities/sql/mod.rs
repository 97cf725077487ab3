//! `ward:plugin/sql`: the plugin's own schema.

mod convert;

use wasmtime::component::{HasData, Linker, Resource, ResourceTable};

use crate::storage::{Bounds, Engine, MAX_PARAMETERS, Pool, SqlError, Transaction, guest_statement_ok};

use bindings::ward::plugin::sql::{self, Error, Rows, Value};
use convert::{parameters, rows};

/// Generated from `wit/sql.wit`.
#[allow(missing_docs, clippy::pedantic, reason = "generated")]
pub mod bindings {
    wasmtime::component::bindgen!({
        path: "../wit",
        inline: "package ward:sql-host; world host { import ward:plugin/sql@0.1.0; }",
        imports: { default: async | trappable },
        with: { "ward:plugin/sql.transaction": super::OpenTransaction },
    });
}

/// Transactions that one request may have open.
const MAX_OPEN: usize = 8;

/// What one request may use.
pub struct SqlCtx {
    /// The plugin's schema; `None` if `sql` is not granted.
    pub pool: Option<Pool>,
    /// Of one result.
    pub bounds: Bounds,
    /// Bytes of one call's parameters.
    pub call_bytes: usize,
    open: usize,
    /// Conflicts that this request has met.
    conflicts: u32,
}

impl SqlCtx {
    /// For a request of a plugin with this schema.
    #[must_use]
    pub fn new(pool: Option<Pool>, bounds: Bounds, call_bytes: usize) -> Self {
        Self { pool, bounds, call_bytes, open: 0, conflicts: 0 }
    }
}

/// A transaction in the guest's hands. Whoever drops the table rolls it back.
pub struct OpenTransaction(pub(in crate::capabilities) Transaction);

/// The context and the table that resources live in.
pub struct View<'a> {
    /// Of this request.
    pub ctx: &'a mut SqlCtx,
    /// Of this instance.
    pub table: &'a mut ResourceTable,
}

struct HasSql;

impl HasData for HasSql {
    type Data<'a> = View<'a>;
}

/// Gives a linker the interface.
pub fn add_to_linker<T: Send + 'static>(linker: &mut Linker<T>, view: fn(&mut T) -> View<'_>) -> wasmtime::Result<()> {
    sql::add_to_linker::<T, HasSql>(linker, view)
}

impl SqlCtx {
    /// Whether this request has a transaction open.
    #[must_use]
    pub fn in_transaction(&self) -> bool {
        self.open > 0
    }

    fn pool(&self) -> Result<&Pool, SqlError> {
        self.pool.as_ref().ok_or_else(|| SqlError::Denied("`sql` is not granted".into()))
    }

    /// Checks what a guest gives before anything else sees it.
    fn check(&self, statement: &str, parameters: &[Value]) -> Result<(), SqlError> {
        self.pool()?;
        let expected = guest_statement_ok(statement)?;
        if parameters.len() > MAX_PARAMETERS {
            return Err(SqlError::TooLarge(format!("more than {MAX_PARAMETERS} parameters")));
        }
        if parameters.len() != expected {
            return Err(SqlError::Invalid(format!(
                "the statement takes {expected} parameters and was given {}",
                parameters.len()
            )));
        }
        if convert::weight(parameters) > self.call_bytes {
            return Err(SqlError::TooLarge(format!("the parameters have more than {} bytes", self.call_bytes)));
        }
        Ok(())
    }

    /// SQLite has one writer: waiting for it while this request holds it would never end.
    fn check_not_writing(&self) -> Result<(), SqlError> {
        if self.open > 0 && self.pool()?.engine() == Engine::Sqlite {
            return Err(SqlError::Invalid("this request has a transaction open: write through it".into()));
        }
        Ok(())
    }

    async fn run_query(&self, statement: &str, values: Vec<Value>) -> Result<Rows, SqlError> {
        self.check(statement, &values)?;
        if !crate::storage::reads(statement) {
            self.check_not_writing()?;
        }
        Ok(rows(self.pool()?.query(statement, &parameters(values), self.bounds).await?))
    }

    async fn run_execute(&self, statement: &str, values: Vec<Value>) -> Result<u64, SqlError> {
        self.check(statement, &values)?;
        self.check_not_writing()?;
        self.pool()?.execute(statement, &parameters(values)).await
    }

    async fn run_begin(&self) -> Result<Transaction, SqlError> {
        let pool = self.pool()?;
        if self.open >= MAX_OPEN {
            return Err(SqlError::TooLarge(format!("more than {MAX_OPEN} open transactions")));
        }
        self.check_not_writing()?;
        if self.conflicts > 0 {
            tokio::time::sleep(pause(self.conflicts)).await;
        }
        pool.begin().await
    }

    /// Remembers a conflict, so that the next attempt waits for the others to finish.
    fn note<T>(&mut self, result: Result<T, SqlError>) -> Result<T, SqlError> {
        if matches!(result, Err(SqlError::Conflict)) {
            self.conflicts += 1;
        }
        result
    }
}

/// How long to wait after so many conflicts: up to 2, 4, … 128 ms, by chance, so that those who met do
/// not meet again.
fn pause(conflicts: u32) -> std::time::Duration {
    let most = 1_u64 << conflicts.min(7);
    std::time::Duration::from_micros(rand::random_range(0..most * 1_000))
}

impl sql::Host for View<'_> {
    async fn query(&mut self, statement: String, parameters: Vec<Value>) -> wasmtime::Result<Result<Rows, Error>> {
        Ok(self.ctx.run_query(&statement, parameters).await.map_err(Error::from))
    }

    async fn execute(&mut self, statement: String, parameters: Vec<Value>) -> wasmtime::Result<Result<u64, Error>> {
        Ok(self.ctx.run_execute(&statement, parameters).await.map_err(Error::from))
    }

    async fn begin(&mut self) -> wasmtime::Result<Result<Resource<OpenTransaction>, Error>> {
        match self.ctx.run_begin().await {
            Ok(transaction) => {
                let resource = self.table.push(OpenTransaction(transaction))?;
                self.ctx.open += 1;
                Ok(Ok(resource))
            }
            Err(error) => Ok(Err(error.into())),
        }
    }
}

impl sql::HostTransaction for View<'_> {
    async fn query(
        &mut self,
        transaction: Resource<OpenTransaction>,
        statement: String,
        values: Vec<Value>,
    ) -> wasmtime::Result<Result<Rows, Error>> {
        if let Err(error) = self.ctx.check(&statement, &values) {
            return Ok(Err(error.into()));
        }
        let transaction = &mut self.table.get_mut(&transaction)?.0;
        let result = transaction.query(&statement, &parameters(values), self.ctx.bounds).await;
        Ok(self.ctx.note(result).map(rows).map_err(Error::from))
    }

    async fn execute(
        &mut self,
        transaction: Resource<OpenTransaction>,
        statement: String,
        values: Vec<Value>,
    ) -> wasmtime::Result<Result<u64, Error>> {
        if let Err(error) = self.ctx.check(&statement, &values) {
            return Ok(Err(error.into()));
        }
        let transaction = &mut self.table.get_mut(&transaction)?.0;
        let result = transaction.execute(&statement, &parameters(values)).await;
        Ok(self.ctx.note(result).map_err(Error::from))
    }

    async fn commit(&mut self, transaction: Resource<OpenTransaction>) -> wasmtime::Result<Result<(), Error>> {
        if let Err(error) = self.ctx.pool() {
            return Ok(Err(error.into()));
        }
        let transaction = self.table.delete(transaction)?.0;
        self.ctx.open = self.ctx.open.saturating_sub(1);
        let result = transaction.commit().await;
        Ok(self.ctx.note(result).map_err(Error::from))
    }

    async fn drop(&mut self, transaction: Resource<OpenTransaction>) -> wasmtime::Result<()> {
        self.table.delete(transaction)?;
        self.ctx.open = self.ctx.open.saturating_sub(1);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
