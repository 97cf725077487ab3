//! `ward doctor`.

use std::fmt::Write as _;

use anyhow::bail;

use super::{log, say};
use crate::assembly::Assembly;
use crate::doctor::{self, Severity};

/// Says what is wrong; fails if something is.
pub(super) async fn run(assembly: Assembly) -> anyhow::Result<()> {
    log::start_quiet(assembly.log_format)?;
    let findings = doctor::examine(&assembly).await;
    let mut text = String::new();
    for finding in &findings {
        let severity = match finding.severity {
            Severity::Problem => "problem",
            Severity::Warning => "warning",
        };
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{severity}  {}", finding.sentence);
    }
    let problems = findings.iter().filter(|finding| finding.severity == Severity::Problem).count();
    if findings.is_empty() {
        text.push_str("Nothing is wrong.\n");
    }
    say(&text);
    if problems > 0 {
        bail!("{problems} of these must be mended");
    }
    Ok(())
}
