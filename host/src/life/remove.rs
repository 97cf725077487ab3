//! Removing packages, and taking a plugin out of service. Data stay in any case.

use super::active::{self, Row};
use super::error::LifeError;
use super::package::Package;
use super::work::detached;
use super::{Inner, Life};

impl Life {
    /// Removes one version, which neither serves nor is what a rollback leads to.
    pub async fn remove_version(&self, name: &str, version: &str) -> Result<Package, LifeError> {
        let (this, name, version) = (self.clone(), name.to_owned(), version.to_owned());
        detached(async move {
            let lock = this.0.lock().await?;
            let removed = this.0.remove_version(&name, &version).await;
            lock.release().await;
            removed
        })
        .await
    }

    /// Takes a plugin out of service wherever it is mounted and removes all its versions.
    pub async fn remove(&self, name: &str) -> Result<Vec<Package>, LifeError> {
        let (this, name) = (self.clone(), name.to_owned());
        detached(async move {
            let lock = this.0.lock().await?;
            let removed = this.0.remove(&name).await;
            lock.release().await;
            removed
        })
        .await
    }
}

impl Inner {
    async fn remove_version(&self, name: &str, version: &str) -> Result<Package, LifeError> {
        let package = self.package(name, version).await?;
        if let Some(row) = active::all(self.database.host()).await?.iter().find(|row| row.names(&package)) {
            return Err(LifeError::conflict(format!(
                "version {version} of `{name}` serves, or is what a rollback leads to, in the domain `{}`",
                row.domain
            )));
        }
        self.packages.remove(std::slice::from_ref(&package)).await?;
        tracing::info!(plugin = name, version, "removed a version of a plugin");
        Ok(package)
    }

    async fn remove(&self, name: &str) -> Result<Vec<Package>, LifeError> {
        let of_name = |package: &Package| package.name == name;
        let packages: Vec<Package> = self.packages.list().await?.into_iter().filter(of_name).collect();
        if packages.is_empty() {
            return Err(LifeError::not_found(format!("no version of `{name}` is installed")));
        }
        for row in active::all(self.database.host()).await? {
            self.retire(row, &packages).await?;
        }
        self.packages.remove(&packages).await?;
        tracing::warn!(plugin = name, versions = packages.len(), "removed a plugin: its mounts answer 503");
        Ok(packages)
    }

    /// Takes the packages out of a row, and out of service.
    async fn retire(&self, row: Row, packages: &[Package]) -> Result<(), LifeError> {
        if !packages.iter().any(|package| row.names(package)) {
            return Ok(());
        }
        let row = Row { active: None, previous: None, ..row };
        active::put(self.database.host(), &row, Self::now()).await?;
        for point in self.mounts.iter().filter(|point| point.domain == row.domain) {
            point.swap(None);
            point.forget_previous();
        }
        Ok(())
    }
}
