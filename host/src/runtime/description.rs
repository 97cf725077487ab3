//! What a description must look like before anything is made of it: its name becomes a file, a schema
//! and a part of log lines.

use super::{Description, SchemaBounds};

/// Letters of a name.
const NAME_LENGTH: usize = 32;

/// Letters of a version.
const VERSION_LENGTH: usize = 64;

/// The longest life of a token: a year.
const TOKEN_SECONDS: u32 = 366 * 24 * 60 * 60;

/// What is wrong with a description.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum DescriptionError {
    /// The plugin's name.
    #[error("its name has at most {NAME_LENGTH} lower-case letters, digits and `-`, a letter first")]
    Name,
    /// A role's name.
    #[error("a role's name has at most {NAME_LENGTH} lower-case letters, digits, `-` and `_`, a letter first")]
    Role,
    /// The version.
    #[error("a version has letters, digits, `.`, `-` and `+`, at most {VERSION_LENGTH} of them")]
    Version,
    /// The bounds of its schema.
    #[error(
        "it must work with the schema that its own migrations lead to: minimum {minimum}, migrations {migrations}, maximum {maximum}"
    )]
    Schema {
        /// The oldest schema it works with.
        minimum: u32,
        /// How many migrations it has.
        migrations: usize,
        /// The newest.
        maximum: u32,
    },
    /// The life of a token.
    #[error("a token lives for at least one second and at most a year")]
    TokenLife,
}

/// Checks what no other part of the host checks.
pub(super) fn check(description: &Description) -> Result<(), DescriptionError> {
    if !is_name(&description.name, "-") {
        return Err(DescriptionError::Name);
    }
    if !description.roles.iter().all(|role| is_name(&role.name, "-_")) {
        return Err(DescriptionError::Role);
    }
    if !is_version(&description.version) {
        return Err(DescriptionError::Version);
    }
    let (SchemaBounds { minimum, maximum }, migrations) = (description.works_with, description.migrations.len());
    if !u32::try_from(migrations).is_ok_and(|own| (minimum..=maximum).contains(&own)) {
        return Err(DescriptionError::Schema { minimum, migrations, maximum });
    }
    let lives = [description.access_token_seconds, description.refresh_token_seconds];
    if lives.iter().any(|seconds| !(1..=TOKEN_SECONDS).contains(seconds)) {
        return Err(DescriptionError::TokenLife);
    }
    Ok(())
}

fn is_name(name: &str, marks: &str) -> bool {
    name.len() <= NAME_LENGTH
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || marks.contains(c))
}

fn is_version(version: &str) -> bool {
    (1..=VERSION_LENGTH).contains(&version.len())
        && version.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_and_no_paths() {
        for name in ["pacs", "x-ray2", "diagnostic_centre"] {
            assert!(is_name(name, "-_"), "{name}");
        }
        assert!(!is_name("x_ray", "-"));
        for name in ["", "Pacs", "2d", "../pacs", "a b", "影像", "a'; DROP TABLE x", &"a".repeat(33)] {
            assert!(!is_name(name, "-_"), "{name}");
        }
    }

    #[test]
    fn versions_are_short_and_plain() {
        assert!(is_version("1.0.0-rc.1+build"));
        assert!(!is_version(""));
        assert!(!is_version("1.0\n"));
    }
}
