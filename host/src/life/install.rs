//! Installing: from a file to a package that can be activated.

use bytes::Bytes;

use super::error::{Kind, LifeError, Step};
use super::package::{Package, digest};
use super::report::{Inspected, inspect};
use super::work::detached;
use super::{Inner, Life};
use crate::assembly::Mount;
use crate::examine;
use crate::gateway::Operations;
use crate::storage::Staged;

/// A component that has arrived.
pub struct Arrival {
    /// The component.
    pub bytes: Bytes,
    /// The same, staged in the object store.
    pub staged: Staged,
    /// Its signature, Base64.
    pub signature: Option<String>,
}

impl Life {
    /// Verifies, examines and keeps a component. Nothing that serves changes. Installed once, the very
    /// same file may be installed again.
    pub async fn install(&self, arrival: Arrival) -> Result<(Package, Inspected), LifeError> {
        let this = self.clone();
        detached(async move {
            let lock = this.0.lock().await?;
            let installed = this.0.install(&arrival).await;
            lock.release().await;
            installed
        })
        .await
    }
}

impl Inner {
    async fn install(&self, arrival: &Arrival) -> Result<(Package, Inspected), LifeError> {
        let signer = self.signer(arrival)?;
        let limits = self.assembly.limits.clone();
        let installed = examine::install(&self.runtime, arrival.bytes.clone(), &limits).await?;
        let name = installed.description.name.clone();
        let mounts: Vec<&Mount> = self.assembly.mounts.iter().filter(|mount| mount.plugin == name).collect();
        if signer.is_none() && !mounts.iter().any(|mount| mount.unsigned) {
            return Err(unsigned(&name));
        }
        let operations = Operations::parse(&installed.description.openapi, &limits)
            .map_err(|error| LifeError::refused(Step::Document, format!("{:#}", anyhow::Error::from(error))))?;
        for mount in mounts {
            examine::component(&self.assembly, &self.runtime, mount, arrival.bytes.clone()).await?;
        }
        let package = Package {
            version: installed.description.version.clone(),
            digest: digest(&arrival.bytes),
            bytes: i64::try_from(arrival.bytes.len()).unwrap_or(i64::MAX),
            signer,
            signature: arrival.signature.as_ref().map(|signature| signature.trim().to_owned()),
            installed: Self::now(),
            blob: String::new(),
            name,
        };
        Ok((self.keep(&arrival.staged, package).await?, inspect(&installed, &operations)))
    }

    /// The key that signed it; none where it has no signature and a mount may do without.
    fn signer(&self, arrival: &Arrival) -> Result<Option<String>, LifeError> {
        match &arrival.signature {
            Some(signature) => {
                let signer = self.keys.signer(&arrival.bytes, signature);
                let refused =
                    |error: crate::signature::SignatureError| LifeError::refused(Step::Signature, error.to_string());
                Ok(Some(signer.map_err(refused)?.to_owned()))
            }
            None if self.assembly.mounts.iter().any(|mount| mount.unsigned) => Ok(None),
            None => Err(LifeError::refused(Step::Signature, "it is not signed")),
        }
    }

    /// Writes the package down, unless it is there already.
    pub(super) async fn keep(&self, staged: &Staged, package: Package) -> Result<Package, LifeError> {
        match self.packages.get(&package.name, &package.version).await? {
            Some(there) if there.digest == package.digest && there.signer == package.signer => return Ok(there),
            Some(there) => {
                let what = if there.digest == package.digest { "another signature" } else { "other content" };
                let reason = format!("version {} of `{}` is installed with {what}", package.version, package.name);
                return Err(LifeError::conflict(format!("{reason}: give what differs a version of its own")));
            }
            None => {}
        }
        self.packages.insert(staged, &package).await?;
        tracing::info!(plugin = package.name, version = package.version, signer = package.signer, "installed a plugin");
        Ok(package)
    }
}

fn unsigned(name: &str) -> LifeError {
    let reason = format!("it is not signed, and no mount of `{name}` in the assembly allows that");
    LifeError::new(Step::Signature, Kind::Refused, reason)
}
