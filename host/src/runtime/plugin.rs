//! A plugin that serves: one fresh instance for every request.

use std::sync::Arc;
use std::time::Duration;

use wasmtime::Store;

use super::bindings::{Guest, GuestPre};
use super::state::{self, State};
use super::{
    Capability, Description, Fault, InstallError, Installed, Problem, Request, Response, ResponseBody, Runtime,
    imports, meter,
};
use crate::assembly::Limits;
use crate::capabilities::config::Values;
use crate::clock::Clock;
use crate::identity::{Domain, Session};
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
        }
    }
}

/// An installed plugin with what it was given.
pub struct Plugin {
    description: Arc<Description>,
    engine: wasmtime::Engine,
    guest: GuestPre<State>,
    resources: Resources,
    bare: Resources,
}

impl Plugin {
    /// Links `installed` to its `resources`; an import that is not among them is refused.
    pub fn new(runtime: &Runtime, installed: &Installed, resources: Resources) -> Result<Self, InstallError> {
        let granted = resources.granted();
        imports::check_granted(&installed.imported, &granted)?;
        let link = |granted: &[Capability]| {
            let linker = state::linker(&runtime.serving, granted)?;
            GuestPre::new(linker.instantiate_pre(&installed.component)?)
        };
        let guest = link(&granted).map_err(|error| InstallError::Component(format!("{error:#}")))?;
        let bare = resources.bare();
        Ok(Self { description: installed.description.clone(), engine: runtime.serving.clone(), guest, resources, bare })
    }

    /// What the plugin says of itself.
    #[must_use]
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// Lets a fresh instance answer `request`. `uploads` are the files its body names by number.
    pub async fn handle(
        &self,
        request: Request,
        uploads: Vec<Staged>,
        caller: Option<Arc<Session>>,
    ) -> Result<Response, Fault> {
        let state = State::new(&self.resources, &request.request_id, uploads, caller);
        let answer = self
            .call(state, &self.resources.limits, async |store, guest| {
                guest.ward_plugin_http().call_handle(store, &request).await
            })
            .await;
        answer.inspect_err(|fault| self.blame(fault, &request.operation, &request.request_id))
    }

    /// Lets a fresh instance, which can touch nothing, shape the answer to a problem.
    pub async fn problem(&self, problem: Problem) -> Result<Response, Fault> {
        let state = State::new(&self.bare, &problem.request_id, Vec::new(), None);
        let answer = self
            .call(state, &self.bare.limits, async |store, guest| {
                guest.ward_plugin_http().call_answer_problem(store, &problem).await
            })
            .await;
        answer.inspect_err(|fault| self.blame(fault, "problem", &problem.request_id))
    }

    async fn call(
        &self,
        state: State,
        limits: &Limits,
        call: impl AsyncFnOnce(&mut Store<State>, &Guest) -> wasmtime::Result<Response>,
    ) -> Result<Response, Fault> {
        let mut store = Store::new(&self.engine, state);
        store.limiter(|state| &mut state.limiter);
        store.set_hostcall_fuel(limits.call_bytes.max(limits.response_bytes));
        store.set_epoch_deadline(1);
        store.epoch_deadline_async_yield_and_update(1);
        let answer = {
            let run = std::pin::pin!(async {
                let guest = self.guest.instantiate_async(&mut store).await?;
                call(&mut store, &guest).await
            });
            let metered = meter::metered(run, Duration::from_millis(limits.cpu_ms));
            tokio::time::timeout(Duration::from_millis(limits.wall_ms), metered).await
        };
        store.data().log_stderr();
        match answer {
            Ok(Ok(Ok(response))) => check(response, limits),
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

fn check(response: Response, limits: &Limits) -> Result<Response, Fault> {
    if !(200..600).contains(&response.status) {
        return Err(Fault::Invalid(format!("the status {} is not an answer's", response.status)));
    }
    match &response.body {
        ResponseBody::Bytes(bytes) if bytes.len() > limits.response_bytes => {
            Err(Fault::Invalid(format!("its body has more than {} bytes", limits.response_bytes)))
        }
        _ => Ok(response),
    }
}
