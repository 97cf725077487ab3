//! The chain in the database.

use serde_json::json;

use super::AuditError;
use super::chain::{self, Head};
use super::record::Record;
use super::seal::Seal;
use crate::storage::row::Row;
use crate::storage::{Bounds, Engine, Pool, SqlError, Transaction, Value};

/// One small row.
const ONE: Bounds = Bounds { rows: 1, bytes: 4_096 };

/// The tables. Clones are the same.
#[derive(Clone)]
pub(super) struct Store {
    pool: Pool,
}

/// A record that is not in the chain yet.
pub(super) struct Fresh {
    record: Record,
    content: String,
}

impl Fresh {
    pub(super) fn new(record: &Record) -> Result<Self, AuditError> {
        let content = serde_json::to_string(record).map_err(|_| AuditError::Unwritable)?;
        Ok(Self { record: record.clone(), content })
    }

    pub(super) fn bytes(&self) -> usize {
        self.content.len()
    }
}

/// A record as it was stored.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub number: i64,
    pub columns: Columns,
    pub content: String,
    pub hash: String,
}

/// What stands beside the content, for searching.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    pub time: i64,
    pub domain: String,
    pub operation: String,
    pub account: Option<i64>,
    pub status: i64,
    pub break_glass: bool,
}

impl From<&Record> for Columns {
    fn from(record: &Record) -> Self {
        Self {
            time: record.time,
            domain: record.domain.clone(),
            operation: record.operation.clone(),
            account: record.account,
            status: record.status.into(),
            break_glass: record.break_glass.is_some(),
        }
    }
}

/// The columns of [`Stored`], in its order.
pub(super) const COLUMNS: &str = "number, time, domain, operation, account, status, break_glass, content, hash";

impl Store {
    /// In the host's schema. The chain is read as it is committed: what comes next is decided by the lock
    /// of its end, and a serialisable transaction would fail where this one waits its turn.
    pub(super) fn new(host: &Pool) -> Self {
        Self { pool: host.bookkeeping() }
    }

    /// Adds records to the chain, all or none, and tells its new end. The lock of the end is held until
    /// the commit: on whichever node, nobody else adds in between.
    pub(super) async fn append(&self, batch: &[Fresh], seal: &Seal) -> Result<Head, AuditError> {
        let mut tx = self.pool.begin().await?;
        let mut head = lock_head(&mut tx).await?;
        let mut rows = Vec::with_capacity(batch.len());
        let mut touched = Vec::new();
        for Fresh { record, content } in batch {
            head.number += 1;
            head.hash = chain::link(&head.hash, head.number, content);
            let of = Columns::from(record);
            rows.push(json!([
                head.number,
                of.time,
                of.domain,
                of.operation,
                of.account,
                of.status,
                of.break_glass,
                content,
                head.hash
            ]));
            for (kind, ids) in &record.touched {
                touched.extend(ids.iter().map(|id| json!([kind, id, head.number])));
            }
        }
        insert(&mut tx, &INSERT_RECORDS, rows).await?;
        if !touched.is_empty() {
            insert(&mut tx, &INSERT_TOUCHED, touched).await?;
        }
        let end = [Value::Int(head.number), Value::Text(head.hash.clone()), Value::Text(seal.sign(&head))];
        tx.execute("UPDATE audit_head SET number = $1, hash = $2, signature = $3", &end).await?;
        tx.commit().await?;
        Ok(head)
    }

    /// The end of the chain with its signature, and the number of the last record that is there.
    pub(super) async fn head(&self) -> Result<(Head, String, i64), AuditError> {
        const SELECT: &str = "SELECT number, hash, signature, (SELECT COALESCE(MAX(number), 0) FROM audit_record) \
             FROM audit_head WHERE id = 1";
        let found = self.pool.query(SELECT, &[], ONE).await?;
        let row = found.rows.into_iter().next().ok_or(AuditError::NoHead)?;
        let mut row = Row::new(row);
        let head = Head { number: row.int()?, hash: row.text()? };
        Ok((head, row.text()?, row.int()?))
    }

    /// The hash of a record, if it is there.
    pub(super) async fn hash(&self, number: i64) -> Result<Option<String>, AuditError> {
        let select = "SELECT hash FROM audit_record WHERE number = $1";
        let found = self.pool.query(select, &[Value::Int(number)], ONE).await?;
        Ok(found.rows.into_iter().next().map(|row| Row::new(row).text()).transpose()?)
    }

