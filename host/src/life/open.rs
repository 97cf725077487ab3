//! A start: what was active serves again.

use std::sync::Arc;

use anyhow::Context as _;

use super::activate::{administrator_roles, swap};
use super::active::{self, Row};
use super::error::LifeError;
use super::prepare::Contract;
use super::{ADMINISTRATOR_ROLE, HOST_DOMAIN, Inner, Life};
use crate::gateway::MountPoint;

impl Life {
    /// Lets serve at every mount what is active there, after development files that are new were taken
    /// over. One that cannot serve ends the start: its clients would be told that it is gone.
    pub async fn open(&self) -> anyhow::Result<()> {
        let of = |point: &MountPoint| format!("mount `{}` at {}", point.mount.plugin, point.prefix);
        let mut opening = Vec::new();
        for point in &self.0.mounts {
            if self.0.take_checkout(point).await.with_context(|| of(point))? {
                continue;
            }
            // A large component takes a while to be verified and loaded: meanwhile the others are.
            let (inner, point) = (self.0.clone(), point.clone());
            opening.push(tokio::spawn(async move { inner.open(&point).await.with_context(|| of(&point)) }));
        }
        for opened in opening {
            opened.await.context("a plugin's start ended")??;
        }
        Ok(())
    }

    /// The roles that the platform administrator holds from the start, by domain.
    #[must_use]
    pub fn administrator_roles(&self) -> Vec<(String, Vec<String>)> {
        let host = (HOST_DOMAIN.to_owned(), vec![ADMINISTRATOR_ROLE.to_owned()]);
        let active =
            self.0.mounts.iter().filter_map(|point| Some((point.mount.accounts().to_owned(), point.active()?)));
        let of_plugins = active.map(|(domain, mounted)| (domain, administrator_roles(&mounted)));
        std::iter::once(host).chain(of_plugins).collect()
    }
}

impl Inner {
    async fn open(&self, point: &Arc<MountPoint>) -> anyhow::Result<()> {
        let row = active::of(self.database.host(), &point.domain).await?;
        self.serve(point, &row).await?;
        if point.active().is_none() {
            let (plugin, path) = (&point.mount.plugin, &point.prefix);
            tracing::warn!(plugin, path, "no version of this plugin is active: install and activate one");
        }
        Ok(())
    }

    /// Lets serve what the row says.
    pub(super) async fn serve(&self, point: &Arc<MountPoint>, row: &Row) -> Result<(), LifeError> {
        let Some((name, version)) = row.active.as_ref().filter(|(name, _)| *name == point.mount.plugin) else {
            point.swap(None);
            return Ok(());
        };
        let package = self.package(name, version).await?;
        if point.active().is_some_and(|active| active.package == package.version && active.digest == package.digest) {
            return Ok(());
        }
        let mounted = self.prepare(point, &package, Contract::Accept).await?;
        swap(point, mounted);
        Ok(())
    }
}
