//! PostgreSQL: every schema as one snapshot sees it, and back.

use std::fs::File;
use std::io::{Read, Write as _};

use anyhow::Context as _;
use futures_util::TryStreamExt as _;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _};

use super::archive::{self, Writer};
use super::digest::{Lines, Rows};
use super::manifest::TableSum;
use super::objects::Named;
use super::structure::{self, Structure, Table};
use crate::storage::{EmptyPostgres, PostgresReader};

/// What makes rows the same text whatever the session or the role was set to.
const SESSION: &str = "SET LOCAL search_path = pg_catalog; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL timezone = 'UTC'; \
    SET LOCAL intervalstyle = 'postgres'; SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; \
    SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '60s'; SET LOCAL client_encoding = 'UTF8'; \
    SET LOCAL check_function_bodies = off; SET LOCAL client_min_messages = warning; SET LOCAL xmloption = content";

const SCHEMAS: &str =
    "SELECT nspname::text FROM pg_namespace WHERE nspname = 'ward' OR nspname LIKE 'plugin\\_%' ORDER BY nspname";

/// A snapshot of the whole database.
pub(super) struct Snapshot {
    connection: PgConnection,
    schemas: Vec<(String, Structure)>,
}

impl Snapshot {
    /// Takes it. No table can be dropped or altered until it ends; rows may be written.
    pub(super) async fn take(reader: &PostgresReader) -> anyhow::Result<Self> {
        // Nobody migrates between the look at the tables and the locks on them.
        let quiet = reader.no_migrations().await.context("wait for migrations to end")?;
        let mut connection = reader.connect().await.context("connect to the database")?;
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        connection.execute(SESSION).await?;
        let names = connection.fetch_all(SCHEMAS).await?;
        let mut schemas = Vec::new();
        for row in names {
            let name: String = row.try_get(0)?;
            let structure = structure::read(&mut connection, &name).await?;
            for table in &structure.tables {
                let lock = format!("LOCK TABLE {} IN ACCESS SHARE MODE", table.quoted);
                connection.execute(AssertSqlSafe(lock)).await.with_context(|| format!("read {}", table.quoted))?;
            }
            schemas.push((name, structure));
        }
        quiet.release().await;
        Ok(Self { connection, schemas })
    }

    /// Writes every schema into the archive.
    pub(super) async fn write(&mut self, writer: &mut Writer, spool: &mut File) -> anyhow::Result<Vec<TableSum>> {
        let mut sums = Vec::new();
        for (schema, structure) in &self.schemas {
            writer.json(&format!("database/{schema}.json"), structure)?;
            for (number, table) in structure.tables.iter().enumerate() {
                let rows = copy_out(&mut self.connection, table, |piece| Ok(spool.write_all(piece)?)).await?;
                let file = format!("database/{schema}/{number:04}.copy");
                writer.spooled(&file, spool)?;
                sums.push(TableSum { file: Some(file), ..of(schema, table, &rows) });
            }
        }
        Ok(sums)
    }

    /// The objects that the snapshot names.
    pub(super) async fn named(&mut self) -> anyhow::Result<Vec<Named>> {
        let mut named = Vec::new();
        for (schema, structure) in &self.schemas {
            if !structure.tables.iter().any(|table| table.name == "ward_blob") {
                continue;
            }
            // The schema's name is one that `SCHEMAS` gave, and names of domains need no quotes.
            let domain = schema.strip_prefix("plugin_").map_or("packages".to_owned(), |name| name.replace('_', "-"));
            let select = format!("SELECT DISTINCT sha256, bytes FROM {schema}.ward_blob ORDER BY sha256");
            for row in self.connection.fetch_all(AssertSqlSafe(select)).await? {
                let bytes: i64 = row.try_get(1)?;
                let bytes = u64::try_from(bytes).unwrap_or_default();
                named.push(Named { domain: domain.clone(), sha256: row.try_get(0)?, bytes });
            }
        }
        Ok(named)
    }

    /// What is active.
    pub(super) async fn active(&mut self) -> anyhow::Result<Vec<(String, String, String)>> {
        let select = super::create::ACTIVE.replace("plugin_active", "ward.plugin_active");
        let rows = self.connection.fetch_all(AssertSqlSafe(select)).await?;
        let active = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)));
        Ok(active.collect::<sqlx::Result<_>>()?)
    }

    /// Ends it.
    pub(super) async fn end(self) {
        // A connection that cannot be closed properly is closed by being dropped.
        let _ = self.connection.close().await;
    }
}

fn of(schema: &str, table: &Table, rows: &Rows) -> TableSum {
    let (schema, table) = (schema.to_owned(), table.name.clone());
    TableSum { schema, table, rows: rows.count(), digest: rows.digest(), file: None }
}

