//! `ward:plugin/log`: a plugin's lines in the host's log.

mod line;

use std::sync::Arc;

use wasmtime::component::{HasData, Linker};
use wasmtime::{Result, bail};

use bindings::ward::plugin::log::Level;

mod bindings {
    #![allow(clippy::pedantic, reason = "generated from the WIT files, which document it")]
    wasmtime::component::bindgen!({
        path: "../wit",
        inline: "package ward:host; world w { import ward:plugin/log@0.1.0; }",
        imports: { default: trappable },
    });
}

/// Lines of one request.
const MOST_LINES: u32 = 100;

/// The state of one instance. Tells how many lines were dropped when the request ends, however it ends.
#[derive(Debug)]
pub struct LogCtx {
    granted: bool,
    plugin: Arc<str>,
    request_id: Arc<str>,
    written: u32,
    dropped: u64,
}

impl LogCtx {
    /// For one request of `plugin`.
    #[must_use]
    pub fn new(granted: bool, plugin: Arc<str>, request_id: Arc<str>) -> Self {
        Self { granted, plugin, request_id, written: 0, dropped: 0 }
    }

    /// Takes one line of the quota; nothing is left of it after the hundredth.
    fn admit(&mut self) -> bool {
        if self.written < MOST_LINES {
            self.written += 1;
            return true;
        }
        self.dropped = self.dropped.saturating_add(1);
        false
    }

    fn emit(&self, level: Level, message: &str) {
        let (plugin, request_id) = (&*self.plugin, &*self.request_id);
        match level {
            Level::Debug => tracing::debug!(target: "ward::plugin", plugin, request_id, "{message}"),
            Level::Info => tracing::info!(target: "ward::plugin", plugin, request_id, "{message}"),
            Level::Warn => tracing::warn!(target: "ward::plugin", plugin, request_id, "{message}"),
            Level::Error => tracing::error!(target: "ward::plugin", plugin, request_id, "{message}"),
        }
    }
}

impl Drop for LogCtx {
    fn drop(&mut self) {
        if self.dropped > 0 {
            let dropped = self.dropped;
            self.emit(Level::Warn, &format!("the plugin wrote too many lines; {dropped} were dropped"));
        }
    }
}

/// The state, borrowed for one call.
pub struct View<'a> {
    /// The instance's state.
    pub ctx: &'a mut LogCtx,
}

struct Log;

impl HasData for Log {
    type Data<'a> = View<'a>;
}

/// Links the interface.
///
/// # Errors
/// The linker has it already.
pub fn add_to_linker<T: Send + 'static>(linker: &mut Linker<T>, view: fn(&mut T) -> View<'_>) -> Result<()> {
    bindings::ward::plugin::log::add_to_linker::<T, Log>(linker, view)
}

impl bindings::ward::plugin::log::Host for View<'_> {
    fn write(&mut self, level: Level, message: String) -> Result<()> {
        if !self.ctx.granted {
            bail!("the capability `log` is not granted to this plugin");
        }
        if self.ctx.admit() {
            self.ctx.emit(level, &line::clean(&message));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
