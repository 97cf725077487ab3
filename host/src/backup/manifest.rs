//! What an archive says of itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The form of archives that this version writes and reads.
pub(super) const FORMAT: u32 = 1;
/// The first entry: what kind of archive this is.
pub(super) const HEAD: &str = "ward-backup.json";
/// The last entry.
pub(super) const MANIFEST: &str = "manifest.json";

/// What the first entry says.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Head {
    /// [`FORMAT`].
    pub format: u32,
    /// The version of Ward that wrote it.
    pub ward: String,
    /// `sqlite` or `postgres`.
    pub engine: String,
    /// When, RFC 3339.
    pub created: String,
}

/// What the last entry says: everything that the archive holds.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Manifest {
    /// What the first entry says.
    pub head: Head,
    /// Every file but the objects.
    pub files: BTreeMap<String, FileSum>,
    /// Every table.
    pub tables: Vec<TableSum>,
    /// The objects, by domain.
    pub objects: BTreeMap<String, ObjectsSum>,
    /// Objects that the database names, and that were missing or not what they should be.
    pub damaged: Vec<String>,
    /// What was active: domain, plugin, version.
    pub active: Vec<(String, String, String)>,
}

/// A file.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct FileSum {
    /// Bytes.
    pub bytes: u64,
    /// Hexadecimal.
    pub sha256: String,
}

/// A table.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct TableSum {
    /// Its schema, or with SQLite its file.
    pub schema: String,
    /// Its name.
    pub table: String,
    /// Rows.
    pub rows: u64,
    /// Of their content, in any order.
    pub digest: String,
    /// The file that has its rows, with PostgreSQL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// The objects of a domain.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub struct ObjectsSum {
    /// Their number.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Of their names, in any order.
    pub digest: String,
}

impl Manifest {
    /// Where another set of tables differs, in sentences.
    pub(super) fn differences(&self, found: &[TableSum]) -> Vec<String> {
        let mut differences = Vec::new();
        for table in &self.tables {
            let name = format!("the table {}.{}", table.schema, table.table);
            match found.iter().find(|other| other.schema == table.schema && other.table == table.table) {
                None => differences.push(format!("{name} is missing")),
                Some(other) if other.rows != table.rows => {
                    differences.push(format!("{name} has {} rows and not {}", other.rows, table.rows));
                }
                Some(other) if other.digest != table.digest => {
                    differences.push(format!("{name} has other content"));
                }
                Some(_) => {}
            }
        }
        for other in found {
            if !self.tables.iter().any(|table| table.schema == other.schema && table.table == other.table) {
                differences.push(format!("the table {}.{} was not there", other.schema, other.table));
            }
        }
        differences
    }

    /// For the operator.
    pub fn report(&self) -> String {
        let rows: u64 = self.tables.iter().map(|table| table.rows).sum();
        let objects: u64 = self.objects.values().map(|sum| sum.objects).sum();
        let bytes: u64 = self.objects.values().map(|sum| sum.bytes).sum();
        let keys = self.files.keys().filter(|name| name.starts_with("keys/")).count();
        let mut lines = vec![
            format!("taken      {} by Ward {} on {}", self.head.created, self.head.ward, self.head.engine),
            format!("database   {} tables with {rows} rows", self.tables.len()),
            format!("objects    {objects} with {bytes} bytes"),
            format!("keys       {keys}"),
        ];
        for (domain, plugin, version) in &self.active {
            lines.push(format!("active     {plugin} {version} in the domain {domain}"));
        }
        for object in &self.damaged {
            lines.push(format!("damaged    the object {object} was missing or damaged when the backup was made"));
        }
        lines.join("\n") + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str, rows: u64, digest: &str) -> TableSum {
        TableSum { schema: "s".into(), table: name.into(), rows, digest: digest.into(), file: None }
    }

    #[test]
    fn a_difference_is_named() {
        let head = Head { format: FORMAT, ward: String::new(), engine: String::new(), created: String::new() };
        let manifest = Manifest {
            head,
            files: BTreeMap::new(),
            tables: vec![table("a", 1, "x"), table("b", 1, "x"), table("c", 1, "x"), table("d", 1, "x")],
            objects: BTreeMap::new(),
            damaged: Vec::new(),
            active: Vec::new(),
        };
        assert!(manifest.differences(&manifest.tables).is_empty());
        let found = [table("a", 2, "x"), table("b", 1, "y"), table("d", 1, "x"), table("e", 0, "")];
        let expected = [
            "the table s.a has 2 rows and not 1",
            "the table s.b has other content",
            "the table s.c is missing",
            "the table s.e was not there",
        ];
        assert_eq!(manifest.differences(&found), expected);
    }
}
