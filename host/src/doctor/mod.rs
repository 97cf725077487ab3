//! `ward doctor`: what is wrong with an installation, in sentences.
//!
//! It looks and changes nothing: no migration, no directory, no key. It works beside a server that runs and without one.

mod database;
mod files;
mod network;
mod stored;

use crate::assembly::Assembly;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Something does not work, or is open to others.
    Problem,
    /// Something should be looked at.
    Warning,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What it is, and what to do.
    pub sentence: String,
}

/// What has been found so far.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn problem(&mut self, sentence: impl Into<String>) {
        self.0.push(Finding { severity: Severity::Problem, sentence: sentence.into() });
    }

    fn warning(&mut self, sentence: impl Into<String>) {
        self.0.push(Finding { severity: Severity::Warning, sentence: sentence.into() });
    }
}

/// Looks at everything; the worst comes first.
pub async fn examine(assembly: &Assembly) -> Vec<Finding> {
    let mut findings = Findings::default();
    settings(assembly, &mut findings);
    files::examine(assembly, &mut findings);
    network::examine(assembly, &mut findings).await;
    if let Some(mut database) = database::open(assembly, &mut findings).await {
        database::examine(&mut database, assembly, &mut findings).await;
        stored::examine(&mut database, assembly, &mut findings).await;
    }
    findings.0.sort_by_key(|finding| finding.severity);
    findings.0
}

fn settings(assembly: &Assembly, findings: &mut Findings) {
    let password = &assembly.admin_password.0;
    if !password.is_empty() && password.chars().count() < 12 {
        findings.warning(
            "`admin_password` has fewer than 12 characters: set a better one with `ward admin reset-password`, and take this \
             one out of the assembly",
        );
    }
    let signed = assembly.mounts.iter().filter(|mount| !mount.unsigned);
    if assembly.trusted_keys.is_empty() && signed.count() > 0 {
        findings.warning("`trusted_keys` is empty: no version of a mount that needs signatures can be installed");
    }
    let year = chrono::Datelike::year(&crate::clock::system()());
    if !(2025..2100).contains(&year) {
        findings.problem(format!(
            "the clock of this machine says that it is the year {year}: tokens and schedules need the right time"
        ));
    }
}
