//! Building the host, the plugins and the tests' guests.
//!
//! Every build of host code selects the whole workspace, and every build for WebAssembly all plugins
//! and the guests: cargo then unifies their features in one way, and no dependency is compiled twice.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::wasm::{self, TARGET};
use crate::workspace::{cargo, copy_if_changed, guests, plugins, root, run, target};

/// The host and the plugins, and the guests if wanted.
pub fn all(with_guests: bool) -> Result<()> {
    host()?;
    components(with_guests)
}

/// The binary `ward`.
pub fn host() -> Result<()> {
    run(cargo().args(["build", "--release", "--workspace", "--bin", "ward"]))
}

/// The plugins into `target/plugins`, the guests into `target/guests`.
pub fn components(with_guests: bool) -> Result<()> {
    let toolchain = wasm::ensure()?;
    let plugin_names = plugin_names()?;
    let mut command = wasm::cargo_for(&toolchain, "build");
    run(select(&mut command, &plugin_names, with_guests))?;

    let built = target().join(TARGET).join("release");
    std::fs::create_dir_all(plugins())?;
    for name in &plugin_names {
        copy_if_changed(&built.join(format!("ward_{name}.wasm")), &plugins().join(format!("{name}.wasm")))?;
    }
    if with_guests {
        copy_guests(&built.join("examples"))?;
    }
    Ok(())
}

fn select<'a>(command: &'a mut Command, plugins: &[String], with_guests: bool) -> &'a mut Command {
    for name in plugins {
        command.args(["--package", &format!("ward-{name}")]);
    }
    command.args(["--package", "ward-guests", "--lib"]);
    if with_guests {
        command.arg("--examples");
    }
    command
}

/// Every folder of `plugins/` but the SDK.
pub fn plugin_names() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(root().join("plugins"))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name != "sdk" && entry.path().join("Cargo.toml").exists() {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Copies the guests that have a source, and removes those that no longer do.
fn copy_guests(built: &Path) -> Result<()> {
    std::fs::create_dir_all(guests())?;
    let mut names = Vec::new();
    for entry in std::fs::read_dir(root().join("tests/guests/examples"))? {
        let path = entry?.path();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_some_and(|extension| extension == "rs") || path.join("main.rs").exists() {
            let name = format!("{}.wasm", stem.replace('_', "-"));
            copy_if_changed(&built.join(format!("{stem}.wasm")), &guests().join(&name))?;
            names.push(name);
        }
    }
    for entry in std::fs::read_dir(guests())? {
        let entry = entry?;
        if !names.contains(&entry.file_name().to_string_lossy().into_owned()) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
