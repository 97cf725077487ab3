//! From an installed package to a version that could serve: every step but the last two, of which a
//! failure leaves everything as it was.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::Inner;
use super::error::{Kind, LifeError, Step};
use super::package::Package;
use crate::assembly::Switch;
use crate::capabilities::config::Values;
use crate::capabilities::services::Granted;
use crate::contract;
use crate::examine::{self, Examined};
use crate::gateway::{self, MountPoint, Mounted, Parts};
use crate::runtime::{self, Capability, Description, Plugin, Resources};
use crate::storage::{self, Migration, Pool, StorageError};

/// How often an instance may fail to come up before the version counts as unwell: a busy machine can
/// make one slow.
const HEALTH_ATTEMPTS: u32 = 5;
/// Between two of these.
const HEALTH_PAUSE: Duration = Duration::from_millis(200);

/// What the API of a new version is compared with.
pub(super) enum Contract {
    /// The API of the version that clients know.
    Keep(Option<serde_json::Value>),
    /// Nothing: the operator accepts what breaks, or it has been compared before.
    Accept,
}

impl Inner {
    /// Takes a package through every step up to one that could serve at `point`.
    pub(super) async fn prepare(
        &self,
        point: &MountPoint,
        package: &Package,
        contract: Contract,
    ) -> Result<Arc<Mounted>, LifeError> {
        if let Some(known) = known(point, package) {
            // Verified, examined and linked before by this process, and still in memory.
            check_contract(&known.document, contract)?;
            self.check_schema(point, known.plugin.description()).await?;
            check_health(&known).await?;
            return Ok(known);
        }
        let bytes = self.packages.read(package).await?;
        self.trust(point, package, &bytes)?;
        let examined = examine::component(&self.assembly, &self.runtime, &point.mount, bytes).await?;
        let document = serde_json::from_str(&examined.installed.description.openapi).unwrap_or_default();
        check_contract(&document, contract)?;
        self.migrate(point, &examined.installed.description).await?;
        let mounted = Arc::new(self.link(point, package, examined).await?);
        check_health(&mounted).await?;
        Ok(mounted)
    }

    /// Whether the component may serve here: signed by a key that is trusted now, or unsigned where the
    /// assembly allows that.
    fn trust(&self, point: &MountPoint, package: &Package, bytes: &Bytes) -> Result<(), LifeError> {
        let refused = |reason: String| LifeError::refused(Step::Signature, reason);
        match &package.signature {
            Some(signature) => self.keys.signer(bytes, signature).map(drop).map_err(|error| refused(error.to_string())),
            None if point.mount.unsigned => Ok(()),
            None => Err(refused(format!(
                "version {} of `{}` is not signed, and the assembly does not allow that for the mount `{}`",
                package.version, package.name, point.domain
            ))),
        }
    }

    /// Brings the plugin's schema up to date, if it has one.
    async fn migrate(&self, point: &MountPoint, description: &Description) -> Result<(), LifeError> {
        if !has_schema(point, description) {
            return Ok(());
        }
        let migrations: Vec<Migration> = description.migrations.iter().map(migration).collect();
        let newest = usize::try_from(description.works_with.maximum).unwrap_or(usize::MAX);
        self.database.migrate(&point.domain, &migrations, newest).await?;
        if let Some(pool) = self.schemas.lock().await.get(&point.domain) {
            pool.renew();
        }
        Ok(())
    }

    /// Whether a version whose migrations were applied before works with what the schema has become.
    async fn check_schema(&self, point: &MountPoint, description: &Description) -> Result<(), LifeError> {
        if !has_schema(point, description) {
            return Ok(());
        }
        let newest = i64::from(description.works_with.maximum);
        let there = storage::last_applied(&self.schema(point).await?).await.map_err(StorageError::Sql)?;
        if there > newest { Err(StorageError::Newer { version: newest + 1 }.into()) } else { Ok(()) }
    }

    async fn link(&self, point: &MountPoint, package: &Package, examined: Examined) -> Result<Mounted, LifeError> {
        let refused = |error: String| LifeError::refused(Step::Link, error);
        let policies = Arc::new(examined.policies);
        let description = examined.installed.description.clone();
        let resources = self.resources(point, &description, &examined.granted, &policies).await?;
        let (container, jobs) = (resources.container.clone(), resources.jobs.clone());
        let events = resources.events.as_ref().map(|outbox| self.domains.hub(outbox));
        let plugin =
            Plugin::new(&self.runtime, &examined.installed, resources).map_err(|error| refused(error.to_string()))?;
        let parts = Parts {
            plugin: Arc::new(plugin),
            package: package.version.clone(),
            digest: package.digest.clone(),
            operations: examined.operations,
            policies,
            container,
            jobs,
            schedules: examined.schedules,
            events,
            rate_limits: self.assembly.rate_limit == Switch::On,
        };
        point.prepare(parts).map_err(|error| refused(error.to_string()))
    }

