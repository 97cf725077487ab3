//! `ward plugin diff`.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::super::{log, say};
use super::inspect::Bench;
use super::{component, plain};
use crate::assembly::LogFormat;
use crate::contract::{self, Difference};

/// Prints what changes, what breaks first.
pub(super) async fn run(a: &Path, b: &Path) -> anyhow::Result<()> {
    log::start_quiet(LogFormat::Text)?;
    let bench = Bench::new()?;
    let (old, new) = (document(&bench, a).await?, document(&bench, b).await?);
    let differences = contract::differences(&old, &new);
    say(&render(&differences));
    let breaking = differences.iter().filter(|difference| difference.breaking).count();
    if breaking > 0 {
        bail!("{breaking} of the changes break clients");
    }
    Ok(())
}

/// The document in a file, or of a component.
async fn document(bench: &Bench, file: &Path) -> anyhow::Result<Value> {
    let shown = || format!("the document of {}", file.display());
    if file.extension().is_some_and(|extension| extension == "json") {
        let text = std::fs::read_to_string(file).with_context(shown)?;
        return serde_json::from_str(&text).with_context(shown);
    }
    let installed = bench.install(component(file)?).await.with_context(shown)?;
    serde_json::from_str(&installed.description.openapi).with_context(shown)
}

fn render(differences: &[Difference]) -> String {
    if differences.is_empty() {
        return "Nothing changes for clients.\n".to_owned();
    }
    let mut text = String::new();
    for (title, breaking) in [("Breaks clients", true), ("Harmless", false)] {
        let of_kind: Vec<_> = differences.iter().filter(|difference| difference.breaking == breaking).collect();
        if !of_kind.is_empty() {
            // Writing into a string cannot fail.
            let _ = writeln!(text, "{title}");
        }
        for difference in of_kind {
            let _ = writeln!(text, "  {}: {}", plain(&difference.operation), plain(&difference.change));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_breaks_comes_first() {
        let difference =
            |change: &str, breaking| Difference { operation: "GET /".into(), change: change.into(), breaking };
        let text = render(&[difference("new", false), difference("gone", true)]);
        assert_eq!(text, "Breaks clients\n  GET /: gone\nHarmless\n  GET /: new\n");
        assert_eq!(render(&[]), "Nothing changes for clients.\n");
    }
}
