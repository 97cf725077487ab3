//! Development: a mount that the assembly names as unsigned takes its component from a file, built from
//! the checkout, at a start.
//!
//! Only a file that changed since it was last taken is taken: what was activated, or rolled back, since
//! then survives a restart. No version number tells two builds apart, so their digest does.

use std::io::ErrorKind;
use std::sync::Arc;

use bytes::Bytes;

use super::Inner;
use super::active::{self, Row};
use super::error::{LifeError, Step};
use super::package::{Package, digest};
use super::prepare::Contract;
use crate::examine;
use crate::gateway::MountPoint;

/// Digits of a digest that tell builds apart.
const DIGITS: usize = 12;

impl Inner {
    /// Takes the development file of a mount over if it is a new one. Tells whether it did.
    pub(super) async fn take_checkout(&self, point: &Arc<MountPoint>) -> anyhow::Result<bool> {
        if !point.mount.unsigned {
            return Ok(false);
        }
        let file = self.assembly.checkout(&point.mount);
        let bytes: Bytes = match tokio::fs::read(&file).await {
            Ok(bytes) => bytes.into(),
            Err(error) => {
                let row = active::of(self.database.host(), &point.domain).await?;
                if error.kind() == ErrorKind::NotFound && row.active.is_some() {
                    return Ok(false);
                }
                return Err(anyhow::Error::new(error).context(format!("read the component {}", file.display())));
            }
        };
        if self.is_taken(point, &bytes).await?.is_none() {
            return Ok(false);
        }
        let lock = self.lock().await?;
        let taken = self.take(point, bytes).await;
        lock.release().await;
        Ok(taken?)
    }

    /// The row to change, unless this very file was the last that was taken.
    async fn is_taken(&self, point: &MountPoint, bytes: &Bytes) -> Result<Option<Row>, LifeError> {
        let row = active::of(self.database.host(), &point.domain).await?;
        let same = row.checkout.as_deref() == Some(&digest(bytes)) && row.active.is_some();
        Ok((!same).then_some(row))
    }

    async fn take(&self, point: &Arc<MountPoint>, bytes: Bytes) -> Result<bool, LifeError> {
        // Another node may have been faster.
        let Some(row) = self.is_taken(point, &bytes).await? else { return Ok(false) };
        let installed = examine::install(&self.runtime, bytes.clone(), &point.limits).await?;
        let (name, digest) = (installed.description.name.clone(), installed.digest.clone());
        if name != point.mount.plugin {
            let reason =
                format!("it says that it is the plugin `{name}`, and the mount is of `{}`", point.mount.plugin);
            return Err(LifeError::refused(Step::Describe, reason));
        }
        let package = Package {
            version: build(&installed.description.version, &digest),
            bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            signer: None,
            signature: None,
            installed: Self::now(),
            blob: String::new(),
            name,
            digest: digest.clone(),
        };
        let mut stage = self.blobs.stage();
        stage.write(bytes).await?;
        let package = self.keep(&stage.finish().await?, package).await?;
        let package = self.package(&package.name, &package.version).await?;
        let row = Row { checkout: Some(digest), ..row };
        self.switch(point, &package, &row, Contract::Accept).await?;
        self.forget_builds(&package.name).await?;
        Ok(true)
    }

    /// Removes the builds that are neither active nor what a rollback leads to.
    async fn forget_builds(&self, name: &str) -> Result<(), LifeError> {
        let rows = active::all(self.database.host()).await?;
        let is_build = |package: &Package| package.name == name && package.version.contains("dev.");
        let unused = |package: &Package| is_build(package) && !rows.iter().any(|row| row.names(package));
        let old: Vec<Package> = self.packages.list().await?.into_iter().filter(unused).collect();
        self.packages.remove(&old).await
    }
}

/// The version of a build: semantic versions may carry what their order ignores.
fn build(version: &str, digest: &str) -> String {
    let mark = if version.contains('+') { '.' } else { '+' };
    format!("{version}{mark}dev.{}", digest.get(..DIGITS).unwrap_or(digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_of_one_version_differ() {
        assert_eq!(build("1.0.0", "0123456789abcdef"), "1.0.0+dev.0123456789ab");
        assert_eq!(build("1.0.0+a", "0123456789abcdef"), "1.0.0+a.dev.0123456789ab");
    }
}
