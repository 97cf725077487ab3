//! One scrape: what every part of the product has counted.

use std::time::Duration;

use futures_util::future::join_all;

use super::operations::Operations;
use super::process;
use super::text::{Family, Labels, render};
use crate::app::App;
use crate::gateway::{MountPoint, Mounted};
use crate::storage::{Engine, PoolStats, Statements, Transfers};

/// The media type of the page.
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// How long the database has to tell of jobs and events.
const PATIENCE: Duration = Duration::from_secs(2);
/// The domain of what is the host's own.
const HOST: &str = "host";

/// Everything, as text.
pub async fn page(app: &App) -> String {
    let mut families = about(app);
    families.extend(requests(app));
    families.extend(database(app).await);
    families.extend(blobs(app));
    families.extend(background(app).await);
    families.extend(sign_ins(app));
    families.extend(this_process());
    render(families)
}

fn label(name: &'static str, value: &str) -> (&'static str, String) {
    (name, value.to_owned())
}

fn about(app: &App) -> Vec<Family> {
    let engine = match app.database.host().engine() {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    };
    let mut build = Family::gauge("ward_build_info", "The version of Ward and its database engine.");
    build.number(vec![label("version", env!("CARGO_PKG_VERSION")), label("database", engine)], 1);
    let mut plugins = Family::gauge("ward_plugin_info", "The version that is active at a mount.");
    let mut active = Family::gauge("ward_plugin_active", "Whether a version is active at a mount.");
    for point in &app.mounts {
        let mounted = point.active();
        active.number(vec![label("domain", &point.domain)], usize::from(mounted.is_some()));
        if let Some(mounted) = mounted {
            let labels = [
                label("domain", &point.domain),
                label("plugin", &mounted.name),
                label("mount", &point.prefix),
                label("version", &mounted.version),
            ];
            plugins.number(labels.to_vec(), 1);
        }
    }
    vec![build, plugins, active]
}

/// The families of requests; each row is a domain's operation.
struct Requests {
    answers: Family,
    times: Family,
    faults: Family,
    limits: Family,
}

fn requests(app: &App) -> Vec<Family> {
    let mut of = Requests {
        answers: Family::counter("ward_requests", "Answers by domain, operation and class of status."),
        times: Family::histogram("ward_request_seconds", "From a request's head to the head of its answer."),
        faults: Family::counter(
            "ward_faults",
            "Answers and jobs that a plugin owed: it trapped, or its answer was none.",
        ),
        limits: Family::counter("ward_limit_hits", "Requests and jobs that ran into a limit, by limit."),
    };
    of.add(HOST, &app.admin.measured);
    let mut running = Family::gauge("ward_requests_running", "Requests that a plugin works at.");
    let mut waiting = Family::gauge("ward_requests_waiting", "Requests that send their bodies or wait for their turn.");
    for point in &app.mounts {
        of.add(&point.domain, &point.measured);
        let (runs, waits) = point.here();
        running.number(vec![label("domain", &point.domain)], runs);
        waiting.number(vec![label("domain", &point.domain)], waits);
    }
    of.add_jobs(&app.mounts.iter().filter_map(|point| point.active()).collect::<Vec<_>>());
    let Requests { answers, times, faults, limits } = of;
    let mut streams = Family::gauge("ward_streams", "Event streams of clients.");
    streams.number(Vec::new(), app.streams.count());
    let pool = app.life.runtime().instances();
    let mut used =
        Family::gauge("ward_instances", "Instances of plugins: those that run, and those there is room for.");
    used.number(vec![label("state", "used")], pool.used);
    used.number(vec![label("state", "most")], pool.most);
    let mut memory = Family::gauge("ward_instance_memories", "Linear memories in use.");
    memory.number(Vec::new(), pool.memories);
    let mut resident = Family::gauge("ward_instance_idle_bytes", "Bytes that unused linear memories keep.");
    resident.number(Vec::new(), pool.resident_bytes);
    vec![answers, times, faults, limits, running, waiting, streams, used, memory, resident]
}

