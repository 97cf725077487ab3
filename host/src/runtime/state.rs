//! What one instance may use: WASI's little and each granted capability's context.

use std::sync::Arc;
use std::time::Duration;

use wasmtime::component::{Linker, ResourceTable};
use wasmtime_wasi::cli::{WasiCli, WasiCliView as _};
use wasmtime_wasi::clocks::{HostWallClock, WasiClocks, WasiClocksView as _};
use wasmtime_wasi::filesystem::{WasiFilesystem, WasiFilesystemView as _};
use wasmtime_wasi::p2::bindings::{cli, clocks, filesystem, random};
use wasmtime_wasi::random::{WasiRandom, WasiRandomView as _};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_io::bindings::wasi::io;

use super::Capability;
use super::limiter::Limiter;
use super::plugin::Resources;
use super::stderr::{self, Captured};
use crate::audit::Touched;
use crate::capabilities::audit::AuditCtx;
use crate::capabilities::blobs::BlobsCtx;
use crate::capabilities::config::ConfigCtx;
use crate::capabilities::events::EventsCtx;
use crate::capabilities::identity::IdentityCtx;
use crate::capabilities::jobs::JobsCtx;
use crate::capabilities::log::LogCtx;
use crate::capabilities::policy::PolicyCtx;
use crate::capabilities::services::ServicesCtx;
use crate::capabilities::sql::SqlCtx;
use crate::capabilities::{audit, blobs, config, events, identity, jobs, log, policy, services, sql};
use crate::clock::Clock;
use crate::identity::Session;
use crate::jobs::Progress;
use crate::storage::{Bounds, Staged};

/// The state of one request's store. Dropping it rolls back what is open and removes what was staged.
pub(super) struct State {
    pub(super) limiter: Limiter,
    stderr: Option<Captured>,
    plugin: Arc<str>,
    request_id: Arc<str>,
    wasi: WasiCtx,
    table: ResourceTable,
    sql: SqlCtx,
    blobs: BlobsCtx,
    identity: IdentityCtx,
    policy: PolicyCtx,
    config: ConfigCtx,
    log: LogCtx,
    jobs: JobsCtx,
    events: EventsCtx,
    services: ServicesCtx,
    audit: AuditCtx,
}

impl State {
    /// For a request of a caller, with the uploads it brought.
    pub(super) fn new(
        resources: &Resources,
        request_id: &str,
        uploads: Vec<Staged>,
        caller: Option<Arc<Session>>,
    ) -> Self {
        let limits = &resources.limits;
        let mut table = ResourceTable::new();
        table.set_max_capacity(limits.handles);
        let stderr = stderr::wanted().then(Captured::default);
        let request_id: Arc<str> = request_id.into();
        let bounds = Bounds { rows: limits.sql_rows, bytes: limits.sql_bytes };
        Self {
            limiter: Limiter::new(limits),
            wasi: wasi(resources.clock.clone(), stderr.clone()),
            stderr,
            plugin: resources.name.clone(),
            request_id: request_id.clone(),
            table,
            sql: SqlCtx::new(resources.sql.clone(), bounds, limits.call_bytes),
            blobs: BlobsCtx::new(resources.container.clone(), uploads, limits.file_bytes, limits.total_bytes),
            identity: IdentityCtx::new(resources.identity.clone()),
            policy: PolicyCtx { policies: resources.policies.clone(), caller, touched: None },
            config: ConfigCtx { values: resources.config.clone() },
            log: LogCtx::new(resources.log, resources.name.clone(), request_id),
            jobs: JobsCtx::new(resources.jobs.clone()),
            events: EventsCtx::new(resources.events.clone()),
            services: ServicesCtx::new(resources.services.clone(), limits.call_bytes),
            audit: AuditCtx { granted: resources.audit, touched: None },
        }
    }

    /// The same for a request that may be recorded.
    pub(super) fn with_audit(mut self, touched: Touched) -> Self {
        self.policy.touched = Some(touched.clone());
        self.audit.touched = Some(touched);
        self
    }

    /// The same for a job that tells how far it has come.
    pub(super) fn with_progress(mut self, progress: Progress) -> Self {
        self.jobs.progress = Some(progress);
        self
    }

    /// Logs what the guest wrote to its standard output and error, if anybody wants to see it.
    pub(super) fn log_stderr(&self) {
        if let Some(captured) = &self.stderr {
            captured.log(&self.plugin, &self.request_id);
        }
    }
}

