//! `cargo xtask …`: everything this repository needs beyond `cargo` itself.
//!
//! Each command sets up what is missing, says what it does, and then gets out of the way.

mod bench;
mod build;
mod fixtures;
mod packages;
mod postgres;
mod report;
mod serve;
mod test;
mod wasm;
mod workspace;

use std::ffi::OsString;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "Build, run, test and measure Ward")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build what is missing and start the server (arguments go to `ward serve`)
    #[command(disable_help_flag = true)]
    Serve {
        /// Arguments of `ward serve`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Run every test: units, documentation, and the end-to-end suite on SQLite and on PostgreSQL
    Test {
        /// Only tests whose name contains this
        filter: Option<String>,
        /// Run the end-to-end suite on one database only
        #[arg(long, value_enum)]
        engine: Option<test::Engine>,
        /// Run the end-to-end suite only, not the unit and documentation tests
        #[arg(long)]
        end_to_end: bool,
        /// Install no Debian package, fetch nothing
        #[arg(long, env = "WARD_NO_INSTALL")]
        no_install: bool,
    },
    /// Measure: requests, uploads, start, memory, radiomics features
    Bench {
        /// Only these parts
        #[arg(value_enum)]
        parts: Vec<bench::Part>,
    },
    /// Build the host and the plugins
    Build {
        /// Also the small plugins that the tests use
        #[arg(long)]
        guests: bool,
    },
    /// Add the WebAssembly target to the toolchain
    Setup,
}

fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Serve { arguments } => serve::run(&arguments),
        Command::Test { filter, engine, end_to_end, no_install } => {
            test::run(&test::Options { filter, engine, end_to_end, install: !no_install })
        }
        Command::Bench { parts } => bench::run(&parts),
        Command::Build { guests } => build::all(guests),
        Command::Setup => wasm::ensure().map(drop),
    }
}
