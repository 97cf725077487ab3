//! Debian packages that the tests use: installed when absent, where that is permitted.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::workspace::{run, say};

/// The program, from `PATH` or from Debian's places outside it.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin".into(), "/usr/bin".into()])
        .chain(postgres_directories())
        .map(|directory| directory.join(program))
        .find(|file| file.is_file())
}

/// Debian keeps PostgreSQL's programs out of `PATH`, one directory for each version; newest first.
fn postgres_directories() -> Vec<PathBuf> {
    let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") else { return Vec::new() };
    let mut found: Vec<_> =
        versions.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok()).collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.iter().map(|version| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin"))).collect()
}

/// Whether this process runs as root.
pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// Installs Debian packages.
pub fn install(packages: &[&str]) -> Result<()> {
    if !is_root() {
        bail!("only root can install them: apt-get install {}", packages.join(" "));
    }
    if find("apt-get").is_none() {
        bail!("this is no Debian: install {} by hand", packages.join(", "));
    }
    say("Installing", &format!("{} (Debian)", packages.join(", ")));
    run(apt().arg("update").arg("--quiet=2"))?;
    run(apt().args(["install", "--yes", "--quiet=2", "--no-install-recommends"]).args(packages))
}

fn apt() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").stdin(std::process::Stdio::null());
    command
}
