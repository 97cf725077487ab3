//! The command line: one file for each subcommand.

mod admin;
mod audit;
mod backup;
mod check;
mod doctor;
mod help;
mod jobs;
mod key;
mod log;
mod plugin;
mod policy;
mod serve;

use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{FromArgMatches as _, Parser, Subcommand};

use crate::assembly::Assembly;

/// Hosts the API of a hospital as a set of sandboxed WebAssembly components.
#[derive(Debug, Parser)]
#[command(name = "ward", version, after_help = help::EXIT_CODES, max_term_width = 100)]
struct Cli {
    /// The assembly; without it the file that `WARD_CONFIG` names, or else ./ward.toml.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the assembly until it is told to stop (SIGINT or SIGTERM; running requests finish).
    Serve(serve::Arguments),
    /// Loads the assembly and its development builds, validates their policies, says what would be mounted, and
    /// exits. Touches no database and no blob store.
    Check,
    /// About plugins: what they are, what is installed, what serves.
    #[command(subcommand)]
    Plugin(plugin::Command),
    /// About the keys that plugins are signed with.
    #[command(subcommand)]
    Key(key::Command),
    /// About the policies of a plugin.
    #[command(subcommand)]
    Policy(policy::Command),
    /// About the jobs of plugins: those that are dead, and what becomes of them.
    #[command(subcommand)]
    Jobs(jobs::Command),
    /// Writes the database, the objects that it names, the keys and what is active into one file, while requests are
    /// served. The file holds patients' data and secrets.
    Backup {
        /// The file, which must not be there yet.
        file: PathBuf,
    },
    /// Restores a backup into an empty place (data directory, database, blob store), and proves that it is equal.
    Restore(backup::Restore),
    /// Says in sentences what is wrong with an installation; changes nothing. Fails if something must be mended.
    Doctor,
    /// About the records of who touched whose data.
    #[command(subcommand)]
    Audit(audit::Command),
    /// About the platform administrator.
    #[command(subcommand)]
    Admin(admin::Command),
}

/// Runs the command line of this process. The exit code is 0 for success, 1 for a failure and 2 for a
/// command line that is not understood.
#[must_use]
pub fn main() -> ExitCode {
    let command = help::complete(<Cli as clap::CommandFactory>::command());
    let cli = match Cli::from_arg_matches(&command.get_matches()) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&anyhow::Error::new(error).context("cannot start the threads")),
    };
    match runtime.block_on(run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    let load = |overrides: Vec<(&'static str, OsString)>| load(cli.config.as_deref(), overrides);
    match cli.command {
        Command::Serve(arguments) => serve::run(load(arguments.overrides())?).await,
        Command::Check => check::run(load(Vec::new())?).await,
        Command::Plugin(command) => plugin::run(&command, cli.config.as_deref()).await,
        Command::Key(command) => key::run(&command),
        Command::Policy(command) => policy::run(&command, load(Vec::new())?).await,
        Command::Jobs(command) => jobs::run(&command, cli.config.as_deref()).await,
        Command::Backup { file } => backup::back_up(&file, load(Vec::new())?).await,
        Command::Restore(arguments) => backup::restore(&arguments, || load(Vec::new())).await,
        Command::Doctor => doctor::run(load(Vec::new())?).await,
        Command::Audit(command) => audit::run(&command, cli.config.as_deref()).await,
        Command::Admin(command) => admin::run(&command, load(Vec::new())?).await,
    }
}

/// The assembly; `overrides` are variables that the command line sets.
fn load(config: Option<&std::path::Path>, overrides: Vec<(&'static str, OsString)>) -> anyhow::Result<Assembly> {
    let overridden = |name: &OsString| overrides.iter().any(|(other, _)| name == other);
    let mut variables: Vec<_> = std::env::vars_os().filter(|(name, _)| !overridden(name)).collect();
    variables.extend(overrides.into_iter().map(|(name, value)| (name.into(), value)));
    Ok(Assembly::load(config, variables)?)
}

fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("ward: {error:#}");
    ExitCode::FAILURE
}

/// Writes to standard output. Nobody reading it any more is no reason to stop.
fn say(text: &str) {
    let mut output = std::io::stdout().lock();
    let _ = output.write_all(text.as_bytes()).and_then(|()| output.flush());
}

#[cfg(test)]
mod tests;
