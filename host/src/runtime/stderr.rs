//! A guest's standard output and error. They may quote patient data, so they go to the log only where
//! the operator asks for them (`WARD_LOG=ward::plugin::stderr=debug`), and no further than a few KiB.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};

/// Bytes that are kept of one request's output.
const KEPT_BYTES: usize = 8 << 10;

/// Whether anybody wants to see it.
pub(super) fn wanted() -> bool {
    tracing::enabled!(target: "ward::plugin::stderr", tracing::Level::DEBUG)
}

/// Collects the beginning of what a guest writes.
#[derive(Clone, Default)]
pub(super) struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    /// Logs what was captured.
    pub(super) fn log(&self, plugin: &str, request_id: &str) {
        let bytes = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for line in String::from_utf8_lossy(&bytes).lines() {
            let line = line.escape_debug();
            tracing::debug!(target: "ward::plugin::stderr", plugin, request_id, "{line}");
        }
    }
}

impl IsTerminal for Captured {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Captured {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }
}

impl AsyncWrite for Captured {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut kept = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let room = KEPT_BYTES.saturating_sub(kept.len()).min(bytes.len());
        kept.extend_from_slice(&bytes[..room]);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
