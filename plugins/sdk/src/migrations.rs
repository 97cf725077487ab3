//! Migrations, embedded at compile time.

/// One forward step of the plugin's schema, for both engines.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Counts from 1, without gaps.
    pub version: u32,
    /// A few words, with underscores as in the file's name.
    pub name: &'static str,
    /// The statements for SQLite.
    pub sqlite: &'static str,
    /// The statements for PostgreSQL.
    pub postgres: &'static str,
}

impl Migration {
    /// A migration from its file's name (`0001_start`) and both texts.
    ///
    /// # Panics
    ///
    /// Where the name does not start with four digits and `_`; in a constant that is a compile error.
    #[must_use]
    pub const fn new(file: &'static str, sqlite: &'static str, postgres: &'static str) -> Self {
        let bytes = file.as_bytes();
        assert!(bytes.len() > 5 && bytes[4] == b'_', "a migration is named NNNN_name");
        let mut version = 0;
        let mut index = 0;
        while index < 4 {
            assert!(bytes[index].is_ascii_digit(), "a migration is named NNNN_name");
            version = version * 10 + (bytes[index] - b'0') as u32;
            index += 1;
        }
        Self { version, name: file.split_at(5).1, sqlite, postgres }
    }
}

/// Embeds `migrations/<domain>/{sqlite,postgres}/<file>.sql` from the workspace's top-level folder; a
/// file that is missing for one of the engines does not compile.
///
/// ```text
/// migrations: ward_sdk::migrations!("notes": "0001_start", "0002_authors"),
/// ```
#[macro_export]
macro_rules! migrations {
    ($domain:literal: $($file:literal),+ $(,)?) => {
        &[$($crate::Migration::new(
            $file,
            include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"), "/../../migrations/", $domain, "/sqlite/", $file, ".sql"
            )),
            include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"), "/../../migrations/", $domain, "/postgres/", $file, ".sql"
            )),
        )),+]
    };
}

#[cfg(test)]
mod tests {
    use super::Migration;

    #[test]
    fn the_name_gives_version_and_words() {
        const STEP: Migration = Migration::new("0012_add_authors", "a", "b");
        assert_eq!((STEP.version, STEP.name), (12, "add_authors"));
    }
}