    /// Up to `count` records behind number `after`, in order.
    pub(super) async fn after(&self, after: i64, count: u32) -> Result<Vec<Stored>, AuditError> {
        let select = format!("SELECT {COLUMNS} FROM audit_record WHERE number > $1 ORDER BY number LIMIT $2");
        self.records(&select, &[Value::Int(after), Value::Int(count.into())]).await
    }

    /// The records that a `SELECT` of [`COLUMNS`] gives.
    pub(super) async fn records(&self, select: &str, params: &[Value]) -> Result<Vec<Stored>, AuditError> {
        // Each was held to its bounds when it was written.
        let found = self.pool.query(select, params, Bounds { rows: 10_000, bytes: usize::MAX }).await?;
        Ok(found.rows.into_iter().map(|row| stored(&mut Row::new(row))).collect::<Result<_, _>>()?)
    }

    /// What the search table says of the records from `first` to `last`: number, kind, id, in order.
    pub(super) async fn touched(&self, first: i64, last: i64) -> Result<Vec<(i64, String, String)>, AuditError> {
        const SELECT: &str = "SELECT number, kind, id FROM audit_touched WHERE number BETWEEN $1 AND $2";
        let bounds = Bounds { rows: usize::MAX, bytes: usize::MAX };
        let found = self.pool.query(SELECT, &[Value::Int(first), Value::Int(last)], bounds).await?;
        let read = |row: Vec<Value>| {
            let mut row = Row::new(row);
            Ok::<_, SqlError>((row.int()?, row.text()?, row.text()?))
        };
        let mut touched = found.rows.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        touched.sort_unstable();
        Ok(touched)
    }
}

/// One statement for a whole batch, of which the rows come as one JSON array of arrays.
struct Insert {
    sqlite: &'static str,
    postgres: &'static str,
}

const INSERT_RECORDS: Insert = Insert {
    sqlite: "INSERT INTO audit_record \
         (number, time, domain, operation, account, status, break_glass, content, hash) \
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, \
         value ->> 7, value ->> 8 FROM json_each($1)",
    postgres: "INSERT INTO audit_record \
         (number, time, domain, operation, account, status, break_glass, content, hash) \
         SELECT (value ->> 0)::bigint, (value ->> 1)::bigint, value ->> 2, value ->> 3, (value ->> 4)::bigint, \
         (value ->> 5)::bigint, (value ->> 6)::boolean, value ->> 7, value ->> 8 \
         FROM json_array_elements($1::text::json)",
};

const INSERT_TOUCHED: Insert = Insert {
    sqlite: "INSERT INTO audit_touched (kind, id, number) \
         SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each($1)",
    postgres: "INSERT INTO audit_touched (kind, id, number) \
         SELECT value ->> 0, value ->> 1, (value ->> 2)::bigint FROM json_array_elements($1::text::json)",
};

async fn insert(tx: &mut Transaction, insert: &Insert, rows: Vec<serde_json::Value>) -> Result<(), SqlError> {
    let statement = match tx.engine() {
        Engine::Sqlite => insert.sqlite,
        Engine::Postgres => insert.postgres,
    };
    let rows = serde_json::Value::Array(rows).to_string();
    tx.execute(statement, &[Value::Text(rows)]).await.map(drop)
}

/// The end of the chain, which nobody else can move before this transaction has ended.
async fn lock_head(tx: &mut Transaction) -> Result<Head, AuditError> {
    let select = match tx.engine() {
        // A transaction that writes is alone there.
        Engine::Sqlite => "SELECT number, hash FROM audit_head WHERE id = 1",
        Engine::Postgres => "SELECT number, hash FROM audit_head WHERE id = 1 FOR UPDATE",
    };
    let found = tx.query(select, &[], ONE).await?;
    let mut row = Row::new(found.rows.into_iter().next().ok_or(AuditError::NoHead)?);
    Ok(Head { number: row.int()?, hash: row.text()? })
}

fn stored(row: &mut Row) -> Result<Stored, SqlError> {
    Ok(Stored {
        number: row.int()?,
        columns: Columns {
            time: row.int()?,
            domain: row.text()?,
            operation: row.text()?,
            account: row.optional_int()?,
            status: row.int()?,
            break_glass: row.flag()?,
        },
        content: row.text()?,
        hash: row.text()?,
    })
}
