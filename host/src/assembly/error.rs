//! What can be wrong with an assembly.

use std::path::PathBuf;

use super::rules::Breach;

/// Why an assembly cannot be used. Names keys and variables, never their values.
#[derive(Debug, thiserror::Error)]
pub enum AssemblyError {
    /// Neither named nor found.
    #[error(
        "there is no assembly: `ward.toml` is not in this directory, and neither --config nor WARD_CONFIG names one"
    )]
    Missing,
    /// The file cannot be read.
    #[error("{} cannot be read", .file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Malformed, of the wrong type, or a key that does not exist.
    #[error("{}, line {line}: {key}{what}", .file.display())]
    Malformed {
        /// The file.
        file: PathBuf,
        /// Counted from 1.
        line: usize,
        /// The key and a colon, where the message does not name it itself.
        key: String,
        /// What is wrong.
        what: String,
    },
    /// `WARD_…` without a key of that name.
    #[error("the environment variable {0} is not one that Ward knows")]
    UnknownVariable(String),
    /// `WARD_…` with a value that its key cannot take.
    #[error("the environment variable {name} must be {expected}")]
    Variable {
        /// The variable.
        name: String,
        /// What it takes.
        expected: &'static str,
    },
    /// Well-formed, but against a rule.
    #[error(transparent)]
    Rule(#[from] Breach),
}
