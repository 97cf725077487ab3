//! The running product: storage, identity, and every mounted plugin.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::net::TcpListener;

use crate::assembly::Assembly;
use crate::audit::{Anchor, Journal};
use crate::background::Background;
use crate::backup;
use crate::clock::{self, Clock};
use crate::examine;
use crate::gateway::{self, MountPoint, Mounted};
use crate::identity::Identity;
use crate::life::Life;
use crate::metrics;
use crate::storage::{BlobStore, Database, ObjectsLock};

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
    pub mounts: Vec<Arc<MountPoint>>,
    /// What is installed and active at them.
    pub life: Life,
    /// The event streams of all mounts.
    pub streams: Arc<gateway::Streams>,
    /// Where operations on patient data are recorded.
    pub audit: Journal,
    /// The operations by which that is changed.
    pub admin: gateway::Admin,
    /// The password of `admin`, if this start created the account and made the password up.
    pub first_password: Option<String>,
}

impl App {
    /// Opens storage, lets serve what is active at every mount of the assembly, and makes sure that the
    /// administrator exists. Nothing is served before all of it has succeeded.
    pub async fn open(assembly: Assembly) -> anyhow::Result<Arc<Self>> {
        Self::open_at(assembly, clock::system()).await
    }

    /// The same with a clock of the caller's, which tokens, lock-outs and the plugins follow.
    pub async fn open_at(assembly: Assembly, clock: Clock) -> anyhow::Result<Arc<Self>> {
        metrics::remember_start();
        backup::refuse_unfinished(&assembly.data)?;
        let keys = assembly.data.join("keys");
        let database = Database::open(&assembly.database, &assembly.data).await.context("open the database")?;
        let blobs = BlobStore::open(&assembly.blobs, &assembly.data).await.context("open the blob store")?;
        let identity =
            Identity::open(database.host().clone(), &keys, clock.clone()).await.context("open the accounts")?;
        let (anchor, node) = (Anchor::new(&assembly.data), node(&assembly));
        let audit = Journal::open(database.host(), &identity, anchor, node, clock.clone());
        let runtime = examine::runtime(&assembly)?;
        let life = Life::new(&assembly, &database, &blobs, &identity, runtime, clock);
        // Before the plugins: activating one gives the administrator its roles.
        let password = &assembly.admin_password.0;
        let created = identity.ensure_administrator(password, &life.administrator_roles()).await;
        let first_password = created.context("create the administrator")?;
        life.open().await?;
        let granted = identity.grant_administrator(&life.administrator_roles()).await;
        granted.context("give the administrator its roles")?;
        let admin = gateway::Admin::new(&assembly, &identity)?;
        let mounts = life.mounts().to_vec();
        let streams = gateway::Streams::new(&assembly.streams);
        let app =
            Arc::new(Self { assembly, database, blobs, identity, mounts, life, streams, audit, admin, first_password });
        app.life.services().connect(&app);
        Ok(app)
    }

    /// What serves at every mount now, in the assembly's order.
    #[must_use]
    pub fn active(&self) -> Vec<Option<Arc<Mounted>>> {
        self.mounts.iter().map(|point| point.active()).collect()
    }

    /// Serves on `listener`, and works in the background, until `shutdown` is done and what runs has
    /// finished.
    pub async fn serve(
        self: Arc<Self>,
        listener: TcpListener,
        shutdown: impl Future<Output = ()>,
    ) -> anyhow::Result<()> {
        let operators = match self.assembly.metrics_listen {
            Some(address) => {
                let bound = TcpListener::bind(address).await;
                Some(bound.with_context(|| format!("cannot listen on {address} for /metrics"))?)
            }
            None => None,
        };
        let background = Background::start(&self).await.context("start working in the background")?;
        let patience = Duration::from_millis(self.assembly.http.shutdown_ms);
        let following = tokio::spawn({
            let app = self.clone();
            async move { tokio::join!(sweep(&app), app.life.follow()) }
        });
        let audit = self.audit.clone();
        let served = gateway::serve(self, listener, operators, shutdown).await;
        following.abort();
        background.stop(patience).await;
        audit.flush().await;
        Ok(served?)
    }
}

/// The name of this process in audit records.
fn node(assembly: &Assembly) -> String {
    let machine = || std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_owned();
    if assembly.node.is_empty() { machine() } else { assembly.node.clone() }
}

/// Removes objects that no row names: what a crash between storing a file and committing its row left.
async fn sweep(app: &App) {
    loop {
        match ObjectsLock::try_sweep(&app.assembly.database, &app.assembly.data).await {
            Ok(Some(lock)) => {
                sweep_once(app).await;
                lock.release().await;
            }
            Ok(None) => tracing::info!("a backup runs, or another node sweeps: objects without a row stay for now"),
            Err(error) => tracing::warn!(%error, "cannot look for objects without a row"),
        }
        tokio::time::sleep(SWEEP).await;
    }
}

async fn sweep_once(app: &App) {
    let of_plugins = app.active().into_iter().flatten().filter_map(|mounted| mounted.container.clone());
    for container in of_plugins.chain([app.life.container().clone()]) {
        let of = container.domain();
        match container.sweep(ORPHAN_AGE).await {
            Ok(0) => {}
            Ok(removed) => tracing::info!(of, removed, "removed objects without a row"),
            Err(error) => tracing::warn!(of, %error, "cannot look for objects without a row"),
        }
    }
}