impl Requests {
    /// Operations that were called; the others have nothing to tell.
    fn add(&mut self, domain: &str, operations: &Operations) {
        for (operation, row) in operations.rows().iter().filter(|(_, row)| row.time().count() > 0) {
            let labels = || vec![label("domain", domain), label("operation", operation)];
            for (class, count) in row.classes().filter(|(_, count)| *count > 0) {
                self.answers.count([labels(), vec![label("status", class)]].concat(), count);
            }
            self.times.times(labels(), row.time());
            for (incident, count) in row.incidents() {
                self.happened(incident, labels(), count);
            }
        }
    }

    fn add_jobs(&mut self, active: &[std::sync::Arc<Mounted>]) {
        for mounted in active {
            let kinds = mounted.jobs.as_ref().map(|jobs| jobs.stats().kinds()).unwrap_or_default();
            for (kind, stats) in kinds {
                for (incident, count) in stats.incidents() {
                    let labels = vec![label("domain", &mounted.domain), label("operation", &format!("job:{kind}"))];
                    self.happened(incident, labels, count);
                }
            }
        }
    }

    fn happened(&mut self, incident: super::Incident, mut labels: Labels, count: u64) {
        let (family, name) = if incident.is_fault() { (&mut self.faults, "kind") } else { (&mut self.limits, "limit") };
        labels.push(label(name, incident.name()));
        family.count(labels, count);
    }
}

async fn database(app: &App) -> Vec<Family> {
    let mut times = Family::histogram(
        "ward_database_seconds",
        "Statements by domain and kind, with the wait for a connection and, for commits, for the disk.",
    );
    let mut errors =
        Family::counter("ward_database_errors", "Statements that failed though nothing is wrong with them.");
    let mut connections = Family::gauge("ward_database_connections", "Connections: those lent, and those that may be.");
    let plugins = app.life.schemas().await;
    let host = (HOST.to_owned(), app.database.host().clone());
    for (domain, pool) in std::iter::once(&host).chain(&plugins) {
        for (kind, statements) in kinds(pool.stats()) {
            let labels = || vec![label("domain", domain), label("statement", kind)];
            times.times(labels(), &statements.time);
            for (error, count) in [
                ("conflict", &statements.conflicts),
                ("timeout", &statements.timeouts),
                ("unavailable", &statements.unavailable),
            ] {
                if count.get() > 0 {
                    errors.count([labels(), vec![label("error", error)]].concat(), count.get());
                }
            }
        }
        let (used, most) = pool.connections();
        connections.number(vec![label("domain", domain), label("state", "used")], used);
        connections.number(vec![label("domain", domain), label("state", "most")], most);
    }
    vec![times, errors, connections]
}