    async fn resources(
        &self,
        point: &MountPoint,
        description: &Description,
        granted: &[Capability],
        policies: &Arc<crate::policy::Policies>,
    ) -> Result<Resources, LifeError> {
        let has = |capability| granted.contains(&capability);
        let (domain, mount) = (point.domain.as_str(), &point.mount);
        let sql = if has(Capability::Sql) { Some(self.schema(point).await?) } else { None };
        let jobs = sql.as_ref().filter(|_| has(Capability::Jobs));
        let events = sql.as_ref().filter(|_| has(Capability::Events));
        let (jobs, events) = (
            jobs.map(|sql| self.domains.queue(domain, sql, &point.limits)),
            events.map(|sql| self.domains.outbox(domain, sql, &point.limits)),
        );
        let container = sql.clone().filter(|_| has(Capability::Blobs)).map(|sql| self.blobs.container(domain, sql));
        let roles: Vec<String> = description.roles.iter().map(|role| role.name.clone()).collect();
        let seconds = |seconds: u32| Duration::from_secs(seconds.into());
        let (access, refresh) = (seconds(description.access_token_seconds), seconds(description.refresh_token_seconds));
        let values =
            || Values { settings: mount.settings.clone(), secrets: mount.secrets.clone(), files: mount.files.clone() };
        Ok(Resources {
            name: mount.plugin.as_str().into(),
            clock: self.clock.clone(),
            limits: point.limits.clone(),
            sql,
            container,
            identity: has(Capability::Identity)
                .then(|| self.identity.domain(mount.accounts(), &roles, access, refresh)),
            policies: has(Capability::Policy).then(|| policies.clone()),
            config: has(Capability::Config).then(|| Arc::new(values())),
            log: has(Capability::Log),
            jobs,
            events,
            services: has(Capability::Services)
                .then(|| Granted { services: self.services.clone(), mounts: mount.services.clone().into() }),
            audit: has(Capability::Audit),
        })
    }

    /// The connections to a plugin's schema, which all its versions share.
    async fn schema(&self, point: &MountPoint) -> Result<Pool, LifeError> {
        let mut schemas = self.schemas.lock().await;
        if let Some(pool) = schemas.get(&point.domain) {
            return Ok(pool.clone());
        }
        let pool = self.database.schema(&point.domain).await?;
        schemas.insert(point.domain.clone(), pool.clone());
        Ok(pool)
    }
}

/// The version of a package that serves, or served, here.
fn known(point: &MountPoint, package: &Package) -> Option<Arc<Mounted>> {
    let is = |mounted: &Arc<Mounted>| mounted.digest == package.digest && mounted.package == package.version;
    [point.active(), point.previous()].into_iter().flatten().find(is)
}

fn check_contract(document: &serde_json::Value, contract: Contract) -> Result<(), LifeError> {
    let Contract::Keep(Some(old)) = contract else { return Ok(()) };
    let breaking = contract::breaking(&old, document);
    if breaking.is_empty() { Ok(()) } else { Err(LifeError::breaking(breaking)) }
}

/// An instance comes up and answers.
async fn check_health(mounted: &Mounted) -> Result<(), LifeError> {
    let mut attempt = 1;
    loop {
        match gateway::answers(mounted).await {
            Ok(()) => return Ok(()),
            Err(fault) if attempt == HEALTH_ATTEMPTS => {
                let reason = format!("an instance of it does not answer: {fault}");
                return Err(LifeError::new(Step::Health, Kind::Refused, reason));
            }
            Err(_) => tokio::time::sleep(HEALTH_PAUSE).await,
        }
        attempt += 1;
    }
}

/// Whether it is given a schema: requested and granted.
fn has_schema(point: &MountPoint, description: &Description) -> bool {
    let name = Capability::Sql.name();
    description.capabilities.contains(&Capability::Sql) && point.mount.grants.iter().any(|grant| grant == name)
}

fn migration(migration: &runtime::Migration) -> Migration {
    Migration {
        version: migration.version,
        name: migration.name.clone(),
        sqlite: migration.sqlite.clone(),
        postgres: migration.postgres.clone(),
    }
}
