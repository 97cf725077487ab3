//! `ward check`.

use std::fmt::Write as _;

use anyhow::Context as _;

use super::{log, say};
use crate::assembly::{Assembly, Mount};
use crate::examine::{self, Examined};

/// Examines every mount and says what would be served.
pub(super) async fn run(assembly: Assembly) -> anyhow::Result<()> {
    log::start_quiet(assembly.log_format)?;
    let runtime = examine::runtime(&assembly)?;
    let mut text = String::new();
    for mount in &assembly.mounts {
        if mount.unsigned {
            let examined = examine::file(&assembly, &runtime, mount).await;
            let examined = examined.with_context(|| format!("mount `{}` at {}", mount.plugin, mount.path))?;
            describe(&mut text, mount, &examined)?;
        } else {
            writeln!(text, "{}\n  path        {}", mount.plugin, mount.path)?;
            writeln!(text, "  version     one that is installed: see `ward plugin list`\n")?;
        }
    }
    text.push_str("The assembly is sound.\n");
    say(&text);
    Ok(())
}

fn describe(text: &mut String, mount: &Mount, examined: &Examined) -> std::fmt::Result {
    let description = &examined.installed.description;
    let given: Vec<&str> = examined.granted.iter().map(|capability| capability.name()).collect();
    let unused = mount.grants.iter().filter(|grant| !given.contains(&grant.as_str()));
    writeln!(text, "{} {}", description.name, description.version)?;
    writeln!(text, "  path        {}", mount.path)?;
    for host in mount.hosts() {
        writeln!(text, "  host name   {host}")?;
    }
    writeln!(text, "  domain      {}", examined.domain)?;
    writeln!(text, "  given       {}", list(&given))?;
    for grant in unused {
        writeln!(text, "  not asked   {grant} (granted, but the plugin does not request it)")?;
    }
    writeln!(text, "  operations  {}", examined.operations.names().len())?;
    writeln!(text, "  digest      sha256:{}\n", examined.installed.digest)
}

fn list(names: &[&str]) -> String {
    if names.is_empty() { "nothing".into() } else { names.join(", ") }
}
