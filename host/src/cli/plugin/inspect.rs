//! `ward plugin inspect`.

use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use bytes::Bytes;

use super::super::{load, log, say};
use super::{component, plain, signature_beside};
use crate::assembly::{Limits, LogFormat};
use crate::examine;
use crate::gateway::Operations;
use crate::runtime::{Cache, Description, Installed, Pool, RateScope, Runtime};
use crate::signature::TrustedKeys;

/// Compiles the component, lets it describe itself with nothing to touch, and says what it said.
pub(super) async fn run(file: &Path, config: Option<&Path>) -> anyhow::Result<()> {
    log::start_quiet(LogFormat::Text)?;
    let bytes = component(file)?;
    let signature = signature(file, &bytes, config);
    let installed = Bench::new()?.install(bytes).await.with_context(|| format!("inspect {}", file.display()))?;
    let operations = Operations::parse(&installed.description.openapi, &Limits::default())?;
    let mut text = String::new();
    describe(&mut text, &installed, &signature, &operations)?;
    say(&text);
    Ok(())
}

/// Whose signature lies beside the file, if the assembly can be found that says who is trusted.
fn signature(file: &Path, bytes: &[u8], config: Option<&Path>) -> String {
    let Ok(signature) = std::fs::read_to_string(signature_beside(file)) else { return "not signed".into() };
    match load(config, Vec::new()) {
        Err(_) => "signed; no assembly says whom to trust".into(),
        Ok(assembly) => match TrustedKeys::new(&assembly.trusted_keys).signer(bytes, &signature) {
            Ok(signer) => format!("signed by {}", plain(signer)),
            Err(error) => format!("NOT TRUSTED: {error}"),
        },
    }
}

/// Where a component is examined that is not installed.
pub(super) struct Bench {
    runtime: Runtime,
    _scratch: Scratch,
}

impl Bench {
    pub(super) fn new() -> anyhow::Result<Self> {
        let scratch = Scratch::new();
        let (cache, keys) = (scratch.0.join("cache"), scratch.0.join("keys"));
        let cache = Cache::open(&cache, &keys).context("make a temporary directory")?;
        let pool = Pool::for_limits([&Limits::default()].into_iter());
        let runtime = Runtime::new(pool, cache).map_err(|error| anyhow::anyhow!("{error:#}"))?;
        Ok(Self { runtime, _scratch: scratch })
    }

    /// Compiles a component and lets it describe itself.
    pub(super) async fn install(&self, bytes: Bytes) -> anyhow::Result<Installed> {
        Ok(examine::install(&self.runtime, bytes, &Limits::default()).await?)
    }
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

fn describe(text: &mut String, installed: &Installed, signature: &str, operations: &Operations) -> fmt::Result {
    let description = &installed.description;
    writeln!(text, "{} {}", plain(&description.name), plain(&description.version))?;
    writeln!(text, "sha256:{}", installed.digest)?;
    writeln!(text, "{signature}\n")?;
    capabilities(text, description)?;
    roles(text, description)?;
    rate_limits(text, description)?;
    migrations(text, description)?;
    by_itself(text, description)?;
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

/// What it does without being asked.
fn by_itself(text: &mut String, description: &Description) -> fmt::Result {
    writeln!(text, "Schedules ({})", description.schedules.len())?;
    for schedule in &description.schedules {
        let (name, cron, kind) = (plain(&schedule.name), plain(&schedule.cron), plain(&schedule.kind));
        writeln!(text, "  {name:<20} {cron}: {kind}")?;
    }
    writeln!(text, "\nSubscriptions ({})", description.subscriptions.len())?;
    for one in &description.subscriptions {
        let (publisher, topic, kind) = (plain(&one.publisher), plain(&one.topic), plain(&one.kind));
        writeln!(text, "  {publisher:<20} {topic}: {kind}")?;
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
    let bounds = description.works_with;
    writeln!(text, "  It works with schemas {} to {}.", bounds.minimum, bounds.maximum)?;
    writeln!(text)
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
