//! The host's own migrations, built into the binary.

use super::Migration;

/// Name and texts of one step.
struct Embedded {
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

/// The two files of a step.
macro_rules! embed {
    ($name:literal) => {
        Embedded {
            name: $name,
            sqlite: include_str!(concat!("../../../../migrations/host/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../../../../migrations/host/postgres/", $name, ".sql")),
        }
    };
}

/// In order; the first is version 1.
///
/// To add a step, put `migrations/host/{sqlite,postgres}/NNNN_name.sql` there and add `embed!("NNNN_name")`.
const STEPS: &[Embedded] = &[embed!("0001_accounts"), embed!("0002_plugins"), embed!("0003_audit")];

/// The host's migrations.
pub(in super::super) fn migrations() -> Vec<Migration> {
    let migration = |(version, step): (u32, &Embedded)| Migration {
        version,
        name: step.name.to_owned(),
        sqlite: step.sqlite.to_owned(),
        postgres: step.postgres.to_owned(),
    };
    (1..).zip(STEPS).map(migration).collect()
}
