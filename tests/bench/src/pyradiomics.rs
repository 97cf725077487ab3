//! PyRadiomics, where it is installed.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tokio::process::Command;
use ward_radiomics_features::phantom::Phantom;

/// The version that the reference values come from.
const VERSION: &str = "v3.0.1";

const SCRIPT: &str = include_str!("pyradiomics.py");

/// What it needs and finds.
pub struct PyRadiomics {
    /// Processor time of one extraction of all classes.
    pub all: Duration,
    /// Of the shape alone.
    pub shape: Duration,
    /// By full name.
    pub features: BTreeMap<String, f64>,
}

/// Whether `WARD_BENCH_PYTHON`, by default `python3`, has it in the version wanted.
pub async fn is_installed() -> bool {
    let version = python().args(["-c", "import radiomics; print(radiomics.__version__)"]).output().await;
    version.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).trim() == VERSION)
}

impl PyRadiomics {
    /// Extracts the features of a phantom.
    pub async fn run(phantom: &Phantom<i16>) -> Result<Self> {
        let home = tempfile::tempdir()?;
        let image: Vec<u8> = phantom.image.iter().flat_map(|value| value.to_le_bytes()).collect();
        tokio::fs::write(home.path().join("image"), image).await?;
        tokio::fs::write(home.path().join("mask"), &phantom.mask).await?;
        let size = phantom.size.iter().map(ToString::to_string);
        let geometry = size.chain(phantom.spacing.iter().map(ToString::to_string));
        let output = python().args(["-c", SCRIPT]).arg(home.path()).args(geometry).output().await?;
        ensure!(output.status.success(), "PyRadiomics: {}", String::from_utf8_lossy(&output.stderr));
        let found: Value = serde_json::from_slice(&output.stdout)?;
        let time = |part: &str| found[part].as_f64().map(Duration::from_secs_f64).context("a time");
        Ok(Self {
            all: time("all")?,
            shape: time("shape")?,
            features: serde_json::from_value(found["features"].clone())?,
        })
    }
}

fn python() -> Command {
    let mut command = Command::new(std::env::var_os("WARD_BENCH_PYTHON").unwrap_or_else(|| "python3".into()));
    // One thread, as everywhere here.
    command.env("OMP_NUM_THREADS", "1").env("OPENBLAS_NUM_THREADS", "1").stdin(Stdio::null());
    command
}
