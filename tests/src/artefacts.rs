//! What was built: plugins, guests, the binary. `cargo xtask test` names the places; without it they
//! are cargo's own.

use std::path::{Path, PathBuf};

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests lie in the workspace")
}

/// Components of the plugins.
pub fn plugins() -> PathBuf {
    place("WARD_TEST_PLUGINS", "plugins")
}

/// Components of the tests' guests.
pub fn guests() -> PathBuf {
    place("WARD_TEST_GUESTS", "guests")
}

/// Fetched files.
pub fn fixtures() -> PathBuf {
    place("WARD_TEST_FIXTURES", "fixtures")
}

/// The server's binary.
pub fn binary() -> PathBuf {
    place("WARD_TEST_BINARY", "release/ward")
}

/// The compiled artefacts that tests share.
pub fn cache() -> PathBuf {
    target().join("test-cache")
}

fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |directory| root().join(directory))
}

fn place(variable: &str, below_target: &str) -> PathBuf {
    std::env::var_os(variable).map_or_else(|| target().join(below_target), PathBuf::from)
}
