//! One version of a mounted plugin, with all that its requests need.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::mount_point::{MountPoint, Room};
use super::openapi;
use super::operations::Operations;
use super::pages::Page;
use super::rate::{RateError, Rates};
use crate::assembly::Limits;
use crate::events::Hub;
use crate::jobs::{Queue, Schedules};
use crate::metrics::Measured;
use crate::policy::Policies;
use crate::runtime::Plugin;
use crate::storage::Container;

/// Numbers every [`Mounted`] of this process.
static GENERATION: AtomicU64 = AtomicU64::new(1);

/// A mounted plugin.
pub struct Mounted {
    /// The plugin's name.
    pub name: String,
    /// The version that the plugin says it has.
    pub version: String,
    /// The installed package that it comes from: its version there.
    pub package: String,
    /// SHA-256 of the component, hexadecimal.
    pub digest: String,
    /// Domain of its schema, and of its policies.
    pub domain: String,
    /// Domain of the accounts that it serves.
    pub accounts: String,
    /// The plugin.
    pub plugin: Arc<Plugin>,
    /// Its operations.
    pub operations: Operations,
    /// Its policies, built for [`Operations::names`].
    pub policies: Arc<Policies>,
    /// Its blobs, if they were granted.
    pub container: Option<Container>,
    /// Its jobs, if they were granted.
    pub jobs: Option<Queue>,
    /// When it works by itself.
    pub schedules: Schedules,
    /// Its events, if they were granted.
    pub events: Option<Arc<Hub>>,
    /// Its limits.
    pub limits: Limits,
    /// Unlike that of every other version that this process has mounted.
    pub generation: u64,
    /// Its OpenAPI document.
    pub document: Value,
    pub(super) rates: Rates,
    pub(super) room: Arc<Room>,
    /// The numbers of its operations, by their indices.
    pub(super) measured: Vec<Arc<Measured>>,
    /// The document as it is served, by the base it is reached by.
    pages: Mutex<HashMap<String, Arc<Page>>>,
}

/// What a [`Mounted`] is made of.
pub struct Parts {
    /// The plugin.
    pub plugin: Arc<Plugin>,
    /// The version of the installed package.
    pub package: String,
    /// SHA-256 of the component, hexadecimal.
    pub digest: String,
    /// Its operations, from [`Operations::parse`].
    pub operations: Operations,
    /// Its policies.
    pub policies: Arc<Policies>,
    /// Its blobs, if they were granted.
    pub container: Option<Container>,
    /// Its jobs, if they were granted.
    pub jobs: Option<Queue>,
    /// When it works by itself.
    pub schedules: Schedules,
    /// Its events, if they were granted.
    pub events: Option<Arc<Hub>>,
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
    pub(super) fn new(point: &MountPoint, room: Arc<Room>, parts: Parts) -> Result<Self, MountError> {
        let mount = &point.mount;
        let Parts { plugin, package, digest, operations, policies, container, jobs, schedules, events, rate_limits } =
            parts;
        let description = plugin.description();
        let rates = Rates::new(&description.rate_limits, &mount.rate_limits, operations.names(), rate_limits)?;
        Ok(Self {
            name: description.name.clone(),
            version: description.version.clone(),
            document: serde_json::from_str(&description.openapi)?,
            domain: point.domain.clone(),
            accounts: point.mount.accounts().to_owned(),
            measured: point.measured.of(operations.names()),
            package,
            digest,
            plugin,
            operations,
            policies,
            container,
            jobs,
            schedules,
            events,
            limits: point.limits.clone(),
            generation: GENERATION.fetch_add(1, Ordering::Relaxed),
            rates,
            room,
            pages: Mutex::default(),
        })
    }

    /// The document as seen from `base`, one of the few prefixes that lead here.
    pub(super) fn page(&self, base: &str) -> Arc<Page> {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(page) = pages.get(base) {
            return page.clone();
        }
        let page = Arc::new(Page::json(&openapi::at(&self.document, base)));
        pages.insert(base.to_owned(), page.clone());
        page
    }
}
