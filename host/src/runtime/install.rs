//! From a component's bytes to something that can be instantiated: check, pre-initialise, compile,
//! describe.

use std::sync::Arc;
use std::time::Duration;

use wasmtime::Store;
use wasmtime::component::{Component, Linker};
use wasmtime_wizer::Wizer;

use super::bindings::GuestPre;
use super::description::{self, DescriptionError};
use super::form::{self, FormError};
use super::imports::{self, ImportError};
use super::limiter::Limiter;
use super::{Capability, Description, Fault, Runtime, meter, sealed};
use crate::assembly::Limits;

/// The export that prepares the image from which every instance starts.
const INITIALIZE: &str = "initialize";

/// The export that runs jobs.
const BACKGROUND: &str = "ward:plugin/background@0.1.0";

/// Time that `initialize` and `describe` may compute, each.
const CPU: Duration = Duration::from_secs(5);

/// Bytes of a description.
const DESCRIPTION_BYTES: usize = 16 << 20;

/// Why a component cannot be installed.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// Not a plugin at all.
    #[error(transparent)]
    Form(#[from] FormError),
    /// Not a component, or not one that this engine takes.
    #[error("not a WebAssembly component that Ward can run: {0}")]
    Component(String),
    /// It imports what it may not.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// `initialize` failed.
    #[error("its `initialize` failed: {0}")]
    Initialize(String),
    /// `describe` failed.
    #[error("its `describe` failed: {0}")]
    Describe(String),
    /// What it says of itself cannot be.
    #[error("its description is wrong: {0}")]
    Description(#[from] DescriptionError),
}

/// A component that is compiled, pre-initialised and has described itself.
#[derive(Clone)]
pub struct Installed {
    pub(super) component: Component,
    /// What it says of itself.
    pub description: Arc<Description>,
    /// What it imports.
    pub imported: Vec<Capability>,
    /// Whether it exports `background`.
    pub background: bool,
    /// SHA-256 of the component's bytes, hexadecimal.
    pub digest: String,
}

impl Installed {
    /// Checks that everything it imports is granted.
    pub fn check_granted(&self, granted: &[Capability]) -> Result<(), InstallError> {
        Ok(imports::check_granted(&self.imported, granted)?)
    }
}

/// The state of a store that only installs.
struct Sealed {
    limiter: Limiter,
}

impl Runtime {
    /// Installs the component in `bytes` under `limits`. Compiles it unless the cache has it.
    pub async fn install(&self, bytes: &[u8], limits: &Limits) -> Result<Installed, InstallError> {
        let digest = hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes));
        let (component, description) = match self.cached(&digest) {
            Some(ready) => ready,
            None => self.compile(bytes, &digest, limits).await?,
        };
        let imported = imports::capabilities(&self.serving, &component)?;
        description::check(&description)?;
        imports::check_requested(&imported, &description.capabilities)?;
        let background = component.get_export_index(None, BACKGROUND).is_some();
        Ok(Installed { component, description: Arc::new(description), imported, background, digest })
    }

    fn cached(&self, digest: &str) -> Option<(Component, Description)> {
        let kept = self.cache.get(&self.serving, digest)?;
        let (description, artefact) = unpack(&kept)?;
        let loaded = load(self, artefact);
        let component = loaded.inspect_err(|error| tracing::warn!(%error, "a compiled artefact does not load")).ok()?;
        Some((component, description))
    }

    async fn compile(
        &self,
        bytes: &[u8],
        digest: &str,
        limits: &Limits,
    ) -> Result<(Component, Description), InstallError> {
        let failed = |error: &wasmtime::Error| InstallError::Component(chain(error));
        let started = std::time::Instant::now();
        form::check_bytes(bytes)?;
        let plain = Component::new(&self.installing, bytes).map_err(|error| failed(&error))?;
        form::check_world(&self.installing, &plain)?;
        imports::capabilities(&self.installing, &plain)?;
        let description = self.describe(&plain, limits).await?;
        let image = match self.preinitialise(&plain, bytes, limits).await? {
            Some(image) => image,
            None => bytes.to_vec(),
        };
        let artefact = self.serving.precompile_component(&image).map_err(|error| failed(&error))?;
        if let Err(error) = self.cache.put(&self.serving, digest, &pack(&description, &artefact)) {
            tracing::warn!(%error, "the compiled artefact cannot be kept; the next start compiles again");
        }
        tracing::info!(plugin = description.name, duration_ms = started.elapsed().as_millis(), "compiled a plugin");
        Ok((load(self, &artefact).map_err(|error| failed(&error))?, description))
    }

    /// The component with its memory as `initialize` leaves it; `None` if it has no such export, or a
    /// structure that cannot be pre-initialised (then `initialize` is not called: it may do nothing).
    async fn preinitialise(
        &self,
        plain: &Component,
        bytes: &[u8],
        limits: &Limits,
    ) -> Result<Option<Vec<u8>>, InstallError> {
        if plain.get_export_index(None, INITIALIZE).is_none() {
            return Ok(None);
        }
        let mut wizer = Wizer::new();
        wizer.init_func(INITIALIZE).keep_init_func(true);
        if let Err(error) = wizer.instrument_component(bytes) {
            tracing::info!(
                error = chain(&error),
                "a plugin cannot be pre-initialised and starts cold in every request"
            );
            return Ok(None);
        }
        let mut store = sealed_store(&self.installing, limits);
        let run = Box::pin(wizer.run_component(&mut store, bytes, async |store, component| {
            sealed::linker(component)?.instantiate_async(store, component).await
        }));
        match meter::metered(run, CPU).await {
            Ok(Ok((image, _))) => Ok(Some(image)),
            Ok(Err(error)) => Err(InstallError::Initialize(chain(&error))),
            Err(meter::OutOfTime) => Err(InstallError::Initialize(format!("it computed for longer than {CPU:?}"))),
        }
    }

    async fn describe(&self, component: &Component, limits: &Limits) -> Result<Description, InstallError> {
        let failed = |error: wasmtime::Error| match Fault::from_error(&error, None) {
            Fault::CallTooLarge => InstallError::Describe(format!("it has more than {} MiB", DESCRIPTION_BYTES >> 20)),
            _ => InstallError::Describe(chain(&error)),
        };
        let linker: Linker<Sealed> = sealed::linker(component).map_err(failed)?;
        let guest = GuestPre::new(linker.instantiate_pre(component).map_err(failed)?).map_err(failed)?;
        let mut store = sealed_store(&self.installing, limits);
        store.set_hostcall_fuel(DESCRIPTION_BYTES);
        let call = Box::pin(async {
            let guest = guest.instantiate_async(&mut store).await?;
            guest.ward_plugin_describe().call_describe(&mut store).await
        });
        match meter::metered(call, CPU).await {
            Ok(described) => described.map_err(failed),
            Err(meter::OutOfTime) => Err(InstallError::Describe(format!("it computed for longer than {CPU:?}"))),
        }
    }
}

