//! `cargo xtask test`.

use std::process::Command;

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::postgres::Cluster;
use crate::report::Failures;
use crate::workspace::{cargo, guests, plugins, say, ward};
use crate::{build, fixtures};

/// A database that the end-to-end suite runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// Embedded.
    Sqlite,
    /// A throw-away cluster.
    Postgres,
}

impl Engine {
    fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// What to run.
pub struct Options {
    /// Part of a test's name.
    pub filter: Option<String>,
    /// One engine only.
    pub engine: Option<Engine>,
    /// Only the end-to-end suite.
    pub end_to_end: bool,
    /// Whether packages may be installed and fixtures fetched.
    pub install: bool,
}

/// The binaries of `tests/` that are run once for each engine.
const SUITE: [&str; 12] = [
    "--test",
    "background",
    "--test",
    "e2e",
    "--test",
    "hostile",
    "--test",
    "life",
    "--test",
    "operations",
    "--test",
    "registration",
];

/// Sets up what is missing, builds, and runs every test once, the end-to-end suite once per engine.
pub fn run(options: &Options) -> Result<()> {
    let mut untested = Vec::new();
    let mut note = |what: &str, outcome: Result<()>| {
        if let Err(error) = outcome {
            untested.push(format!("{what}: {error:#}"));
        }
    };
    note("real DICOM files", fixtures::pydicom(options.install));
    note("files made by dcmtk", fixtures::dcmtk(options.install));
    let mut cluster = None;
    if options.engine != Some(Engine::Sqlite) {
        note("PostgreSQL", Cluster::start(options.install).map(|started| cluster = Some(started)));
    }
    build::all(true)?;
    let mut failed = Vec::new();
    for (what, mut command) in commands(options, cluster.as_ref()) {
        say("Testing", &what);
        if let Some(told) = Failures::of(&mut command)? {
            failed.push((what, told));
        }
    }
    drop(cluster);
    verdict(&failed, &untested)
}

/// What is run, in this order. Everything that is no end-to-end test is run with the first engine.
fn commands(options: &Options, cluster: Option<&Cluster>) -> Vec<(String, Command)> {
    let engines = match options.engine {
        Some(engine) => vec![engine],
        None => vec![Engine::Sqlite, Engine::Postgres],
    };
    let mut commands = Vec::new();
    for (place, engine) in engines.into_iter().enumerate() {
        if engine == Engine::Postgres && cluster.is_none() {
            continue;
        }
        let everything = place == 0 && !options.end_to_end;
        let what = if everything { "all tests, end to end on" } else { "end to end on" };
        let targets: &[&str] = if everything { &["--lib", "--bins", "--tests"] } else { &SUITE };
        let mut command = test(engine, cluster);
        command.args(targets).args(&options.filter);
        commands.push((format!("{what} {}", engine.name()), command));
    }
    if !options.end_to_end {
        let mut command = test(Engine::Sqlite, cluster);
        command.arg("--doc").args(&options.filter);
        commands.push(("the documentation's examples".to_owned(), command));
    }
    commands
}

fn test(engine: Engine, cluster: Option<&Cluster>) -> Command {
    let mut command = cargo();
    command
        .args(["test", "--release", "--workspace", "--no-fail-fast"])
        .env("WARD_TEST_ENGINE", engine.name())
        .env("WARD_TEST_PLUGINS", plugins())
        .env("WARD_TEST_GUESTS", guests())
        .env("WARD_TEST_FIXTURES", fixtures::directory())
        .env("WARD_TEST_BINARY", ward());
    if let Some(cluster) = cluster {
        command.env("WARD_TEST_POSTGRES", cluster.url());
    }
    command
}

/// Failures are failures; what could not be tested is said plainly, and is a failure in CI.
fn verdict(failed: &[(String, String)], untested: &[String]) -> Result<()> {
    for what in untested {
        say("NOT TESTED", what);
    }
    for (what, told) in failed {
        say("FAILED", &format!("{what}\n{told}"));
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.iter().map(|(what, _)| what.as_str()).collect::<Vec<_>>().join("; "));
    }
    let in_ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
    if in_ci && !untested.is_empty() {
        bail!("in CI everything is tested");
    }
    say("Passed", if untested.is_empty() { "everything" } else { "everything but what is named above" });
    Ok(())
}
