//! A plugin that serves: one fresh instance for every request.

use std::sync::Arc;
use std::time::Duration;

use wasmtime::Store;

use super::bindings::GuestPre;
use super::bindings::background::WorkerPre;
use super::state::{self, State};
use super::{
    Capability, Description, Fault, InstallError, Installed, Job, JobFailure, Problem, Request, Response, ResponseBody,
    Runtime, imports, meter,
};
use crate::assembly::Limits;
use crate::audit::Touched;
use crate::capabilities::config::Values;
use crate::capabilities::services::Granted;
use crate::clock::Clock;
use crate::events::Outbox;
use crate::identity::{Domain, Session};
use crate::jobs::{Progress, Queue};
use crate::policy::Policies;
use crate::storage::{Container, Pool, Staged};

/// Time that shaping the answer to a problem may take.
const PROBLEM_MS: u64 = 1_000;

/// What a plugin is given. A capability that is not granted is `None`.
pub struct Resources {
    /// The mount's name, for the log.
    pub name: Arc<str>,
    /// What its clock shows.
    pub clock: Clock,
    /// Its limits.
    pub limits: Limits,
    /// Its schema.
    pub sql: Option<Pool>,
    /// Its container.
    pub container: Option<Container>,
    /// Its domain's accounts.
    pub identity: Option<Domain>,
    /// Its policies, for decisions on records.
    pub policies: Option<Arc<Policies>>,
    /// Its settings and secrets.
    pub config: Option<Arc<Values>>,
    /// Whether it may write to the log.
    pub log: bool,
    /// Its jobs.
    pub jobs: Option<Queue>,
    /// Its events.
    pub events: Option<Outbox>,
    /// The mounts that it may call.
    pub services: Option<Granted>,
    /// Whether it may name what it touches.
    pub audit: bool,
}

impl Resources {
    fn granted(&self) -> Vec<Capability> {
        let given = |capability: &Capability| match capability {
            Capability::Sql => self.sql.is_some(),
            Capability::Blobs => self.container.is_some(),
            Capability::Identity => self.identity.is_some(),
            Capability::Policy => self.policies.is_some(),
            Capability::Config => self.config.is_some(),
            Capability::Log => self.log,
            Capability::Jobs => self.jobs.is_some(),
            Capability::Events => self.events.is_some(),
            Capability::Services => self.services.is_some(),
            Capability::Audit => self.audit,
        };
        Capability::ALL.into_iter().filter(given).collect()
    }

    /// The same plugin with nothing to touch, for shaping the answers to problems.
    fn bare(&self) -> Self {
        Self {
            name: self.name.clone(),
            clock: self.clock.clone(),
            limits: Limits { wall_ms: PROBLEM_MS, cpu_ms: PROBLEM_MS, ..self.limits.clone() },
            sql: None,
            container: None,
            identity: None,
            policies: None,
            config: None,
            log: self.log,
            jobs: None,
            events: None,
            services: None,
            audit: self.audit,
        }
    }
}

/// An installed plugin with what it was given.
pub struct Plugin {
    description: Arc<Description>,
    engine: wasmtime::Engine,
    guest: GuestPre<State>,
    /// Where it works in the background.
    worker: Option<WorkerPre<State>>,
    resources: Resources,
    bare: Resources,
}

impl Plugin {
    /// Links `installed` to its `resources`; an import that is not among them is refused.
    pub fn new(runtime: &Runtime, installed: &Installed, resources: Resources) -> Result<Self, InstallError> {
        let granted = resources.granted();
        imports::check_granted(&installed.imported, &granted)?;
        let (guest, worker) =
            link(runtime, installed, &granted).map_err(|error| InstallError::Component(format!("{error:#}")))?;
        let bare = resources.bare();
        let (description, engine) = (installed.description.clone(), runtime.serving.clone());
        Ok(Self { description, engine, guest, worker, resources, bare })
    }

    /// What the plugin says of itself.
    #[must_use]
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// Whether it may call other mounts.
    #[must_use]
    pub fn may_call(&self) -> bool {
        self.resources.services.is_some()
    }