/// What is kept of an installation: the length of the description, the description, the machine code.
/// `describe` writes more memory than any request; it must not run in a slot that requests run in.
fn pack(description: &Description, artefact: &[u8]) -> Vec<u8> {
    let description = serde_json::to_vec(description).unwrap_or_default();
    let length = u64::try_from(description.len()).unwrap_or_default().to_le_bytes();
    [&length[..], &description, artefact].concat()
}

/// The two parts of what [`pack`] made.
fn unpack(kept: &[u8]) -> Option<(Description, &[u8])> {
    let (length, rest) = kept.split_first_chunk()?;
    let (description, artefact) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    Some((serde_json::from_slice(description).ok()?, artefact))
}

/// Where a guest runs that may do nothing but compute.
fn sealed_store(engine: &wasmtime::Engine, limits: &Limits) -> Store<Sealed> {
    let mut store = Store::new(engine, Sealed { limiter: Limiter::new(limits) });
    store.limiter(|sealed| &mut sealed.limiter);
    store.set_epoch_deadline(1);
    store.epoch_deadline_async_yield_and_update(1);
    store
}

/// Loads machine code.
#[expect(unsafe_code, reason = "wasmtime marks loading machine code unsafe")]
fn load(runtime: &Runtime, artefact: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: `deserialize` demands bytes that this very engine made with `precompile_component` and
    // that nobody changed. Both callers pass just that: `compile` what it has made, and `cached` what
    // `Cache::get` has authenticated with a MAC whose key only this installation can read.
    unsafe { Component::deserialize(&runtime.serving, artefact) }
}

/// The error and its causes, the outermost first, in one line.
fn chain(error: &wasmtime::Error) -> String {
    let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    causes.join(": ")
}
