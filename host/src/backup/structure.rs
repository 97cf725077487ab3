//! What a schema of PostgreSQL is made of, as the statements that make it again.

use anyhow::{Context as _, ensure};
use serde::{Deserialize, Serialize};
use sqlx::{Executor as _, PgConnection, Row as _};

/// A schema: what comes before its rows, its tables, and what comes after their rows.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Structure {
    /// Types, functions, sequences, tables.
    pub(super) before: Vec<String>,
    /// The tables.
    pub(super) tables: Vec<Table>,
    /// Where the sequences stand, constraints, indexes, views, triggers.
    pub(super) after: Vec<String>,
}

/// A table and the columns that its rows are copied with.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Table {
    /// Its name.
    pub(super) name: String,
    /// Schema and name, quoted.
    pub(super) quoted: String,
    /// The columns that are not computed, quoted.
    pub(super) columns: Vec<String>,
}

impl Structure {
    /// Whether another is made of the same statements; they may come in another order.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let sorted = |statements: &[String]| {
            let mut sorted = statements.to_vec();
            sorted.sort();
            sorted
        };
        sorted(&self.before) == sorted(&other.before) && sorted(&self.after) == sorted(&other.after)
    }
}

/// What is not carried: said, rather than lost.
const FOREIGN: &str = "SELECT what || ' `' || name || '`' FROM (
    SELECT CASE relkind WHEN 'p' THEN 'partitioned table' WHEN 'f' THEN 'foreign table' WHEN 'm' THEN 'materialized view'
        WHEN 'c' THEN 'composite type' ELSE 'relation' END AS what, relname::text AS name
        FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind NOT IN ('r', 'i', 'S', 'v', 't')
    UNION ALL SELECT 'inherited table', c.relname::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r'
    UNION ALL SELECT 'type', typname::text FROM pg_type
        WHERE typnamespace = $1::regnamespace AND typtype NOT IN ('e', 'b', 'c')
    UNION ALL SELECT 'aggregate', proname::text FROM pg_proc WHERE pronamespace = $1::regnamespace AND prokind IN ('a', 'w')
    UNION ALL SELECT 'row-level policy', polname::text FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
        WHERE c.relnamespace = $1::regnamespace
    UNION ALL SELECT 'rule', r.rulename::text FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
        WHERE c.relnamespace = $1::regnamespace AND r.rulename <> '_RETURN'
    UNION ALL SELECT 'operator', oprname::text FROM pg_operator WHERE oprnamespace = $1::regnamespace
    UNION ALL SELECT 'collation', collname::text FROM pg_collation WHERE collnamespace = $1::regnamespace
    UNION ALL SELECT 'text search configuration', cfgname::text FROM pg_ts_config WHERE cfgnamespace = $1::regnamespace
    UNION ALL SELECT 'extension', extname::text FROM pg_extension WHERE extnamespace = $1::regnamespace
    ) AS found LIMIT 1";

const ENUMS: &str = "SELECT format('CREATE TYPE %I.%I AS ENUM (%s)', n.nspname, t.typname,
        (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid))
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typnamespace = $1::regnamespace AND t.typtype = 'e' ORDER BY t.oid";

/// Those that a table's default or check may need, before the tables; those that speak of a table, after them.
const FUNCTIONS: &str = "SELECT pg_get_functiondef(p.oid) FROM pg_proc p
    WHERE p.pronamespace = $1::regnamespace AND p.prokind IN ('f', 'p') AND $2 = EXISTS (
        SELECT 1 FROM pg_depend d JOIN pg_type t ON t.oid = d.refobjid AND d.refclassid = 'pg_type'::regclass
        WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND t.typrelid <> 0)
    ORDER BY p.oid";

