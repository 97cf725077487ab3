//! The running product: storage, identity, and every mounted plugin.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::net::TcpListener;

use crate::assembly::{Assembly, Limits, Mount, Switch};
use crate::capabilities::config::Values;
use crate::clock::{self, Clock};
use crate::examine::{self, Examined};
use crate::gateway::{self, Mounted, Parts};
use crate::identity::Identity;
use crate::policy::Policies;
use crate::runtime::{self, Capability, Installed, Plugin, Resources, Runtime};
use crate::storage::{BlobStore, Database, Migration};

/// Objects without a row are removed when they are older than this: longer than any request lives.
const ORPHAN_AGE: Duration = Duration::from_hours(24);

/// Time between two searches for them.
const SWEEP: Duration = Duration::from_hours(1);

/// Everything that serves. One per process.
pub struct App {
    /// The configuration it was opened with.
    pub assembly: Assembly,
    /// The host's database and the plugins' schemas.
    pub database: Database,
    /// The object store.
    pub blobs: BlobStore,
    /// Accounts and tokens.
    pub identity: Identity,
    /// The mounts, in the assembly's order.
    pub mounts: Vec<Arc<Mounted>>,
    /// The password of `admin`, if this start created the account and made the password up.
    pub first_password: Option<String>,
}

impl App {
    /// Opens storage, installs and links every plugin of the assembly, and makes sure that the
    /// administrator exists. Nothing is served before all of it has succeeded.
    pub async fn open(assembly: Assembly) -> anyhow::Result<Arc<Self>> {
        Self::open_at(assembly, clock::system()).await
    }

    /// The same with a clock of the caller's, which tokens, lock-outs and the plugins follow.
    pub async fn open_at(assembly: Assembly, clock: Clock) -> anyhow::Result<Arc<Self>> {
        let keys = assembly.data.join("keys");
        let database = Database::open(&assembly.database, &assembly.data).await.context("open the database")?;
        let blobs = BlobStore::open(&assembly.blobs, &assembly.data).await.context("open the blob store")?;
        let identity =
            Identity::open(database.host().clone(), &keys, clock.clone()).await.context("open the accounts")?;
        let limits: Vec<Limits> = assembly.mounts.iter().map(|mount| assembly.limits.with(&mount.limits)).collect();
        let runtime = examine::runtime(&assembly)?;
        let opening = Opening { assembly: &assembly, database: &database, blobs: &blobs, identity: &identity, clock };
        let mut mounts = Vec::new();
        for (mount, limits) in assembly.mounts.iter().zip(limits) {
            let mounted = opening.mount(&runtime, mount, limits).await;
            mounts.push(Arc::new(mounted.with_context(|| format!("mount `{}` at {}", mount.plugin, mount.path))?));
        }
        let first_password = ensure_administrator(&assembly, &identity, &mounts).await?;
        Ok(Arc::new(Self { assembly, database, blobs, identity, mounts, first_password }))
    }

    /// Serves on `listener` until `shutdown` is done and running requests have finished.
    pub async fn serve(
        self: Arc<Self>,
        listener: TcpListener,
        shutdown: impl Future<Output = ()>,
    ) -> anyhow::Result<()> {
        let sweeping = tokio::spawn(sweep(self.mounts.clone()));
        let served = gateway::serve(self, listener, shutdown).await;
        sweeping.abort();
        Ok(served?)
    }
}

async fn ensure_administrator(
    assembly: &Assembly,
    identity: &Identity,
    mounts: &[Arc<Mounted>],
) -> anyhow::Result<Option<String>> {
    let roles = |mounted: &Mounted| {
        let roles = mounted.plugin.description().roles.iter().filter(|role| role.administrator);
        (mounted.domain.clone(), roles.map(|role| role.name.clone()).collect())
    };
    let domains: Vec<(String, Vec<String>)> = mounts.iter().map(|mounted| roles(mounted)).collect();
    identity.ensure_administrator(&assembly.admin_password.0, &domains).await.context("create the administrator")
}

/// What is open while plugins are mounted.
struct Opening<'a> {
    assembly: &'a Assembly,
    database: &'a Database,
    blobs: &'a BlobStore,
    identity: &'a Identity,
    clock: Clock,
}

impl Opening<'_> {
    async fn mount(&self, runtime: &Runtime, mount: &Mount, limits: Limits) -> anyhow::Result<Mounted> {
        let examined = examine::mount(self.assembly, runtime, mount, &limits).await?;
        let Examined { installed, granted, operations, domain, policies } = examined;
        let policies = Arc::new(policies);
        let resources = self.resources(mount, &limits, &domain, &installed, &granted, &policies).await?;
        let container = resources.container.clone();
        let plugin = Arc::new(Plugin::new(runtime, &installed, resources)?);
        let rate_limits = self.assembly.rate_limit == Switch::On;
        Ok(Mounted::new(Parts { mount, domain, plugin, operations, policies, container, limits, rate_limits })?)
    }

    async fn resources(
        &self,
        mount: &Mount,
        limits: &Limits,
        domain: &str,
        installed: &Installed,
        granted: &[Capability],
        policies: &Arc<Policies>,
    ) -> anyhow::Result<Resources> {
        let description = &installed.description;
        let has = |capability| granted.contains(&capability);
        let sql = if has(Capability::Sql) {
            let migrations: Vec<Migration> = description.migrations.iter().map(migration).collect();
            Some(self.database.plugin(domain, &migrations).await.context("open its schema")?)
        } else {
            None
        };
        let container = sql.clone().filter(|_| has(Capability::Blobs)).map(|sql| self.blobs.container(domain, sql));
        let roles: Vec<String> = description.roles.iter().map(|role| role.name.clone()).collect();
        let seconds = |seconds: u32| Duration::from_secs(seconds.into());
        let (access, refresh) = (seconds(description.access_token_seconds), seconds(description.refresh_token_seconds));
        let values =
            || Values { settings: mount.settings.clone(), secrets: mount.secrets.clone(), files: mount.files.clone() };
        Ok(Resources {
            name: mount.plugin.as_str().into(),
            clock: self.clock.clone(),
            limits: limits.clone(),
            sql,
            container,
            identity: has(Capability::Identity).then(|| self.identity.domain(domain, &roles, access, refresh)),
            policies: has(Capability::Policy).then(|| policies.clone()),
            config: has(Capability::Config).then(|| Arc::new(values())),
            log: has(Capability::Log),
        })
    }
}

fn migration(migration: &runtime::Migration) -> Migration {
    Migration {
        version: migration.version,
        name: migration.name.clone(),
        sqlite: migration.sqlite.clone(),
        postgres: migration.postgres.clone(),
    }
}

/// Removes objects that no row names: what a crash between storing a file and committing its row left.
async fn sweep(mounts: Vec<Arc<Mounted>>) {
    loop {
        for mounted in &mounts {
            let Some(container) = &mounted.container else { continue };
            match container.sweep(ORPHAN_AGE).await {
                Ok(0) => {}
                Ok(removed) => tracing::info!(plugin = mounted.name, removed, "removed objects without a row"),
                Err(error) => tracing::warn!(plugin = mounted.name, %error, "cannot look for objects without a row"),
            }
        }
        tokio::time::sleep(SWEEP).await;
    }
}
