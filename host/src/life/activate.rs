//! Activating a version, and going back to the one before it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::active::{self, Row};
use super::error::{Kind, LifeError, Step};
use super::package::Package;
use super::prepare::Contract;
use super::work::detached;
use super::{Inner, Life};
use crate::examine;
use crate::gateway::{MountPoint, Mounted};
use crate::identity::IdentityError;

/// Time that the requests of a version that was swapped out have beyond their own limits, before it is
/// said that some still run.
const GRACE: Duration = Duration::from_secs(10);
/// Between two looks at them.
const LOOK: Duration = Duration::from_millis(100);

/// What serves after a change.
#[derive(Clone, Debug)]
pub struct Activated {
    /// The mount's domain.
    pub domain: String,
    /// The plugin.
    pub name: String,
    /// The version that serves now.
    pub version: String,
    /// The version that a rollback leads to.
    pub previous: Option<String>,
}

impl Life {
    /// Lets a version serve from the next request on. `domain` names the mount where the plugin has
    /// several. Changes of its API that break clients are refused unless they are accepted.
    pub async fn activate(
        &self,
        name: &str,
        version: &str,
        domain: Option<&str>,
        accept_breaking: bool,
    ) -> Result<Activated, LifeError> {
        let (this, name, version, domain) =
            (self.clone(), name.to_owned(), version.to_owned(), domain.map(str::to_owned));
        detached(async move {
            let point = this.0.point(&name, domain.as_deref())?;
            let lock = this.0.lock().await?;
            let activated = this.0.activate(&point, &name, &version, accept_breaking).await;
            lock.release().await;
            activated
        })
        .await
    }

    /// Lets the version serve again that served before.
    pub async fn rollback(&self, name: &str, domain: Option<&str>) -> Result<Activated, LifeError> {
        let (this, name, domain) = (self.clone(), name.to_owned(), domain.map(str::to_owned));
        detached(async move {
            let point = this.0.point(&name, domain.as_deref())?;
            let lock = this.0.lock().await?;
            let activated = this.0.rollback(&point).await;
            lock.release().await;
            activated
        })
        .await
    }
}

impl Inner {
    async fn activate(
        &self,
        point: &Arc<MountPoint>,
        name: &str,
        version: &str,
        accept_breaking: bool,
    ) -> Result<Activated, LifeError> {
        let package = self.package(name, version).await?;
        let row = active::of(self.database.host(), &point.domain).await?;
        let contract =
            if accept_breaking { Contract::Accept } else { Contract::Keep(self.document(point, &row).await?) };
        self.switch(point, &package, &row, contract).await
    }

    async fn rollback(&self, point: &Arc<MountPoint>) -> Result<Activated, LifeError> {
        let row = active::of(self.database.host(), &point.domain).await?;
        let Some((name, version)) = row.previous.clone() else {
            return Err(LifeError::conflict(format!("no other version of `{}` has served before", point.mount.plugin)));
        };
        let package = self.package(&name, &version).await?;
        // Clients knew this API before the one that is given up.
        self.switch(point, &package, &row, Contract::Accept).await
    }

    /// Every step from a package to the version that serves.
    pub(super) async fn switch(
        &self,
        point: &Arc<MountPoint>,
        package: &Package,
        row: &Row,
        contract: Contract,
    ) -> Result<Activated, LifeError> {
        let mounted = self.prepare(point, package, contract).await?;
        if !point.knows(&mounted) {
            self.grant_administrator(point, &mounted).await?;
        }
        let next = row.activate(package);
        active::put(self.database.host(), &next, Self::now()).await?;
        swap(point, mounted);
        Ok(Activated {
            domain: point.domain.clone(),
            name: package.name.clone(),
            version: package.version.clone(),
            previous: next.previous.map(|(_, version)| version),
        })
    }

    /// The administrator holds from the start the roles that the plugin wants it to.
    async fn grant_administrator(&self, point: &MountPoint, mounted: &Mounted) -> Result<(), LifeError> {
        let roles = (point.mount.accounts().to_owned(), administrator_roles(mounted));
        self.identity.grant_administrator(&[roles]).await.map_err(|error| match error {
            IdentityError::Sql(error) => error.into(),
            error => LifeError::new(Step::Record, Kind::Unavailable, error.to_string()),
        })
    }

    pub(super) async fn package(&self, name: &str, version: &str) -> Result<Package, LifeError> {
        let found = self.packages.get(name, version).await?;
        found.ok_or_else(|| LifeError::not_found(format!("version {version} of `{name}` is not installed")))
    }

    /// The document of the API that clients of a mount know: of the version that serves, or of the one
    /// that last did.
    pub(super) async fn document(&self, point: &MountPoint, row: &Row) -> Result<Option<serde_json::Value>, LifeError> {
        if let Some(mounted) = point.active() {
            return Ok(Some(mounted.document.clone()));
        }
        let Some((name, version)) = row.active.as_ref().or(row.previous.as_ref()) else { return Ok(None) };
        let Some(package) = self.packages.get(name, version).await? else { return Ok(None) };
        let bytes = self.packages.read(&package).await?;
        let installed = examine::install(&self.runtime, bytes, &point.limits).await?;
        Ok(serde_json::from_str(&installed.description.openapi).ok())
    }
}

/// The roles of a plugin that the platform administrator holds from the start.
pub(super) fn administrator_roles(mounted: &Mounted) -> Vec<String> {
    let roles = mounted.plugin.description().roles.iter().filter(|role| role.administrator);
    roles.map(|role| role.name.clone()).collect()
}

/// Lets `mounted` serve, and sees the requests of the version before it to their end.
pub(super) fn swap(point: &Arc<MountPoint>, mounted: Arc<Mounted>) {
    if point.active().is_some_and(|active| active.generation == mounted.generation) {
        return;
    }
    tracing::info!(plugin = mounted.name, version = mounted.package, domain = point.domain, "activated a plugin");
    if let Some(old) = point.swap(Some(mounted)) {
        tokio::spawn(drain(point.clone(), old));
    }
}

/// Waits until nobody uses a version any more but the one who keeps it for a rollback. Every request is
/// bounded by itself, so this ends nothing: it only says if one takes longer than it should.
async fn drain(point: Arc<MountPoint>, old: Arc<Mounted>) {
    let started = Instant::now();
    let bound = Duration::from_millis(old.limits.wall_ms) * 2 + GRACE;
    let (plugin, version) = (old.name.clone(), old.package.clone());
    // Not held from here on: who else holds it is a request, or the one who keeps it for a rollback.
    let old = Arc::downgrade(&{ old });
    let is_old = |mounted: Arc<Mounted>| std::ptr::eq(Arc::as_ptr(&mounted), old.as_ptr());
    while started.elapsed() < bound {
        if point.active().is_some_and(is_old) {
            // It serves again.
            return;
        }
        let kept = point.previous().is_some_and(is_old);
        if old.strong_count() <= usize::from(kept) {
            let duration_ms = started.elapsed().as_millis();
            tracing::info!(plugin, version, duration_ms, "the version before is drained");
            return;
        }
        tokio::time::sleep(LOOK).await;
    }
    tracing::warn!(plugin, version, "requests of the version before still run; they go on with what they began with");
}