    /// Lets a fresh instance answer `request`. `uploads` are the files its body names by number; what it
    /// names goes into `touched`.
    pub async fn handle(
        &self,
        request: Request,
        uploads: Vec<Staged>,
        caller: Option<Arc<Session>>,
        touched: Touched,
    ) -> Result<Response, Fault> {
        let state = State::new(&self.resources, &request.request_id, uploads, caller).with_audit(touched);
        let limits = &self.resources.limits;
        let answer = self
            .call(state, limits, async |store| {
                let guest = self.guest.instantiate_async(&mut *store).await?;
                guest.ward_plugin_http().call_handle(store, &request).await
            })
            .await;
        let answer = answer.and_then(|response| check(response, limits));
        answer.inspect_err(|fault| self.blame(fault, &request.operation, &request.request_id))
    }

    /// Lets a fresh instance, which can touch nothing, shape the answer to a problem.
    pub async fn problem(&self, problem: Problem) -> Result<Response, Fault> {
        let state = State::new(&self.bare, &problem.request_id, Vec::new(), None);
        let limits = &self.bare.limits;
        let answer = self
            .call(state, limits, async |store| {
                let guest = self.guest.instantiate_async(&mut *store).await?;
                guest.ward_plugin_http().call_answer_problem(store, &problem).await
            })
            .await;
        let answer = answer.and_then(|response| check(response, limits));
        answer.inspect_err(|fault| self.blame(fault, "problem", &problem.request_id))
    }

    /// Lets a fresh instance run `job`. Dropping the future ends it where it stands.
    pub async fn run_job(&self, job: Job, progress: Progress) -> Result<Result<(), JobFailure>, Fault> {
        let Some(worker) = &self.worker else {
            return Err(Fault::Invalid("it does not export `background`".into()));
        };
        let state = State::new(&self.resources, &job.id, Vec::new(), None).with_progress(progress);
        let limits = &self.resources.limits;
        let limits = Limits { wall_ms: limits.job_wall_ms, cpu_ms: limits.job_cpu_ms, ..limits.clone() };
        let ended = self
            .call(state, &limits, async |store| {
                let worker = worker.instantiate_async(&mut *store).await?;
                worker.ward_plugin_background().call_run(store, &job).await
            })
            .await;
        ended.inspect_err(|fault| self.blame(fault, &job.kind, &job.id))
    }

    async fn call<R>(
        &self,
        state: State,
        limits: &Limits,
        call: impl AsyncFnOnce(&mut Store<State>) -> wasmtime::Result<R>,
    ) -> Result<R, Fault> {
        let mut store = Store::new(&self.engine, state);
        store.limiter(|state| &mut state.limiter);
        store.set_hostcall_fuel(limits.call_bytes.max(limits.response_bytes));
        store.set_epoch_deadline(1);
        store.epoch_deadline_async_yield_and_update(1);
        let answer = {
            let run = std::pin::pin!(call(&mut store));
            let metered = meter::metered(run, Duration::from_millis(limits.cpu_ms));
            tokio::time::timeout(Duration::from_millis(limits.wall_ms), metered).await
        };
        store.data().log_stderr();
        match answer {
            Ok(Ok(Ok(answer))) => Ok(answer),
            Ok(Ok(Err(error))) => Err(Fault::from_error(&error, store.data().limiter.exhausted)),
            Ok(Err(meter::OutOfTime)) => Err(Fault::Cpu(limits.cpu_ms)),
            Err(_) => Err(Fault::Wall(limits.wall_ms)),
        }
    }

    fn blame(&self, fault: &Fault, operation: &str, request_id: &str) {
        let plugin = &*self.resources.name;
        tracing::warn!(target: "ward::fault", plugin, operation, request_id, %fault, "a plugin failed");
    }
}

type Linked = (GuestPre<State>, Option<WorkerPre<State>>);

/// Gives the component what is granted, and finds its exports.
fn link(runtime: &Runtime, installed: &Installed, granted: &[Capability]) -> wasmtime::Result<Linked> {
    let linked = state::linker(&runtime.serving, granted)?.instantiate_pre(&installed.component)?;
    let worker = if installed.background { Some(WorkerPre::new(linked.clone())?) } else { None };
    Ok((GuestPre::new(linked)?, worker))
}

fn check(response: Response, limits: &Limits) -> Result<Response, Fault> {
    if !(200..600).contains(&response.status) {
        return Err(Fault::Invalid(format!("the status {} is not an answer's", response.status)));
    }
    match &response.body {
        ResponseBody::Bytes(bytes) if bytes.len() > limits.response_bytes => {
            Err(Fault::AnswerTooLarge(limits.response_bytes))
        }
        _ => Ok(response),
    }
}
