//! The life of a plugin: installed, activated, rolled back, removed, while requests are served.
//!
//! Components lie in the object store and what is active in the database, so that a restart, or another
//! node, serves the same. One change at a time runs on all nodes ([`crate::storage::PluginLock`]); what
//! it decides is written down first and swapped in memory then, and the other nodes hear of it.
//!
//! A step that fails leaves everything as it was: the version that served goes on serving.

mod activate;
mod active;
mod checkout;
mod error;
mod follow;
mod install;
mod lock;
mod open;
mod package;
mod prepare;
mod remove;
mod report;
mod work;

use std::collections::HashMap;
use std::sync::Arc;

pub use activate::Activated;
pub use error::{Kind, LifeError, Step};
pub use install::Arrival;
pub use package::{MAX_BYTES, Package};
pub use report::{Inspected, MountReport};

use crate::assembly::Assembly;
use crate::background::Domains;
use crate::clock::Clock;
use crate::gateway::{MountPoint, Services};
use crate::identity::Identity;
use crate::runtime::Runtime;
use crate::signature::TrustedKeys;
use crate::storage::{BlobStore, Container, Database, Pool};
use package::Packages;

/// The host's own domain: of its accounts, and of the operations by which plugins are administered.
pub const HOST_DOMAIN: &str = "host";
/// The role of that domain that may do so.
pub const ADMINISTRATOR_ROLE: &str = "administrator";

/// Everything that installs and activates. Clones are the same.
#[derive(Clone)]
pub struct Life(Arc<Inner>);

struct Inner {
    assembly: Assembly,
    database: Database,
    blobs: BlobStore,
    identity: Identity,
    runtime: Runtime,
    /// What plugins take the time from.
    clock: Clock,
    packages: Packages,
    keys: TrustedKeys,
    mounts: Vec<Arc<MountPoint>>,
    /// The connections of each domain.
    schemas: tokio::sync::Mutex<HashMap<String, Pool>>,
    /// The jobs and events of each domain.
    domains: Domains,
    /// Leads to the mounts.
    services: Services,
    /// Held while something changes in this process.
    changing: Arc<tokio::sync::Mutex<()>>,
}

impl Life {
    /// With places for the assembly's mounts, where nothing serves yet.
    pub fn new(
        assembly: &Assembly,
        database: &Database,
        blobs: &BlobStore,
        identity: &Identity,
        runtime: Runtime,
        clock: Clock,
    ) -> Self {
        let point = |mount| Arc::new(MountPoint::new(mount, &assembly.limits));
        Self(Arc::new(Inner {
            assembly: assembly.clone(),
            database: database.clone(),
            blobs: blobs.clone(),
            identity: identity.clone(),
            runtime,
            domains: Domains::new(clock.clone(), &assembly.background),
            clock,
            packages: Packages::new(database.host(), blobs),
            keys: TrustedKeys::new(&assembly.trusted_keys),
            mounts: assembly.mounts.iter().map(point).collect(),
            schemas: tokio::sync::Mutex::default(),
            services: Services::default(),
            changing: Arc::default(),
        }))
    }

    /// Leads plugins that call others to the mounts.
    #[must_use]
    pub fn services(&self) -> &Services {
        &self.0.services
    }

    /// The places where plugins are mounted, in the assembly's order.
    #[must_use]
    pub fn mounts(&self) -> &[Arc<MountPoint>] {
        &self.0.mounts
    }

    /// The engines.
    #[must_use]
    pub fn runtime(&self) -> &Runtime {
        &self.0.runtime
    }

    /// The connections to the plugins' schemas, by domain.
    pub async fn schemas(&self) -> Vec<(String, Pool)> {
        let schemas = self.0.schemas.lock().await;
        let mut all: Vec<_> = schemas.iter().map(|(domain, pool)| (domain.clone(), pool.clone())).collect();
        all.sort_by(|(one, _), (other, _)| one.cmp(other));
        all
    }

    /// Where the components are, for the search for objects without a row.
    #[must_use]
    pub fn container(&self) -> &Container {
        self.0.packages.container()
    }
}

impl Inner {
    /// The place that a plugin's change is for: the one `domain` names, or the only one of the plugin.
    fn point(&self, plugin: &str, domain: Option<&str>) -> Result<Arc<MountPoint>, LifeError> {
        let mut of_plugin = self.mounts.iter().filter(|point| point.mount.plugin == plugin);
        let found = match domain {
            Some(domain) => of_plugin.find(|point| point.domain == domain),
            None => match (of_plugin.next(), of_plugin.next()) {
                (Some(_), Some(_)) => {
                    return Err(LifeError::conflict(format!("`{plugin}` is mounted more than once: name the domain")));
                }
                (only, _) => only,
            },
        };
        found.cloned().ok_or_else(|| {
            LifeError::not_found(format!("the assembly has no mount of the plugin `{plugin}` that fits: see ward.toml"))
        })
    }

    fn now() -> i64 {
        crate::clock::millis(&crate::clock::system())
    }
}
