//! `ward audit …`.

use std::path::Path;

use anyhow::{Context as _, bail};
use reqwest::Method;
use serde_json::Value;

use super::plugin::SERVER;
use super::plugin::server::Server;
use super::{load, log, say};
use crate::assembly::Assembly;
use crate::audit::{Anchor, Head, Verified, Verifier};
use crate::clock;
use crate::identity::Identity;
use crate::storage::Database;

/// What about the audit.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Reads the chain of audit records in the database from its beginning to its end, and says what was
    /// changed, taken away or put elsewhere; fails if anything was. A server may be running.
    Verify {
        /// An end of the chain that was printed or noted before, NUMBER:HASH: it must still be there.
        #[arg(long, value_name = "NUMBER:HASH", value_parser = head)]
        head: Vec<Head>,
    },
    /// Writes the records as FHIR R4 `AuditEvent` resources (IHE BALP) to standard output, the newest first: one
    /// Bundle of up to a thousand records on each line.
    #[command(after_help = SERVER)]
    Export(Wanted),
}

/// Which records; all, where nothing is said.
#[derive(Debug, clap::Args)]
pub(super) struct Wanted {
    /// Of this account.
    #[arg(long, value_name = "NUMBER")]
    account: Option<i64>,
    /// Naming the patient of this id.
    #[arg(long, value_name = "ID")]
    patient: Option<String>,
    /// Of this domain.
    #[arg(long)]
    domain: Option<String>,
    /// Of this operation.
    #[arg(long)]
    operation: Option<String>,
    /// That ended so: `success`, `denied` or `failure`.
    #[arg(long)]
    outcome: Option<String>,
    /// At this time or later, such as 2026-01-31T08:00:00Z.
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Before this time.
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// With a reason to get past a denial.
    #[arg(long)]
    break_glass: bool,
}

impl Wanted {
    fn query(&self) -> Vec<(&'static str, String)> {
        let Self { account, patient, domain, operation, outcome, from, until, break_glass } = self;
        let texts = [
            ("patient", patient.clone()),
            ("domain", domain.clone()),
            ("operation", operation.clone()),
            ("outcome", outcome.clone()),
            ("from", from.clone()),
            ("until", until.clone()),
            ("account", account.map(|account| account.to_string())),
            ("break_glass", break_glass.then(|| "true".to_owned())),
            ("limit", Some("1000".to_owned())),
        ];
        texts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

fn head(text: &str) -> Result<Head, String> {
    Head::parse(text).ok_or_else(|| "an end of the chain is NUMBER:HASH".to_owned())
}

/// Runs the command.
pub(super) async fn run(command: &Command, config: Option<&Path>) -> anyhow::Result<()> {
    match command {
        Command::Verify { head } => {
            let assembly = load(config, Vec::new())?;
            log::start_quiet(assembly.log_format)?;
            verify(&assembly, head).await
        }
        Command::Export(wanted) => export(config, wanted).await,
    }
}

/// Page after page, each as the server gives it.
async fn export(config: Option<&Path>, wanted: &Wanted) -> anyhow::Result<()> {
    let server = Server::connect(config).await?;
    let mut next = server.operation(Method::GET, "/audit/bundle").query(&wanted.query());
    loop {
        let bundle = server.send(next).await?;
        say(&format!("{bundle}\n"));
        match next_page(&bundle) {
            Some(path) => next = server.operation(Method::GET, path),
            None => return Ok(()),
        }
    }
}

/// The path of the next page, behind `/_ward`.
fn next_page(bundle: &Value) -> Option<&str> {
    let mut links = bundle["link"].as_array()?.iter();
    links.find(|link| link["relation"] == "next")?["url"].as_str()?.strip_prefix("/_ward")
}

async fn verify(assembly: &Assembly, heads: &[Head]) -> anyhow::Result<()> {
    let database = Database::open(&assembly.database, &assembly.data).await.context("open the database")?;
    let keys = assembly.data.join("keys");
    let identity = Identity::open(database.host().clone(), &keys, clock::system()).await.context("open the keys")?;
    let mut reader = Verifier::new(database.host(), &identity);
    for head in heads {
        reader.expect(head.clone(), "the given end was noted");
    }
    if let Some(noted) = Anchor::read(&assembly.data).context("read audit-head in the data directory")? {
        reader.expect(noted, "its end was noted in the data directory");
    }
    let verified = reader.run().await.context("read the chain")?;
    report(&verified)
}

fn report(verified: &Verified) -> anyhow::Result<()> {
    let Verified { records, head, faults } = verified;
    for fault in faults {
        say(&format!("{fault}\n"));
    }
    if !faults.is_empty() {
        bail!("the audit chain of {records} records is not what was written");
    }
    say(&format!("{records} records, each as it was written. The end of the chain, to be noted elsewhere:\n{head}\n"));
    Ok(())
}
