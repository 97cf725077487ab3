//! Debian's `wrk`.

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

/// Seconds of one measurement.
pub const SECONDS: u32 = 6;

/// Requests per second with 16 connections, every answer a success.
pub async fn requests_per_second(url: &str, token: Option<&str>) -> Result<f64> {
    let mut command = Command::new("wrk");
    command.args(["--threads", "2", "--connections", "16", "--duration", &format!("{SECONDS}s")]);
    if let Some(token) = token {
        command.args(["--header", &format!("authorization: Bearer {token}")]);
    }
    let output = command.arg(url).output().await.context("wrk is not installed (Debian: apt-get install wrk)")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(output.status.success(), "wrk failed: {text}");
    ensure!(!text.contains("Non-2xx") && !text.contains("Socket errors"), "not every request succeeded: {text}");
    let line = text.lines().find_map(|line| line.strip_prefix("Requests/sec:")).context("wrk counts nothing")?;
    Ok(line.trim().parse()?)
}
