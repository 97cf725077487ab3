//! A mount before anything is opened for it: its component compiled and described, its grants,
//! operations and policies checked.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::assembly::{Assembly, Limits, Mount};
use crate::gateway::Operations;
use crate::policy::Policies;
use crate::runtime::{self, Cache, Capability, Installed, Runtime};

/// What is known of a mount without its database.
pub struct Examined {
    /// The component.
    pub installed: Installed,
    /// What is both requested by the plugin and granted by the assembly.
    pub granted: Vec<Capability>,
    /// The operations of its document.
    pub operations: Operations,
    /// Domain of its roles and schema.
    pub domain: String,
    /// The plugin's policies and the hospital's own.
    pub policies: Policies,
}

/// The engines for the plugins of the assembly, with the cache of compiled plugins below its data.
pub fn runtime(assembly: &Assembly) -> anyhow::Result<Runtime> {
    let (cache, keys) = (assembly.data.join("cache"), assembly.data.join("keys"));
    let limits: Vec<Limits> = assembly.mounts.iter().map(|mount| mount.limits(&assembly.limits)).collect();
    let cache = Cache::open(&cache, &keys).context("open the cache of compiled plugins")?;
    Runtime::new(runtime::Pool::for_limits(limits.iter()), cache).map_err(|error| anyhow::anyhow!("{error:#}"))
}

/// Examines a mount: everything that can be wrong with it short of its database.
pub async fn mount(assembly: &Assembly, runtime: &Runtime, mount: &Mount, limits: &Limits) -> anyhow::Result<Examined> {
    let file = assembly.plugins.join(format!("{}.wasm", mount.plugin));
    let bytes = tokio::fs::read(&file).await.with_context(|| format!("read the component {}", file.display()))?;
    let installed = runtime.install(&bytes, limits).await?;
    let granted = granted(mount, &installed)?;
    installed.check_granted(&granted)?;
    let operations = Operations::parse(&installed.description.openapi, limits)?;
    let domain = mount.domain().to_owned();
    let policies = policies(assembly, &domain, &installed, &operations)?;
    Ok(Examined { installed, granted, operations, domain, policies })
}

fn granted(mount: &Mount, installed: &Installed) -> anyhow::Result<Vec<Capability>> {
    let mut granted = Vec::new();
    for name in &mount.grants {
        let Some(capability) = Capability::from_name(name) else { bail!("`{name}` is not a capability") };
        if installed.description.capabilities.contains(&capability) {
            granted.push(capability);
        }
    }
    if granted.contains(&Capability::Blobs) && !granted.contains(&Capability::Sql) {
        bail!("`blobs` stands on `sql`: grant both or neither");
    }
    Ok(granted)
}

fn policies(
    assembly: &Assembly,
    domain: &str,
    installed: &Installed,
    operations: &Operations,
) -> anyhow::Result<Policies> {
    let description = &installed.description;
    let roles: Vec<String> = description.roles.iter().map(|role| role.name.clone()).collect();
    let site = site_policies(&assembly.site_policies.join(domain))?;
    let (schema, policies) = (&description.cedar_schema, &description.cedar_policies);
    Ok(Policies::build(domain, operations.names(), &roles, schema, policies, &site)?)
}

/// The hospital's own Cedar files of a domain, name and text, in the order of their names. Only a
/// directory that does not exist has none: what cannot be read might forbid something.
fn site_policies(directory: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let unreadable = || format!("read the policies in {}", directory.display());
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(unreadable),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.with_context(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "cedar") {
            let text = std::fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
            files.push((path.display().to_string(), text));
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn site_files_come_in_the_order_of_their_names_and_others_do_not() {
        let directory = tempfile::tempdir().unwrap();
        for (name, text) in [("b.cedar", "two"), ("a.cedar", "one"), ("readme.txt", "no")] {
            std::fs::write(directory.path().join(name), text).unwrap();
        }
        let files = site_policies(directory.path()).unwrap();
        let texts: Vec<&str> = files.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["one", "two"]);
        assert!(files[0].0.ends_with("a.cedar"));
    }

    #[test]
    fn only_an_absent_directory_is_empty() {
        let directory = tempfile::tempdir().unwrap();
        assert!(site_policies(&directory.path().join("none")).unwrap().is_empty());
        let file = directory.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(site_policies(&file).is_err());
    }
}
