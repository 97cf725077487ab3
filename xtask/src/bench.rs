//! `cargo xtask bench`.

use anyhow::Result;
use clap::ValueEnum;

use crate::build;
use crate::workspace::{cargo, guests, plugins, run as finish, ward};

/// A part of the measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// One request in process: instance, token, policy, database.
    Process,
    /// Requests per second over HTTP.
    Http,
    /// Upload and download of DICOM files, beside Orthanc.
    Dicom,
    /// Start with cached plugins; memory.
    Start,
    /// Signing in to the registration API.
    Accounts,
    /// The public lists of the registration API.
    Catalogue,
    /// Booking, and fifty who come at once for the last five slots.
    Booking,
    /// Statistics and rankings of the registration API over a million orders.
    Statistics,
    /// Radiomics features, native and in the sandbox, beside PyRadiomics.
    Radiomics,
}

/// Builds everything and runs the parts wanted, or all.
pub fn run(parts: &[Part]) -> Result<()> {
    build::all(true)?;
    finish(cargo().args(["build", "--release", "--workspace", "--bin", "ward-bench"]))?;
    let mut command = std::process::Command::new(crate::workspace::target().join("release/ward-bench"));
    command
        .current_dir(crate::workspace::root())
        .env("WARD_TEST_PLUGINS", plugins())
        .env("WARD_TEST_GUESTS", guests())
        .env("WARD_TEST_BINARY", ward());
    for part in parts {
        command.args(part.to_possible_value().map(|value| value.get_name().to_owned()));
    }
    finish(&mut command)
}
