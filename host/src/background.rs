//! What runs beside the requests: the jobs and events of every mount.
//!
//! A domain has one queue and one hub in this process, whichever version of its plugin is active. A worker
//! belongs to a version: when another is swapped in, its worker takes the jobs from then on, and the old
//! one ends what it runs.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::assembly::{BackgroundLimits, Limits};
use crate::clock::Clock;
use crate::events::{self, Hub, Listener, Outbox, Subscriber};
use crate::gateway::Mounted;
use crate::jobs::{self, Queue, QueueLimits};
use crate::storage::{Pool, SqlError};

/// Time between two looks at which versions are active.
const LOOK: Duration = Duration::from_millis(250);

/// The queues and hubs of this process.
pub struct Domains {
    clock: Clock,
    times: BackgroundLimits,
    queues: Mutex<HashMap<String, Queue>>,
    outboxes: Mutex<HashMap<String, Outbox>>,
    hubs: Mutex<HashMap<String, Arc<Hub>>>,
}

impl Domains {
    /// None yet.
    #[must_use]
    pub fn new(clock: Clock, times: &BackgroundLimits) -> Self {
        let (queues, outboxes, hubs) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { clock, times: times.clone(), queues, outboxes, hubs }
    }

    /// The jobs of a domain, in the schema that `sql` leads to.
    pub fn queue(&self, domain: &str, sql: &Pool, limits: &Limits) -> Queue {
        let new = || Queue::new(sql, self.clock.clone(), QueueLimits::new(limits, &self.times));
        one(&self.queues, domain, new)
    }

    /// The events of a domain, in the schema that `sql` leads to.
    pub fn outbox(&self, domain: &str, sql: &Pool, limits: &Limits) -> Outbox {
        one(&self.outboxes, domain, || Outbox::new(domain, sql, self.clock.clone(), limits, &self.times))
    }

    /// The hub of these events.
    pub fn hub(&self, outbox: &Outbox) -> Arc<Hub> {
        one(&self.hubs, outbox.domain(), || Hub::new(outbox.clone()))
    }
}

/// The one of a domain, made when it is first asked for.
fn one<T: Clone>(all: &Mutex<HashMap<String, T>>, domain: &str, new: impl FnOnce() -> T) -> T {
    let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
    all.entry(domain.to_owned()).or_insert_with(new).clone()
}

/// The workers and relays of this node.
pub struct Background {
    stop: oneshot::Sender<Duration>,
    task: JoinHandle<()>,
}

impl Background {
    /// Starts them for every active version, and keeps up with what is active.
    pub async fn start(app: &Arc<App>) -> Result<Self, SqlError> {
        let (stop, stopped) = oneshot::channel();
        let mut crew = Crew::of(app);
        crew.keep_up().await?;
        Ok(Self { stop, task: tokio::spawn(crew.work(stopped)) })
    }

    /// Takes up nothing new, and gives what runs so much time.
    pub async fn stop(self, patience: Duration) {
        // It listens for as long as it lives.
        let _ = self.stop.send(patience);
        if self.task.await.is_err() {
            tracing::error!("what works in the background panicked");
        }
    }
}

struct Crew {
    app: Arc<App>,
    /// By domain: the version's generation, and its worker.
    workers: HashMap<String, (u64, jobs::Handle)>,
    /// Of versions that were swapped out.
    retired: Vec<jobs::Handle>,
    /// By domain: the generations of those it tells, and its relay.
    relays: HashMap<String, (Vec<u64>, events::Handle)>,
    /// Domains whose jobs of an earlier process have been put back.
    recovered: HashSet<String>,
    /// The domains whose news it hears from other nodes.
    listener: Option<(Vec<String>, Listener)>,
}

impl Crew {
    fn of(app: &Arc<App>) -> Self {
        Self {
            app: app.clone(),
            workers: HashMap::new(),
            retired: Vec::new(),
            relays: HashMap::new(),
            recovered: HashSet::new(),
            listener: None,
        }
    }

    async fn work(mut self, mut stopped: oneshot::Receiver<Duration>) {
        let patience = loop {
            tokio::select! {
                patience = &mut stopped => break patience.unwrap_or_default(),
                () = tokio::time::sleep(LOOK) => {}
            }
            if let Err(error) = Box::pin(self.keep_up()).await {
                tracing::warn!(%error, "a version that was activated does not work in the background yet");
            }
        };
        let workers = self.workers.into_values().map(|(_, worker)| worker).chain(self.retired);
        join_all(workers.map(|worker| worker.stop(patience))).await;
        join_all(self.relays.into_values().map(|(_, relay)| relay.stop())).await;
    }

