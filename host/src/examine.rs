//! A mount before anything is opened for it: its component compiled and described, its grants,
//! operations and policies checked.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context as _, bail};
use bytes::Bytes;

use crate::assembly::{Assembly, Limits, Mount};
use crate::events::is_topic;
use crate::gateway::Operations;
use crate::jobs::{self, Schedules};
use crate::life::{Kind, LifeError, Step};
use crate::policy::Policies;
use crate::runtime::{self, Cache, Capability, Installed, Runtime};

/// Subscriptions of one plugin.
const MOST_SUBSCRIPTIONS: usize = 100;

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
    /// When it works by itself.
    pub schedules: Schedules,
}

/// The engines for the plugins of the assembly, with the cache of compiled plugins below its data.
pub fn runtime(assembly: &Assembly) -> anyhow::Result<Runtime> {
    let (cache, keys) = (assembly.data.join("cache"), assembly.data.join("keys"));
    let limits: Vec<Limits> = assembly.mounts.iter().map(|mount| mount.limits(&assembly.limits)).collect();
    let cache = Cache::open(&cache, &keys).context("open the cache of compiled plugins")?;
    Runtime::new(runtime::Pool::for_limits(limits.iter()), cache).map_err(|error| anyhow::anyhow!("{error:#}"))
}

/// Examines the development file of a mount, `<plugins>/<plugin>.wasm`.
pub async fn file(assembly: &Assembly, runtime: &Runtime, mount: &Mount) -> anyhow::Result<Examined> {
    let file = assembly.checkout(mount);
    let bytes = tokio::fs::read(&file).await.with_context(|| format!("read the component {}", file.display()))?;
    Ok(component(assembly, runtime, mount, bytes.into()).await?)
}

/// Examines a component for a mount: everything that can be wrong with it short of its database.
pub async fn component(
    assembly: &Assembly,
    runtime: &Runtime,
    mount: &Mount,
    bytes: Bytes,
) -> Result<Examined, LifeError> {
    let limits = mount.limits(&assembly.limits);
    let installed = install(runtime, bytes, &limits).await?;
    let name = &installed.description.name;
    if *name != mount.plugin {
        let reason = format!("it says that it is the plugin `{name}`, and the mount is of `{}`", mount.plugin);
        return Err(LifeError::refused(Step::Describe, reason));
    }
    let granted = granted(mount, &installed);
    installed.check_granted(&granted).map_err(|error| LifeError::refused(Step::Grants, error.to_string()))?;
    let schedules = background(assembly, &installed, &granted).map_err(|error| refused(Step::Grants, &error))?;
    let operations = Operations::parse(&installed.description.openapi, &limits)
        .map_err(|error| refused(Step::Document, &error.into()))?;
    let domain = mount.domain().to_owned();
    let policies =
        policies(assembly, &domain, &installed, &operations).map_err(|error| refused(Step::Policies, &error))?;
    Ok(Examined { installed, granted, operations, domain, policies, schedules })
}

/// Compiles a component and lets it describe itself, away from the threads that serve.
pub async fn install(runtime: &Runtime, bytes: Bytes, limits: &Limits) -> Result<Installed, LifeError> {
    let (runtime, limits, handle) = (runtime.clone(), limits.clone(), tokio::runtime::Handle::current());
    let work = move || handle.block_on(runtime.install(&bytes, &limits));
    let installed = tokio::task::spawn_blocking(work).await;
    match installed {
        Ok(installed) => installed.map_err(|error| LifeError::refused(Step::Describe, error.to_string())),
        // The compiler met something that it does not expect of a component.
        Err(_) => Err(LifeError::new(Step::Describe, Kind::Refused, "the component cannot be compiled")),
    }
}

fn refused(step: Step, error: &anyhow::Error) -> LifeError {
    LifeError::refused(step, format!("{error:#}"))
}

fn granted(mount: &Mount, installed: &Installed) -> Vec<Capability> {
    let requested = &installed.description.capabilities;
    let named = mount.grants.iter().filter_map(|name| Capability::from_name(name));
    named.filter(|capability| requested.contains(capability)).collect()
}

/// What the plugin wants to do by itself, and whether it can.
fn background(assembly: &Assembly, installed: &Installed, granted: &[Capability]) -> anyhow::Result<Schedules> {
    let (schedules, subscriptions) = (&installed.description.schedules, &installed.description.subscriptions);
    let has = |capability| granted.contains(&capability);
    if (has(Capability::Jobs) || has(Capability::Events)) && !has(Capability::Sql) {
        bail!("`jobs` and `events` stand on `sql`: it must request that too");
    }
    if has(Capability::Jobs) && !installed.background {
        bail!("it requests `jobs` and exports no `background` that could run them");
    }
    if !(schedules.is_empty() && subscriptions.is_empty() || has(Capability::Jobs)) {
        bail!("its schedules and subscriptions become jobs: it must request `jobs`, and the mount must grant it");
    }
    if !subscriptions.is_empty() && !has(Capability::Events) {
        bail!("it subscribes to events: it must request `events`, and the mount must grant it");
    }
    if subscriptions.len() > MOST_SUBSCRIPTIONS {
        bail!("it has more than {MOST_SUBSCRIPTIONS} subscriptions");
    }
    if let Some(wrong) = subscriptions.iter().find(|one| !is_topic(&one.topic) || !jobs::check_name(&one.kind)) {
        bail!("its subscription to `{}` names no topic, or no kind of job", wrong.publisher.escape_debug());
    }
    let schedules = schedules.iter().map(|one| (&*one.name, &*one.cron, &*one.kind, &*one.payload));
    Ok(Schedules::parse(schedules, assembly.zone())?)
}

fn policies(
    assembly: &Assembly,
    domain: &str,
    installed: &Installed,
    operations: &Operations,
) -> anyhow::Result<Policies> {
    let description = &installed.description;
    let roles: Vec<String> = description.roles.iter().map(|role| role.name.clone()).collect();
    let site = site_policies(assembly, domain)?;
    let (schema, policies) = (&description.cedar_schema, &description.cedar_policies);
    Ok(Policies::build(domain, operations.names(), &roles, schema, policies, &site)?)
}

/// The hospital's own Cedar files of a domain, name and text, in the order of their names.
pub fn site_policies(assembly: &Assembly, domain: &str) -> anyhow::Result<Vec<(String, String)>> {
    cedar_files(&assembly.site_policies.join(domain))
}

/// Only a directory that does not exist has no files: what cannot be read might forbid something.
fn cedar_files(directory: &Path) -> anyhow::Result<Vec<(String, String)>> {
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
        let files = cedar_files(directory.path()).unwrap();
        let texts: Vec<&str> = files.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["one", "two"]);
        assert!(files[0].0.ends_with("a.cedar"));
    }

    #[test]
    fn only_an_absent_directory_is_empty() {
        let directory = tempfile::tempdir().unwrap();
        assert!(cedar_files(&directory.path().join("none")).unwrap().is_empty());
        let file = directory.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(cedar_files(&file).is_err());
    }
}
