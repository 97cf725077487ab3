//! `ward policy …`.

mod check;
mod explain;
mod table;

use anyhow::{Context as _, bail};

use super::log;
use crate::assembly::{Assembly, Mount};
use crate::examine::{self, Examined};

/// What about the policies.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Prints who may call what: a line for each operation, a column for each role, with the hospital's
    /// own policies. An account stands for a role that has only that role and no attributes.
    Table {
        /// The plugin, or the domain it is mounted with.
        plugin: String,
    },
    /// Checks the policies of every mount against its schema: the plugin's, the hospital's own, and those in
    /// further files, as if they were the hospital's. Fails with what is wrong, each with its file and line.
    Check(check::Arguments),
    /// Says what the policies decide, and which of them made the decision.
    Explain(explain::Arguments),
}

/// Runs the command.
pub(super) async fn run(command: &Command, assembly: Assembly) -> anyhow::Result<()> {
    log::start_quiet(assembly.log_format)?;
    match command {
        Command::Table { plugin } => table::run(plugin, &assembly).await,
        Command::Check(arguments) => check::run(arguments, &assembly).await,
        Command::Explain(arguments) => explain::run(arguments, &assembly).await,
    }
}

/// The mount of a plugin, or with this domain.
fn mount<'a>(assembly: &'a Assembly, name: &str) -> anyhow::Result<&'a Mount> {
    match assembly.mounts.iter().find(|mount| mount.domain() == name || mount.plugin == name) {
        Some(mount) => Ok(mount),
        None => bail!("the assembly does not mount `{name}`"),
    }
}

/// The development file of a mount with its policies.
async fn examine(assembly: &Assembly, mount: &Mount) -> anyhow::Result<Examined> {
    let runtime = examine::runtime(assembly)?;
    let examined = examine::file(assembly, &runtime, mount).await;
    examined.with_context(|| format!("mount `{}` at {}", mount.plugin, mount.path))
}
