//! `/health`: whether everything that requests need answers. `/health/ready`: whether this node should be sent
//! requests. `/health/live`: whether it should be left running.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use http::StatusCode;
use serde_json::{Value, json};

use super::mount_point::MountPoint;
use super::mounted::Mounted;
use crate::app::App;
use crate::runtime::{Fault, Problem, ProblemKind};
use crate::storage::Engine;

/// How long a report is good for.
const FRESH: Duration = Duration::from_secs(1);
/// How long each part has to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// The state of things, looked at no more than once a second.
pub struct Health {
    started: Instant,
    /// Held by the request that looks, so that the others wait for what it finds.
    looking: tokio::sync::Mutex<()>,
    last: Mutex<Option<(Instant, Report)>>,
    draining: AtomicBool,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Report {
    /// 200 if everything is well, otherwise 503.
    pub status: StatusCode,
    /// The details.
    pub body: Value,
    /// Why no requests should be sent here; empty: they should.
    reasons: Vec<String>,
}

impl Health {
    /// Counts the host's life from now.
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
            looking: tokio::sync::Mutex::new(()),
            last: Mutex::default(),
            draining: false.into(),
        }
    }

    /// From now on requests should go elsewhere.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Whether requests should be sent here.
    pub async fn ready(&self, app: &App) -> Report {
        let reasons = if self.draining.load(Ordering::Relaxed) {
            vec!["the node is shutting down".to_owned()]
        } else {
            self.report(app).await.reasons
        };
        let (status, word) =
            if reasons.is_empty() { (StatusCode::OK, "ready") } else { (StatusCode::SERVICE_UNAVAILABLE, "not ready") };
        Report { status, body: json!({ "status": word, "reasons": reasons }), reasons: Vec::new() }
    }

    /// That the process answers at all.
    pub fn live() -> Report {
        Report { status: StatusCode::OK, body: json!({ "status": "ok" }), reasons: Vec::new() }
    }

    /// The report, at most [`FRESH`] old.
    pub async fn report(&self, app: &App) -> Report {
        if let Some(report) = self.fresh() {
            return report;
        }
        let _looking = self.looking.lock().await;
        if let Some(report) = self.fresh() {
            return report;
        }
        let report = Box::pin(look(app, self.started.elapsed())).await;
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), report.clone()));
        report
    }

    fn fresh(&self) -> Option<Report> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.as_ref().filter(|(when, _)| when.elapsed() < FRESH).map(|(_, report)| report.clone())
    }
}

async fn look(app: &App, uptime: Duration) -> Report {
    let database = Box::pin(in_time(async { app.database.ping().await.is_ok() }));
    let blobs = in_time(async { app.blobs.ping().await.is_ok() });
    let active = app.active();
    let plugins = join_all(active.iter().map(async |mounted| match mounted {
        Some(mounted) => Some(is_well(mounted).await),
        None => None,
    }));
    let (database, blobs, plugins) = tokio::join!(database, blobs, plugins);
    let engine = match app.database.host().engine() {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    };
    let well = database && blobs && plugins.iter().all(|ok| *ok != Some(false));
    let reasons = reasons(app, database, blobs, &plugins);
    let mounts = app.mounts.iter().zip(&active).zip(plugins);
    let plugins: Vec<Value> = mounts.map(|((point, active), ok)| plugin(point, active.as_deref(), ok)).collect();
    Report {
        status: if well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE },
        body: json!({
            "status": if well { "ok" } else { "degraded" },
            "version": env!("CARGO_PKG_VERSION"),
            "host": { "uptime_s": uptime.as_secs() },
            "database": { "engine": engine, "ok": database },
            "blobs": { "ok": blobs },
            "plugins": plugins,
        }),
        reasons,
    }
}

/// What is missing, in sentences. `plugins` are the mounts: whether what is active answers, if something is.
fn reasons(app: &App, database: bool, blobs: bool, plugins: &[Option<bool>]) -> Vec<String> {
    let mut reasons = Vec::new();
    if !database {
        reasons.push("the database does not answer".to_owned());
    }
    if !blobs {
        reasons.push("the object store does not answer".to_owned());
    }
    for (point, ok) in app.mounts.iter().zip(plugins) {
        match ok {
            Some(true) => {}
            Some(false) => reasons.push(format!("the plugin at {} does not answer", point.prefix)),
            None => reasons.push(format!("no plugin is active at {}", point.prefix)),
        }
    }
    reasons
}

fn plugin(point: &MountPoint, active: Option<&Mounted>, ok: Option<bool>) -> Value {
    let version = active.map(|mounted| &mounted.version);
    json!({ "name": point.mount.plugin, "version": version, "mount": point.prefix, "ok": ok.unwrap_or(false) })
}

async fn is_well(mounted: &Mounted) -> bool {
    in_time(async { answers(mounted).await.is_ok() }).await
}

/// Lets a fresh instance of the plugin come up and answer.
pub async fn answers(mounted: &Mounted) -> Result<(), Fault> {
    let problem = Problem {
        kind: ProblemKind::NotFound,
        status: StatusCode::NOT_FOUND.as_u16(),
        detail: "health".into(),
        operation: None,
        request_id: "health".into(),
        retry_after_seconds: None,
    };
    mounted.plugin.problem(problem).await.map(drop)
}

async fn in_time(check: impl Future<Output = bool>) -> bool {
    tokio::time::timeout(PATIENCE, check).await.unwrap_or(false)
}
