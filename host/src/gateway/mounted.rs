//! One mounted plugin, with all that its requests need.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::Semaphore;

use super::gate::Gate;
use super::operations::Operations;
use super::rate::{RateError, Rates};
use crate::assembly::{Limits, Mount};
use crate::policy::Policies;
use crate::runtime::Plugin;
use crate::storage::Container;

/// Problems that are shaped by one plugin at once, at most: the runtime has an instance for each that
/// may run. The host's own envelope serves the others.
const PROBLEMS: usize = 32;

/// A mounted plugin.
pub struct Mounted {
    /// The plugin's name.
    pub name: String,
    /// The plugin's version.
    pub version: String,
    /// Domain of its roles and schema.
    pub domain: String,
    /// Path prefix: `/pacs`; `/` at the root.
    pub prefix: String,
    /// Host names at whose root it is mounted too.
    pub hosts: Vec<String>,
    /// The plugin.
    pub plugin: Arc<Plugin>,
    /// Its operations.
    pub operations: Operations,
    /// Its policies, built for [`Operations::names`].
    pub policies: Arc<Policies>,
    /// Its blobs, if they were granted.
    pub container: Option<Container>,
    /// Its limits.
    pub limits: Limits,
    pub(super) rates: Rates,
    pub(super) gate: Gate,
    pub(super) problems: Semaphore,
    pub(super) document: Value,
}

/// What a [`Mounted`] is made of.
pub struct Parts<'a> {
    /// The assembly's entry.
    pub mount: &'a Mount,
    /// Domain of its roles and schema.
    pub domain: String,
    /// The plugin.
    pub plugin: Arc<Plugin>,
    /// Its operations, from [`Operations::parse`].
    pub operations: Operations,
    /// Its policies.
    pub policies: Arc<Policies>,
    /// Its blobs, if they were granted.
    pub container: Option<Container>,
    /// Its limits: the assembly's with the mount's own.
    pub limits: Limits,
    /// Whether rate limits apply.
    pub rate_limits: bool,
}

/// Why a plugin cannot be mounted.
#[derive(Debug, thiserror::Error)]
pub enum MountError {
    /// A rate limit.
    #[error(transparent)]
    Rate(#[from] RateError),
    /// The document, which was read before, cannot be read again.
    #[error("the OpenAPI document is not JSON")]
    Document(#[from] serde_json::Error),
}

impl Mounted {
    /// Puts the parts together.
    pub fn new(parts: Parts<'_>) -> Result<Self, MountError> {
        let Parts { mount, domain, plugin, operations, policies, container, limits, rate_limits } = parts;
        let description = plugin.description();
        let rates = Rates::new(&description.rate_limits, &mount.rate_limits, operations.names(), rate_limits)?;
        let patience = Duration::from_millis(limits.wall_ms);
        Ok(Self {
            name: description.name.clone(),
            version: description.version.clone(),
            document: serde_json::from_str(&description.openapi)?,
            domain,
            prefix: mount.path.clone(),
            hosts: mount.hosts.clone().unwrap_or_else(|| default_hosts(&mount.path)),
            gate: Gate::new(limits.concurrency, limits.queue, patience),
            problems: Semaphore::new(limits.concurrency.clamp(1, PROBLEMS)),
            plugin,
            operations,
            policies,
            container,
            limits,
            rates,
        })
    }
}

/// `<last part of path>.localhost`; none for the root.
fn default_hosts(path: &str) -> Vec<String> {
    let last = path.trim_matches('/').rsplit('/').next().unwrap_or_default();
    if last.is_empty() { Vec::new() } else { vec![format!("{last}.localhost")] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_part_of_the_path_is_a_host_name() {
        assert_eq!(default_hosts("/imaging"), ["imaging.localhost"]);
        assert_eq!(default_hosts("/imaging/bills/"), ["bills.localhost"]);
        assert!(default_hosts("/").is_empty());
    }
}
