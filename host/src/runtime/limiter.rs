//! The limits of one instance's memory, tables and instances.

use wasmtime::ResourceLimiter;

use crate::assembly::Limits;

/// Refuses growth beyond the plugin's limits and remembers that it did, so that the trap that follows
/// can be told from others.
pub(super) struct Limiter {
    memory_bytes: usize,
    table_elements: usize,
    instances: usize,
    tables: usize,
    /// The limit that was hit.
    pub(super) exhausted: Option<&'static str>,
}

impl Limiter {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            memory_bytes: limits.memory_bytes,
            table_elements: limits.table_elements,
            instances: limits.instances,
            tables: limits.tables,
            exhausted: None,
        }
    }

    fn allow(&mut self, allowed: bool, what: &'static str) -> bool {
        if !allowed {
            self.exhausted = Some(what);
        }
        allowed
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, _current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let allowed = desired <= self.memory_bytes;
        Ok(self.allow(allowed, "memory"))
    }

    fn table_growing(&mut self, _current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let allowed = desired <= self.table_elements;
        Ok(self.allow(allowed, "table elements"))
    }

    fn instances(&self) -> usize {
        self.instances
    }

    fn tables(&self) -> usize {
        self.tables
    }

    fn memories(&self) -> usize {
        self.instances
    }
}