async fn copy_out(
    connection: &mut PgConnection,
    table: &Table,
    mut take: impl FnMut(&[u8]) -> anyhow::Result<()>,
) -> anyhow::Result<Rows> {
    let statement = format!("COPY {} ({}) TO STDOUT", table.quoted, table.columns.join(", "));
    let mut lines = Lines::default();
    let mut pieces = connection.copy_out_raw(&statement).await.with_context(|| format!("read {}", table.quoted))?;
    while let Some(piece) = pieces.try_next().await.with_context(|| format!("read {}", table.quoted))? {
        lines.add(&piece);
        take(&piece)?;
    }
    Ok(lines.finish())
}

/// A restore: everything in one transaction.
pub(super) struct Filling<'e> {
    empty: &'e mut EmptyPostgres,
    schemas: Vec<(String, Structure)>,
}

impl<'e> Filling<'e> {
    /// Begins.
    pub(super) async fn begin(empty: &'e mut EmptyPostgres) -> anyhow::Result<Self> {
        let connection = empty.connection();
        connection.execute("BEGIN").await?;
        connection.execute(SESSION).await?;
        Ok(Self { empty, schemas: Vec::new() })
    }

    /// Makes a schema: its role, its types, its tables.
    pub(super) async fn schema(&mut self, name: &str, structure: Structure) -> anyhow::Result<()> {
        if let Some(domain) = name.strip_prefix("plugin_") {
            self.empty
                .make_plugin(&domain.replace('_', "-"))
                .await
                .with_context(|| format!("make the schema {name}"))?;
        }
        self.empty.act_as(name).await?;
        for statement in &structure.before {
            self.run(statement, name).await?;
        }
        self.schemas.push((name.to_owned(), structure));
        Ok(())
    }

    async fn run(&mut self, statement: &str, schema: &str) -> anyhow::Result<()> {
        let done = self.empty.connection().execute(sqlx::raw_sql(AssertSqlSafe(statement))).await;
        done.map(drop).with_context(|| format!("restore the structure of the schema {schema}"))
    }

    /// Puts rows into the table that this file is of.
    pub(super) async fn rows(&mut self, sum: &TableSum, size: u64, source: &mut dyn Read) -> anyhow::Result<()> {
        let missing = || format!("the archive is damaged: it has no structure of {}.{}", sum.schema, sum.table);
        let (_, structure) = self.schemas.iter().find(|(name, _)| *name == sum.schema).with_context(missing)?;
        let table = structure.tables.iter().find(|table| table.name == sum.table).with_context(missing)?;
        let statement = format!("COPY {} ({}) FROM STDIN", table.quoted, table.columns.join(", "));
        let restoring = || format!("restore {}.{}", sum.schema, sum.table);
        self.empty.act_as(&sum.schema).await?;
        let mut copy = self.empty.connection().copy_in_raw(&statement).await.with_context(restoring)?;
        let (mut left, mut piece) = (size, vec![0; 256 << 10]);
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(piece.len()).min(piece.len());
            let count = source.read(&mut piece[..most]).context("the archive is damaged or cut off")?;
            anyhow::ensure!(count > 0, "the archive is cut off");
            copy.send(&piece[..count]).await.with_context(restoring)?;
            left -= count as u64;
        }
        copy.finish().await.map(drop).with_context(restoring)
    }

    /// Makes what comes after the rows, and reads everything back: every row, and what the schemas are made of. Gives
    /// the sums of the tables, and the schemas that became others.
    pub(super) async fn finish(&mut self) -> anyhow::Result<(Vec<TableSum>, Vec<String>)> {
        let (mut sums, mut others) = (Vec::new(), Vec::new());
        for (name, structure) in std::mem::take(&mut self.schemas) {
            self.empty.act_as(&name).await?;
            for statement in &structure.after {
                self.run(statement, &name).await?;
            }
            for table in &structure.tables {
                let rows = copy_out(self.empty.connection(), table, |_| Ok(())).await?;
                sums.push(of(&name, table, &rows));
            }
            if !structure::read(self.empty.connection(), &name).await?.is_same(&structure) {
                others.push(format!("the schema {name} has other tables, constraints, indexes or sequences"));
            }
        }
        Ok((sums, others))
    }

    /// Makes it durable.
    pub(super) async fn commit(self) -> anyhow::Result<()> {
        self.empty.finish().await.context("commit the restored database")
    }
}

/// The structure in an archive's file.
pub(super) fn structure(size: u64, source: &mut dyn Read) -> anyhow::Result<Structure> {
    let mut bytes = Vec::new();
    archive::pieces(size, source, |piece| {
        bytes.extend_from_slice(piece);
        Ok(())
    })?;
    serde_json::from_slice(&bytes).context("the archive is damaged: a structure cannot be read")
}
