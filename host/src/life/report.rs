//! What is installed, what serves, and what a component is.

use std::sync::Arc;

use serde_json::{Value, json};

use super::active;
use super::error::{LifeError, Step};
use super::package::Package;
use super::{Inner, Life};
use crate::contract::{self, Difference};
use crate::examine;
use crate::gateway::{MountPoint, Operations};
use crate::runtime::{Capability, Installed};

/// A mount, and what serves there.
pub struct MountReport {
    /// The place.
    pub point: Arc<MountPoint>,
    /// The version that is active, as the database says.
    pub active: Option<String>,
    /// The version that a rollback leads to.
    pub previous: Option<String>,
    /// When that changed, milliseconds since 1970, UTC.
    pub changed: Option<i64>,
}

/// What a component says of itself.
pub struct Inspected {
    /// Name, version, capabilities, operations, roles, migrations.
    pub json: Value,
}

impl Life {
    /// Every package.
    pub async fn packages(&self) -> Result<Vec<Package>, LifeError> {
        Ok(self.0.packages.list().await?)
    }

    /// Every mount.
    pub async fn report(&self) -> Result<Vec<MountReport>, LifeError> {
        let rows = active::all(self.0.database.host()).await?;
        let report = |point: &Arc<MountPoint>| {
            let row = rows.iter().find(|row| row.domain == point.domain);
            MountReport {
                point: point.clone(),
                active: row.and_then(|row| Some(row.active.clone()?.1)),
                previous: row.and_then(|row| Some(row.previous.clone()?.1)),
                changed: row.map(|row| row.changed),
            }
        };
        Ok(self.0.mounts.iter().map(report).collect())
    }

    /// One package, and what its component says of itself.
    pub async fn inspect(&self, name: &str, version: &str) -> Result<(Package, Inspected), LifeError> {
        let (package, installed) = self.0.described(name, version).await?;
        let operations = Operations::parse(&installed.description.openapi, &self.0.assembly.limits)
            .map_err(|error| LifeError::refused(Step::Document, error.to_string()))?;
        Ok((package, inspect(&installed, &operations)))
    }

    /// What would change for the clients of a mount if a version were activated there.
    pub async fn differences(
        &self,
        name: &str,
        version: &str,
        domain: Option<&str>,
    ) -> Result<Vec<Difference>, LifeError> {
        let point = self.0.point(name, domain)?;
        let (_, installed) = self.0.described(name, version).await?;
        let row = active::of(self.0.database.host(), &point.domain).await?;
        let old = self.0.document(&point, &row).await?;
        let new = serde_json::from_str(&installed.description.openapi).unwrap_or_default();
        Ok(old.map(|old| contract::differences(&old, &new)).unwrap_or_default())
    }
}

impl Inner {
    async fn described(&self, name: &str, version: &str) -> Result<(Package, Installed), LifeError> {
        let package = self.package(name, version).await?;
        let bytes = self.packages.read(&package).await?;
        let installed = examine::install(&self.runtime, bytes, &self.assembly.limits).await?;
        Ok((package, installed))
    }
}

/// What an installed component says of itself.
pub(super) fn inspect(installed: &Installed, operations: &Operations) -> Inspected {
    let description = &installed.description;
    let capability = |capability: &Capability| json!({ "name": capability.name(), "means": capability.sentence() });
    let json = json!({
        "capabilities": description.capabilities.iter().map(capability).collect::<Vec<_>>(),
        "imports": installed.imported.iter().map(|capability| capability.name()).collect::<Vec<_>>(),
        "operations": operations.names(),
        "roles": description.roles.iter().map(|role| &role.name).collect::<Vec<_>>(),
        "migrations": description.migrations.iter().map(|step| json!({ "version": step.version, "name": step.name })).collect::<Vec<_>>(),
        "works_with": { "minimum": description.works_with.minimum, "maximum": description.works_with.maximum },
    });
    Inspected { json }
}
