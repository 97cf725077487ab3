//! A place where a plugin is mounted, and the version of it that serves there now.
//!
//! The version is swapped as a whole. A request takes it once, at its beginning, and keeps it to its
//! end: what was swapped out goes when its last request does.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use tokio::sync::Semaphore;

use super::gate::Gate;
use super::mounted::{MountError, Mounted, Parts};
use crate::assembly::{Limits, Mount};
use crate::metrics::Operations;

/// Problems that are shaped by one plugin at once, at most: the runtime has an instance for each that
/// may run. The host's own envelope serves the others.
const PROBLEMS: usize = 32;

/// One `[[mount]]` of the assembly.
pub struct MountPoint {
    /// The assembly's entry.
    pub mount: Mount,
    /// Domain of its roles and schema.
    pub domain: String,
    /// Path prefix: `/pacs`; `/` at the root.
    pub prefix: String,
    /// Host names at whose root it is mounted too.
    pub hosts: Vec<String>,
    /// Its limits: the assembly's with the mount's own.
    pub limits: Limits,
    /// What all versions share, so that two of them at once need no more room than one.
    room: Arc<Room>,
    /// The numbers of its operations.
    pub measured: Operations,
    active: ArcSwapOption<Mounted>,
    previous: ArcSwapOption<Mounted>,
}

/// How many requests and problems of one mount are here at once.
pub struct Room {
    pub(super) gate: Gate,
    pub(super) problems: Semaphore,
}

impl MountPoint {
    /// The place, with nothing serving yet.
    pub fn new(mount: &Mount, assembly: &Limits) -> Self {
        let limits = mount.limits(assembly);
        let patience = Duration::from_millis(limits.wall_ms);
        let room = Room {
            gate: Gate::new(limits.concurrency, limits.queue, patience),
            problems: Semaphore::new(limits.concurrency.clamp(1, PROBLEMS)),
        };
        Self {
            domain: mount.domain().to_owned(),
            prefix: mount.path.clone(),
            hosts: mount.hosts(),
            mount: mount.clone(),
            limits,
            room: Arc::new(room),
            measured: Operations::default(),
            active: ArcSwapOption::empty(),
            previous: ArcSwapOption::empty(),
        }
    }

    /// A version for this place, which does not serve yet.
    pub fn prepare(&self, parts: Parts) -> Result<Mounted, MountError> {
        Mounted::new(self, self.room.clone(), parts)
    }

    /// The version that serves now; `None` where none is active.
    pub fn active(&self) -> Option<Arc<Mounted>> {
        self.active.load_full()
    }

    /// The version that served before, kept so that going back needs nothing to be read or compiled.
    pub fn previous(&self) -> Option<Arc<Mounted>> {
        self.previous.load_full()
    }

    /// Requests that run, and that wait or send their bodies.
    #[must_use]
    pub fn here(&self) -> (usize, usize) {
        self.room.gate.here()
    }

    /// Whether this version serves, or served before.
    pub fn knows(&self, mounted: &Mounted) -> bool {
        let is = |other: &Arc<Mounted>| other.generation == mounted.generation;
        [self.active(), self.previous()].iter().flatten().any(is)
    }

    /// Lets another version serve from the next request on, or none. The one that served is kept, and
    /// is the answer.
    pub fn swap(&self, next: Option<Arc<Mounted>>) -> Option<Arc<Mounted>> {
        let old = self.active.swap(next);
        if let Some(old) = &old {
            self.previous.store(Some(old.clone()));
        }
        old
    }

    /// Forgets the version that served before.
    pub fn forget_previous(&self) {
        self.previous.store(None);
    }
}