/// Those that stand alone or belong to a `serial` column. An identity column makes its own.
const SEQUENCES: &str =
    "SELECT format('CREATE SEQUENCE %I.%I AS %s INCREMENT %s MINVALUE %s MAXVALUE %s START %s CACHE %s%s',
        n.nspname, c.relname, format_type(s.seqtypid, NULL), s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache,
        CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END)
    FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relnamespace = $1::regnamespace AND NOT EXISTS (SELECT 1 FROM pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i') ORDER BY c.oid";

const OWNED: &str =
    "SELECT format('ALTER SEQUENCE %I.%I OWNED BY %I.%I.%I', n.nspname, c.relname, tn.nspname, t.relname, a.attname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'a'
        AND d.refclassid = 'pg_class'::regclass
    JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace tn ON tn.oid = t.relnamespace
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
    WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'S' ORDER BY c.oid";

const TABLES: &str = "SELECT c.relname::text, format('%I.%I', n.nspname, c.relname),
    format('CREATE %sTABLE %I.%I (%s)%s', CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END, n.nspname, c.relname,
        coalesce((SELECT string_agg(format('%I %s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
            CASE WHEN a.attcollation <> t.typcollation THEN (SELECT format(' COLLATE %I.%I', cn.nspname, co.collname)
                FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = a.attcollation) ELSE '' END,
            CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END,
            CASE WHEN a.attgenerated <> '' THEN format(' GENERATED ALWAYS AS (%s) %s', pg_get_expr(f.adbin, f.adrelid),
                CASE a.attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END)
            WHEN a.attidentity <> '' THEN (SELECT format(' GENERATED %s AS IDENTITY (SEQUENCE NAME %I.%I INCREMENT %s MINVALUE %s
                MAXVALUE %s START %s CACHE %s%s)', CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, n.nspname,
                sc.relname, s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache, CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END)
                FROM pg_depend d JOIN pg_sequence s ON s.seqrelid = d.objid JOIN pg_class sc ON sc.oid = d.objid
                WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'i' AND d.refclassid = 'pg_class'::regclass
                    AND d.refobjid = c.oid AND d.refobjsubid = a.attnum)
            WHEN f.adbin IS NOT NULL THEN format(' DEFAULT %s', pg_get_expr(f.adbin, f.adrelid)) ELSE '' END), ', ' ORDER BY a.attnum)
            FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), ''),
        CASE WHEN c.reloptions IS NULL THEN '' ELSE format(' WITH (%s)', array_to_string(c.reloptions, ', ')) END),
    (SELECT coalesce(array_agg(quote_ident(a.attname) ORDER BY a.attnum), '{}') FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r' ORDER BY c.oid";

/// Foreign keys last: the others are what they lead to.
const CONSTRAINTS: &str = "SELECT format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid))
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r' AND k.contype IN ('p', 'u', 'x', 'c', 'f')
    ORDER BY CASE k.contype WHEN 'f' THEN 1 ELSE 0 END, k.oid";

const INDEXES: &str = "SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r'
        AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
    ORDER BY i.indexrelid";

const VIEWS: &str = "SELECT format('CREATE VIEW %I.%I AS %s', n.nspname, c.relname, pg_get_viewdef(c.oid))
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'v' ORDER BY c.oid";

const TRIGGERS: &str = "SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = $1::regnamespace AND NOT t.tgisinternal ORDER BY t.oid";

const STATISTICS: &str =
    "SELECT pg_get_statisticsobjdef(oid) FROM pg_statistic_ext WHERE stxnamespace = $1::regnamespace ORDER BY oid";

const COUNTERS: &str =
    "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'S' ORDER BY c.oid";

/// Tables that a restore makes by itself: by one the host knows its roles, the other is the mark of a restore.
const MADE_ANEW: [&str; 2] = ["installation", "restore_unfinished"];

/// Reads a schema. Names come out with their schemas where the session's `search_path` is empty.
pub(super) async fn read(connection: &mut PgConnection, schema: &str) -> anyhow::Result<Structure> {
    if let Some(foreign) = list(connection, FOREIGN, schema).await?.first() {
        ensure!(
            false,
            "the schema `{schema}` has what a backup of Ward cannot carry, the {foreign}: back this database up with pg_dump"
        );
    }
    let mut structure = Structure::default();
    structure.before.extend(list(connection, ENUMS, schema).await?);
    structure.before.extend(functions(connection, schema, false).await?);
    structure.before.extend(list(connection, SEQUENCES, schema).await?);
    for row in connection.fetch_all(sqlx::query(TABLES).bind(schema)).await? {
        let name: String = row.try_get(0)?;
        if schema != "ward" || !MADE_ANEW.contains(&name.as_str()) {
            structure.before.push(row.try_get(2)?);
            structure.tables.push(Table { name, quoted: row.try_get(1)?, columns: row.try_get(3)? });
        }
    }
    structure.before.extend(functions(connection, schema, true).await?);
    structure.after.extend(list(connection, OWNED, schema).await?);
    for counter in list(connection, COUNTERS, schema).await? {
        structure.after.push(position(connection, &counter).await?);
    }
    for select in [CONSTRAINTS, INDEXES, VIEWS, TRIGGERS, STATISTICS] {
        structure.after.extend(list(connection, select, schema).await?);
    }
    if schema == "ward" {
        let anew = MADE_ANEW.map(|table| format!(" ward.{table} "));
        structure.after.retain(|statement| !anew.iter().any(|table| statement.contains(table)));
    }
    Ok(structure)
}

async fn list(connection: &mut PgConnection, select: &'static str, schema: &str) -> anyhow::Result<Vec<String>> {
    let rows = connection.fetch_all(sqlx::query(select).bind(schema)).await;
    let rows = rows.with_context(|| format!("read the structure of the schema `{schema}`"))?;
    Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
}

async fn functions(connection: &mut PgConnection, schema: &str, of_tables: bool) -> anyhow::Result<Vec<String>> {
    let rows = connection.fetch_all(sqlx::query(FUNCTIONS).bind(schema).bind(of_tables)).await?;
    Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
}

/// The statement that lets a sequence stand where it stands.
async fn position(connection: &mut PgConnection, quoted: &str) -> anyhow::Result<String> {
    let select =
        format!("SELECT format('SELECT pg_catalog.setval(%L, %s, %L)', $1, last_value, is_called) FROM {quoted}");
    let row = connection.fetch_one(sqlx::query(sqlx::AssertSqlSafe(select)).bind(quoted)).await?;
    Ok(row.try_get(0)?)
}
