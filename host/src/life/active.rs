//! Which version is active at which mount: one row for each domain.

use super::error::LifeError;
use super::package::{Package, bounds, maybe, optional, text, unexpected};
use super::work::retry;
use crate::storage::{Engine, Pool, SqlError, Transaction, Value};

/// On this channel nodes hear that a row changed.
pub(super) const CHANNEL: &str = "ward_plugins";

/// Name and version of a package.
pub(super) type Id = (String, String);

/// The row of a domain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The mount's domain.
    pub domain: String,
    /// What serves.
    pub(super) active: Option<Id>,
    /// Where a rollback leads.
    pub(super) previous: Option<Id>,
    /// Digest of the development file that was last taken over.
    pub(super) checkout: Option<String>,
    /// Counts the changes of this row; 0: there is none yet.
    pub(super) generation: i64,
    /// Milliseconds since 1970, UTC.
    pub(super) changed: i64,
}

impl Row {
    /// The row after this one, with `package` active.
    pub(super) fn activate(&self, package: &Package) -> Self {
        let id = (package.name.clone(), package.version.clone());
        if self.active.as_ref() == Some(&id) {
            return self.clone();
        }
        let previous = self.active.clone().or_else(|| self.previous.clone()).filter(|previous| *previous != id);
        Self { active: Some(id), previous, ..self.clone() }
    }

    /// Whether it names this package.
    pub(super) fn names(&self, package: &Package) -> bool {
        let is = |id: &Option<Id>| {
            id.as_ref().is_some_and(|(name, version)| *name == package.name && *version == package.version)
        };
        is(&self.active) || is(&self.previous)
    }
}

const SELECT: &str = "SELECT domain, name, version, previous_name, previous_version, checkout, generation, changed \
    FROM plugin_active";

/// All rows.
pub(super) async fn all(db: &Pool) -> Result<Vec<Row>, SqlError> {
    let rows = db.query(&format!("{SELECT} ORDER BY domain"), &[], bounds()).await?;
    rows.rows.into_iter().map(decode).collect()
}

/// The row of a domain; an empty one where there is none.
pub(super) async fn of(db: &Pool, domain: &str) -> Result<Row, SqlError> {
    let rows = db.query(&format!("{SELECT} WHERE domain = $1"), &[text(domain)], bounds()).await?;
    let found = rows.rows.into_iter().next().map(decode).transpose()?;
    Ok(found.unwrap_or_else(|| Row { domain: domain.to_owned(), ..Row::default() }))
}

/// Writes the row, and tells the other nodes with the commit. Another node that changed it since it was
/// read is an error: the lock was lost on the way.
pub(super) async fn put(db: &Pool, row: &Row, now: i64) -> Result<(), LifeError> {
    retry(|| async {
        let mut tx = db.begin().await?;
        if write(&mut tx, row, now).await? == 0 {
            return Err(LifeError::conflict("another node has changed what is active meanwhile"));
        }
        if db.engine() == Engine::Postgres {
            tx.execute("SELECT pg_notify($1, $2)", &[text(CHANNEL), text(&row.domain)]).await?;
        }
        Ok(tx.commit().await?)
    })
    .await
}

async fn write(tx: &mut Transaction, row: &Row, now: i64) -> Result<u64, SqlError> {
    const INSERT: &str = "INSERT INTO plugin_active \
        (domain, name, version, previous_name, previous_version, checkout, generation, changed) \
        VALUES ($1, $2, $3, $4, $5, $6, $7 + 1, $8) ON CONFLICT (domain) DO NOTHING";
    const UPDATE: &str = "UPDATE plugin_active SET name = $2, version = $3, previous_name = $4, previous_version = $5, \
        checkout = $6, generation = $7 + 1, changed = $8 WHERE domain = $1 AND generation = $7";
    let name = |id: &Option<Id>| optional(id.as_ref().map(|(name, _)| name.as_str()));
    let version = |id: &Option<Id>| optional(id.as_ref().map(|(_, version)| version.as_str()));
    let values = [
        text(&row.domain),
        name(&row.active),
        version(&row.active),
        name(&row.previous),
        version(&row.previous),
        optional(row.checkout.as_deref()),
        Value::Int(row.generation),
        Value::Int(now),
    ];
    tx.execute(if row.generation == 0 { INSERT } else { UPDATE }, &values).await
}

fn decode(row: Vec<Value>) -> Result<Row, SqlError> {
    let [
        Value::Text(domain),
        name,
        version,
        previous_name,
        previous_version,
        checkout,
        Value::Int(generation),
        Value::Int(changed),
    ] = <[Value; 8]>::try_from(row).map_err(|_| unexpected())?
    else {
        return Err(unexpected());
    };
    let id = |name, version| Ok::<_, SqlError>(maybe(name)?.zip(maybe(version)?));
    let (active, previous) = (id(name, version)?, id(previous_name, previous_version)?);
    Ok(Row { domain, active, previous, checkout: maybe(checkout)?, generation, changed })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(version: &str) -> Package {
        let text = String::new;
        Package {
            name: "p".into(),
            version: version.into(),
            digest: text(),
            bytes: 0,
            signer: None,
            signature: None,
            installed: 0,
            blob: text(),
        }
    }

    #[test]
    fn a_rollback_leads_to_what_served_before() {
        let first = Row::default().activate(&package("1"));
        assert_eq!((first.active.clone(), first.previous.clone()), (Some(("p".into(), "1".into())), None));
        let second = first.activate(&package("2"));
        assert_eq!(second.previous, Some(("p".into(), "1".into())));
        let back = second.activate(&package("1"));
        assert_eq!((back.active, back.previous), (Some(("p".into(), "1".into())), Some(("p".into(), "2".into()))));
    }

    #[test]
    fn activating_what_is_active_changes_nothing() {
        let row = Row::default().activate(&package("1")).activate(&package("2"));
        assert_eq!(row.activate(&package("2")), row);
    }
}
