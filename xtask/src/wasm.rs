//! The target `wasm32-wasip2`, for which plugins are built.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::packages;
use crate::workspace::{cargo, output, say};

/// The target's name.
pub const TARGET: &str = "wasm32-wasip2";

/// How the target's standard library comes to be.
#[derive(Clone, Debug)]
pub enum Toolchain {
    /// Installed with the toolchain, by rustup.
    Installed,
    /// Built from Debian's sources with Debian's compiler.
    Debian {
        /// Links components; comes with the rustup toolchain.
        component_linker: PathBuf,
        /// Links core modules; comes with the rustup toolchain.
        linker: PathBuf,
    },
}

/// Adds the target if it is missing: by rustup, or where that cannot, from Debian's packages.
pub fn ensure() -> Result<Toolchain> {
    if installed()? {
        return Ok(Toolchain::Installed);
    }
    say("Adding", &format!("the target {TARGET} (rustup target add {TARGET})"));
    let added = Command::new("rustup").args(["target", "add", TARGET]).status();
    if added.is_ok_and(|status| status.success()) && installed()? {
        return Ok(Toolchain::Installed);
    }
    debian().with_context(|| format!("rustup cannot add {TARGET}, and neither can Debian's packages"))
}

/// A `cargo` that builds for the target.
pub fn cargo_for(toolchain: &Toolchain, subcommand: &str) -> Command {
    let mut command = cargo();
    command.args([subcommand, "--release", "--target", TARGET]);
    if let Toolchain::Debian { component_linker, linker } = toolchain {
        // The standard library is built here, from the sources of the very compiler that builds it;
        // the C library is Debian's, which the compiler would otherwise seek among its own files.
        let flags = [
            "-C link-self-contained=no".to_owned(),
            "-L native=/usr/lib/wasm32-wasi".to_owned(),
            format!("-C linker={}", component_linker.display()),
            format!("-C link-arg=--wasm-ld-path={}", linker.display()),
        ];
        command
            .arg("-Zbuild-std=std,panic_abort")
            .env("RUSTC", DEBIAN_RUSTC)
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_WASM32_WASIP2_RUSTFLAGS", flags.join(" "));
    }
    command
}

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "rust-web-src", "rust-web-llvm", "wasi-libc"];

fn installed() -> Result<bool> {
    let library = output(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]))?;
    let Ok(files) = std::fs::read_dir(library) else { return Ok(false) };
    Ok(files.flatten().any(|file| file.file_name().to_string_lossy().starts_with("libstd-")))
}

fn debian() -> Result<Toolchain> {
    say("Falling back", "to Debian's compiler and library sources (rustc-web, wasi-libc)");
    let absent = !Path::new(DEBIAN_RUSTC).exists() || !Path::new("/usr/lib/wasm32-wasi").exists();
    if absent {
        packages::install(&DEBIAN_PACKAGES)?;
    }
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]))?;
    let tools = Path::new(&sysroot).join("lib/rustlib").join(host()?).join("bin");
    let component_linker = tools.join("wasm-component-ld");
    let linker = tools.join("gcc-ld/wasm-ld");
    for tool in [&component_linker, &linker] {
        if !tool.exists() {
            bail!("the toolchain has no {}", tool.display());
        }
    }
    Ok(Toolchain::Debian { component_linker, linker })
}

fn host() -> Result<String> {
    let version = output(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc -vV names no host")?.to_owned())
}
