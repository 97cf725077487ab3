//! `cargo xtask serve`.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, Result};

use crate::build;
use crate::workspace::{plugins, root, say, ward};

/// Builds what is missing and becomes `ward serve`.
pub fn run(arguments: &[OsString]) -> Result<()> {
    build::all(false)?;
    let mut command = Command::new(ward());
    command.current_dir(root()).arg("serve").args(arguments);
    if std::env::var_os("WARD_PLUGINS").is_none() && std::env::var_os("CARGO_TARGET_DIR").is_some() {
        command.env("WARD_PLUGINS", plugins());
    }
    say("Starting", "ward serve");
    // The server takes this process's place: signals and the exit status are its own.
    Err(command.exec()).with_context(|| format!("cannot start {}", ward().display()))
}
