//! `ward inspect`.

use std::fmt::{self, Write as _};
use std::path::PathBuf;

use anyhow::Context as _;

use super::{log, say};
use crate::assembly::{Limits, LogFormat};
use crate::gateway::Operations;
use crate::runtime::{Cache, Description, Installed, Pool, RateScope, Runtime};

/// Which component.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The component, a `.wasm` file.
    file: PathBuf,
}

/// Compiles the component, lets it describe itself with nothing to touch, and says what it said.
pub(super) async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    log::start_quiet(LogFormat::Text)?;
    let file = arguments.file.display();
    let bytes = tokio::fs::read(&arguments.file).await.with_context(|| format!("read {file}"))?;
    let limits = Limits::default();
    let scratch = Scratch::new();
    let cache = Cache::open(&scratch.0.join("cache"), &scratch.0.join("keys")).context("make a temporary directory")?;
    let runtime =
        Runtime::new(Pool::for_limits([&limits].into_iter()), cache).map_err(|error| anyhow::anyhow!("{error:#}"))?;
    let installed = runtime.install(&bytes, &limits).await.with_context(|| format!("inspect {file}"))?;
    let operations = Operations::parse(&installed.description.openapi, &limits)?;
    let mut text = String::new();
    describe(&mut text, &installed, &operations)?;
    say(&text);
    Ok(())
}

/// A directory for the compiled artefact, which nobody needs afterwards.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("ward-inspect-{}", uuid::Uuid::new_v4())))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn describe(text: &mut String, installed: &Installed, operations: &Operations) -> fmt::Result {
    let description = &installed.description;
    writeln!(text, "{} {}", plain(&description.name), plain(&description.version))?;
    writeln!(text, "sha256:{}\n", installed.digest)?;
    capabilities(text, description)?;
    roles(text, description)?;
    rate_limits(text, description)?;
    migrations(text, description)?;
    let (access, refresh) = (description.access_token_seconds, description.refresh_token_seconds);
    writeln!(text, "Access tokens live {access} s, refresh tokens {refresh} s.\n")?;
    writeln!(text, "Operations ({})", operations.names().len())?;
    operations.names().iter().try_for_each(|name| writeln!(text, "  {}", plain(name)))
}

fn capabilities(text: &mut String, description: &Description) -> fmt::Result {
    writeln!(text, "It asks to be given")?;
    for capability in &description.capabilities {
        writeln!(text, "  {:<10} {}", capability.name(), capability.sentence())?;
    }
    if description.capabilities.is_empty() {
        writeln!(text, "  nothing")?;
    }
    writeln!(text)
}

fn roles(text: &mut String, description: &Description) -> fmt::Result {
    writeln!(text, "Roles ({})", description.roles.len())?;
    for role in &description.roles {
        let administrator = if role.administrator { " (the platform administrator has it)" } else { "" };
        writeln!(text, "  {:<20} {}{administrator}", plain(&role.name), plain(&role.description))?;
    }
    writeln!(text)
}

fn rate_limits(text: &mut String, description: &Description) -> fmt::Result {
    writeln!(text, "Rate limits ({})", description.rate_limits.len())?;
    for limit in &description.rate_limits {
        let scope = match limit.scope {
            RateScope::Address => "address",
            RateScope::Account => "account",
        };
        let of = if limit.operations.is_empty() { "all operations".into() } else { limit.operations.join(", ") };
        let (name, requests, seconds) = (plain(&limit.name), limit.requests, limit.seconds);
        writeln!(text, "  {name:<20} {requests} in {seconds} s per {scope}: {}", plain(&of))?;
    }
    writeln!(text)
}

fn migrations(text: &mut String, description: &Description) -> fmt::Result {
    writeln!(text, "Migrations ({})", description.migrations.len())?;
    for migration in &description.migrations {
        writeln!(text, "  {:<4} {}", migration.version, plain(&migration.name))?;
    }
    writeln!(text)
}

/// The component is not trusted, and a terminal obeys control characters.
fn plain(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(plain("a\u{1b}[2Jb\n影像"), "a\u{fffd}[2Jb\u{fffd}影像");
    }

    #[test]
    fn the_temporary_directory_goes_again() {
        let scratch = Scratch::new();
        let path = scratch.0.clone();
        std::fs::create_dir_all(path.join("cache")).unwrap();
        drop(scratch);
        assert!(!path.exists());
    }
}