fn kinds(stats: &PoolStats) -> [(&'static str, &Statements); 4] {
    [("query", &stats.query), ("execute", &stats.execute), ("begin", &stats.begin), ("commit", &stats.commit)]
}

fn blobs(app: &App) -> Vec<Family> {
    let mut times = Family::histogram("ward_blob_seconds", "Accesses to objects by domain and kind.");
    let mut bytes = Family::counter("ward_blob_bytes", "Bytes of these accesses.");
    let mut errors = Family::counter("ward_blob_errors", "Accesses that the object store failed.");
    for (domain, stats) in app.blobs.stats() {
        let kinds: [(&str, &Transfers); 3] = [("keep", &stats.keep), ("read", &stats.read), ("open", &stats.open)];
        for (kind, transfers) in kinds.into_iter().filter(|(_, transfers)| transfers.time.count() > 0) {
            let labels = || vec![label("domain", &domain), label("access", kind)];
            times.times(labels(), &transfers.time);
            bytes.count(labels(), transfers.bytes.get());
            errors.count(labels(), transfers.errors.get());
        }
    }
    vec![times, bytes, errors]
}

/// Jobs and events. What only the database knows is left out while it does not answer.
async fn background(app: &App) -> Vec<Family> {
    let points = app.mounts.iter().filter_map(|point| Some((point, point.active()?)));
    let active: Vec<(&MountPoint, _)> = points.map(|(point, mounted)| (&**point, mounted)).collect();
    let mut ended = Family::counter("ward_jobs_ended", "Attempts at jobs that ended on this node, by outcome.");
    let mut times = Family::histogram("ward_job_seconds", "Attempts at jobs on this node.");
    for (point, mounted) in &active {
        for (kind, stats) in mounted.jobs.as_ref().map(|jobs| jobs.stats().kinds()).unwrap_or_default() {
            let labels = || vec![label("domain", &point.domain), label("kind", &kind)];
            times.times(labels(), &stats.time);
            for (outcome, count) in [
                ("done", &stats.done),
                ("failed", &stats.failed),
                ("dead", &stats.dead),
                ("cancelled", &stats.cancelled),
            ] {
                ended.count([labels(), vec![label("outcome", outcome)]].concat(), count.get());
            }
        }
    }
    let mut there = Family::gauge("ward_jobs", "Jobs on all nodes that wait, run or are dead.");
    let mut events = Family::counter("ward_events", "Events that were published, on all nodes.");
    let mut untold = Family::gauge("ward_events_undelivered", "Events that a subscribed plugin has not been told yet.");
    let looks = join_all(active.iter().map(async |(point, mounted)| {
        let looked = tokio::time::timeout(PATIENCE, look(mounted)).await;
        (point.domain.as_str(), looked.unwrap_or_default())
    }));
    for (domain, (jobs, told)) in looks.await {
        for (kind, state, count) in jobs {
            there.number(vec![label("domain", domain), label("kind", &kind), label("state", &state)], count);
        }
        let Some((head, waiting)) = told else { continue };
        events.count(vec![label("domain", domain)], u64::try_from(head).unwrap_or(0));
        for (subscriber, count) in waiting {
            let labels = vec![label("domain", domain), label("subscriber", &subscriber)];
            untold.number(labels, usize::try_from(count).unwrap_or(0));
        }
    }
    vec![ended, times, there, events, untold]
}

/// Jobs by kind and state; the last event's number, and what each subscriber has still to be told.
type Looked = (Vec<(String, String, usize)>, Option<(i64, Vec<(String, i64)>)>);

async fn look(mounted: &Mounted) -> Looked {
    let jobs = async {
        match &mounted.jobs {
            Some(queue) => queue.census().await.unwrap_or_default(),
            None => Vec::new(),
        }
    };
    let events = async {
        match &mounted.events {
            Some(hub) => hub.outbox().census().await.ok(),
            None => None,
        }
    };
    tokio::join!(jobs, events)
}

fn sign_ins(app: &App) -> Vec<Family> {
    let mut family = Family::counter("ward_sign_ins", "Sign-ins by domain and how they ended.");
    for ((domain, end), count) in app.identity.sign_ins() {
        family.count(vec![label("domain", &domain), label("outcome", end.name())], count);
    }
    vec![family]
}

/// Under the names that every exporter gives these.
#[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
fn this_process() -> Vec<Family> {
    let mut cpu = Family::counter("process_cpu_seconds", "Processor time.");
    cpu.seconds(Vec::new(), process::cpu_seconds());
    let mut families = vec![cpu];
    for (name, help, value) in [
        ("process_resident_memory_bytes", "Resident memory.", process::resident_bytes().map(|value| value as f64)),
        ("process_open_fds", "Open files.", process::open_files().map(|value| value as f64)),
        ("process_max_fds", "Most open files.", process::most_files().map(|value| value as f64)),
        ("process_start_time_seconds", "When it started.", Some(process::start_seconds())),
    ] {
        let mut family = Family::gauge(name, help);
        if let Some(value) = value {
            family.value(Vec::new(), value);
        }
        families.push(family);
    }
    families
}
