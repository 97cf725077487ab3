//! `ward policy check`.

use std::path::PathBuf;

use anyhow::{Context as _, bail};

use super::{examine, mount};
use crate::assembly::Assembly;
use crate::cli::say;
use crate::examine as examining;
use crate::policy::Policies;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Arguments {
    /// The plugin, or the domain it is mounted with; all, where none is named.
    plugin: Option<String>,
    /// A Cedar file to be checked with the others, as if it lay in the hospital's own policies of that domain.
    #[arg(long = "with", value_name = "FILE", requires = "plugin")]
    files: Vec<PathBuf>,
}

pub(super) async fn run(arguments: &Arguments, assembly: &Assembly) -> anyhow::Result<()> {
    let mounts = match &arguments.plugin {
        Some(plugin) => vec![mount(assembly, plugin)?],
        None => assembly.mounts.iter().collect(),
    };
    let mut wrong = 0;
    for mount in mounts {
        let checked = match examine(assembly, mount).await {
            Ok(examined) if !arguments.files.is_empty() => with(arguments, assembly, mount.domain(), &examined),
            other => other.map(drop),
        };
        match checked {
            Ok(()) => say(&format!("{}: the policies fit.\n", mount.domain())),
            Err(error) => {
                say(&format!("{error:#}\n"));
                wrong += 1;
            }
        }
    }
    if wrong > 0 {
        bail!("the policies of {wrong} mounts do not fit");
    }
    Ok(())
}

/// The policies with the further files.
fn with(
    arguments: &Arguments,
    assembly: &Assembly,
    domain: &str,
    examined: &examining::Examined,
) -> anyhow::Result<()> {
    let mut site = examining::site_policies(assembly, domain)?;
    for file in &arguments.files {
        let text = std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
        site.push((file.display().to_string(), text));
    }
    let description = &examined.installed.description;
    let roles: Vec<String> = description.roles.iter().map(|role| role.name.clone()).collect();
    let (schema, policies) = (&description.cedar_schema, &description.cedar_policies);
    Policies::build(domain, examined.operations.names(), &roles, schema, policies, &site)?;
    Ok(())
}