    /// Looks at what is active now.
    async fn keep_up(&mut self) -> Result<(), SqlError> {
        let active: Vec<Arc<Mounted>> = self.app.active().into_iter().flatten().collect();
        self.keep_relays(&active).await?;
        self.keep_workers(&active).await?;
        let hubs: Vec<Arc<Hub>> = active.iter().filter_map(|mounted| mounted.events.clone()).collect();
        let domains: Vec<String> = hubs.iter().map(|hub| hub.outbox().domain().to_owned()).collect();
        if self.listener.as_ref().is_none_or(|(heard, _)| *heard != domains) {
            self.listener = Some((domains, Listener::start(self.app.database.host(), hubs)));
        }
        Ok(())
    }

    async fn keep_workers(&mut self, active: &[Arc<Mounted>]) -> Result<(), SqlError> {
        self.retired.retain(|worker| !worker.is_finished());
        let current = |domain: &String, generation: u64| {
            active.iter().any(|mounted| mounted.domain == *domain && mounted.generation == generation)
        };
        let gone: Vec<String> = self
            .workers
            .iter()
            .filter(|(domain, (generation, _))| !current(domain, *generation))
            .map(|(domain, _)| domain.clone())
            .collect();
        for domain in gone {
            if let Some((_, worker)) = self.workers.remove(&domain) {
                // No job runs for longer.
                worker.retire(Duration::from_millis(self.longest_job(&domain)));
                self.retired.push(worker);
            }
        }
        for mounted in active {
            let Some(queue) = mounted.jobs.as_ref().filter(|_| !self.workers.contains_key(&mounted.domain)) else {
                continue;
            };
            if !self.recovered.contains(&mounted.domain) {
                let recovered = queue.recover().await?;
                self.recovered.insert(mounted.domain.clone());
                if recovered > 0 {
                    tracing::info!(domain = mounted.domain, recovered, "jobs of the last process run again");
                }
            }
            let (plugin, schedules) = (mounted.plugin.clone(), mounted.schedules.clone());
            let worker = jobs::start(plugin, queue.clone(), schedules, mounted.limits.job_concurrency);
            self.workers.insert(mounted.domain.clone(), (mounted.generation, worker));
        }
        Ok(())
    }

    async fn keep_relays(&mut self, active: &[Arc<Mounted>]) -> Result<(), SqlError> {
        let told: Vec<u64> = active.iter().map(|mounted| mounted.generation).collect();
        let publishes =
            |domain: &str| active.iter().any(|mounted| mounted.domain == domain && mounted.events.is_some());
        let gone: Vec<String> = self
            .relays
            .iter()
            .filter(|(domain, (to, _))| *to != told || !publishes(domain))
            .map(|(domain, _)| domain.clone())
            .collect();
        for domain in gone {
            if let Some((_, relay)) = self.relays.remove(&domain) {
                relay.stop().await;
            }
        }
        for hub in active.iter().filter_map(|mounted| mounted.events.as_ref()) {
            let domain = hub.outbox().domain();
            if !self.relays.contains_key(domain) {
                let relay = events::start(hub.clone(), subscribers(active, domain)).await?;
                self.relays.insert(domain.to_owned(), (told.clone(), relay));
            }
        }
        Ok(())
    }

    fn longest_job(&self, domain: &str) -> u64 {
        let point = self.app.mounts.iter().find(|point| point.domain == domain);
        point.map_or(0, |point| point.limits.job_wall_ms)
    }
}

/// The active plugins that subscribed to events of this domain.
fn subscribers(active: &[Arc<Mounted>], publisher: &str) -> Vec<Subscriber> {
    let mut subscribers = Vec::new();
    for mounted in active {
        let Some(queue) = &mounted.jobs else { continue };
        let subscriptions = &mounted.plugin.description().subscriptions;
        for one in subscriptions.iter().filter(|one| one.publisher == publisher) {
            let (domain, topic, kind) = (mounted.domain.clone(), one.topic.clone(), one.kind.clone());
            subscribers.push(Subscriber { domain, topic, kind, queue: queue.clone() });
        }
    }
    subscribers
}