/// No file, no socket, no environment, no argument.
fn wasi(clock: Clock, stderr: Option<Captured>) -> WasiCtx {
    let mut builder = WasiCtx::builder();
    builder.wall_clock(WallClock(clock));
    if let Some(captured) = stderr {
        builder.stdout(captured.clone()).stderr(captured);
    }
    builder.allow_tcp(false).allow_udp(false).build()
}

/// The guest's time is the host's, which tests can hold still.
struct WallClock(Clock);

impl HostWallClock for WallClock {
    fn resolution(&self) -> Duration {
        Duration::from_micros(1)
    }

    fn now(&self) -> Duration {
        let now = (self.0)();
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        Duration::from_secs(seconds) + Duration::from_micros(now.timestamp_subsec_micros().into())
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// A linker with WASI's little and the granted capabilities, and nothing else.
pub(super) fn linker(engine: &wasmtime::Engine, granted: &[Capability]) -> wasmtime::Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    add_wasi(&mut linker)?;
    for capability in granted {
        add(&mut linker, *capability)?;
    }
    Ok(linker)
}

fn add(linker: &mut Linker<State>, capability: Capability) -> wasmtime::Result<()> {
    match capability {
        Capability::Sql => {
            sql::add_to_linker(linker, |state: &mut State| sql::View { ctx: &mut state.sql, table: &mut state.table })
        }
        Capability::Blobs => blobs::add_to_linker(linker, |state: &mut State| blobs::View {
            ctx: &mut state.blobs,
            table: &mut state.table,
        }),
        Capability::Identity => {
            identity::add_to_linker(linker, |state: &mut State| identity::View { ctx: &mut state.identity })
        }
        Capability::Policy => {
            policy::add_to_linker(linker, |state: &mut State| policy::View { ctx: &mut state.policy })
        }
        Capability::Config => {
            config::add_to_linker(linker, |state: &mut State| config::View { ctx: &mut state.config })
        }
        Capability::Log => log::add_to_linker(linker, |state: &mut State| log::View { ctx: &mut state.log }),
        Capability::Jobs => jobs::add_to_linker(linker, |state: &mut State| jobs::View {
            ctx: &mut state.jobs,
            table: &mut state.table,
        }),
        Capability::Services => services::add_to_linker(linker, |state: &mut State| services::View {
            in_transaction: state.sql.in_transaction(),
            ctx: &mut state.services,
        }),
        Capability::Events => events::add_to_linker(linker, |state: &mut State| events::View {
            ctx: &mut state.events,
            table: &mut state.table,
        }),
        Capability::Audit => audit::add_to_linker(linker, |state: &mut State| audit::View { ctx: &mut state.audit }),
    }
}

/// Interface by interface, because wasmtime's own list has sockets in it.
fn add_wasi(l: &mut Linker<State>) -> wasmtime::Result<()> {
    io::error::add_to_linker::<State, HasTable>(l, |state| &mut state.table)?;
    io::poll::add_to_linker::<State, HasTable>(l, |state| &mut state.table)?;
    io::streams::add_to_linker::<State, HasTable>(l, |state| &mut state.table)?;
    clocks::wall_clock::add_to_linker::<State, WasiClocks>(l, State::clocks)?;
    clocks::monotonic_clock::add_to_linker::<State, WasiClocks>(l, State::clocks)?;
    random::random::add_to_linker::<State, WasiRandom>(l, State::random)?;
    random::insecure::add_to_linker::<State, WasiRandom>(l, State::random)?;
    random::insecure_seed::add_to_linker::<State, WasiRandom>(l, State::random)?;
    filesystem::preopens::add_to_linker::<State, WasiFilesystem>(l, State::filesystem)?;
    filesystem::types::add_to_linker::<State, WasiFilesystem>(l, State::filesystem)?;
    cli::environment::add_to_linker::<State, WasiCli>(l, State::cli)?;
    cli::exit::add_to_linker::<State, WasiCli>(l, State::cli)?;
    cli::stdin::add_to_linker::<State, WasiCli>(l, State::cli)?;
    cli::stdout::add_to_linker::<State, WasiCli>(l, State::cli)?;
    cli::stderr::add_to_linker::<State, WasiCli>(l, State::cli)?;
    cli::terminal_input::add_to_linker::<State, WasiCli>(l, State::cli)?;
    cli::terminal_output::add_to_linker::<State, WasiCli>(l, State::cli)?;
    cli::terminal_stdin::add_to_linker::<State, WasiCli>(l, State::cli)?;
    cli::terminal_stdout::add_to_linker::<State, WasiCli>(l, State::cli)?;
    cli::terminal_stderr::add_to_linker::<State, WasiCli>(l, State::cli)
}

struct HasTable;

impl wasmtime::component::HasData for HasTable {
    type Data<'a> = &'a mut ResourceTable;
}
