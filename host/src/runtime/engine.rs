//! The two engines: one that serves, from a pool, and one that installs.

use std::sync::Arc;
use std::time::Duration;

use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig};

use super::Cache;
use crate::assembly::Limits;

/// How often the epoch advances: the granularity at which a computing guest is interrupted.
const TICK: Duration = Duration::from_millis(10);

/// Linear memory that a pool slot keeps mapped between requests. What was ever written in a slot is put
/// back by copying after each request, up to this size; the rest is given back to the system. Small
/// requests write less than this; more would let one large request slow down every later one in its slot.
const KEEP_RESIDENT_BYTES: usize = 512 << 10;

/// What the pool must have room for: the largest of each plugin's limits, and the sum of their
/// concurrencies.
#[derive(Clone, Copy, Debug)]
pub struct Pool {
    /// Component instances at once.
    pub instances: usize,
    /// Largest linear memory, bytes.
    pub memory_bytes: usize,
    /// Most core instances (and memories) of a component.
    pub core_instances: usize,
    /// Most tables of a component.
    pub tables: usize,
    /// Most elements of a table.
    pub table_elements: usize,
}

impl Pool {
    /// Room for plugins with these limits.
    pub fn for_limits<'a>(limits: impl Iterator<Item = &'a Limits>) -> Self {
        let start = Self { instances: 16, memory_bytes: 1 << 20, core_instances: 1, tables: 1, table_elements: 1_000 };
        limits.fold(start, |pool, limits| Self {
            // Twice: an answer to a problem needs an instance of its own.
            instances: pool.instances + limits.concurrency * 2 + limits.job_concurrency,
            memory_bytes: pool.memory_bytes.max(limits.memory_bytes),
            core_instances: pool.core_instances.max(limits.instances),
            tables: pool.tables.max(limits.tables),
            table_elements: pool.table_elements.max(limits.table_elements),
        })
    }
}

/// The engines, the compiled cache and the epoch ticker. Cheap to clone.
#[derive(Clone)]
pub struct Runtime {
    pub(super) serving: Engine,
    pub(super) installing: Engine,
    pub(super) cache: Arc<Cache>,
    room: Pool,
}

impl Runtime {
    /// Builds the engines and starts the ticker, which ends with the last clone of the engine.
    pub fn new(pool: Pool, cache: Cache) -> wasmtime::Result<Self> {
        let serving = Engine::new(&serving(pool))?;
        let installing = Engine::new(&installing())?;
        for engine in [&serving, &installing] {
            start_ticker(engine)?;
        }
        Ok(Self { serving, installing, cache: Arc::new(cache), room: pool })
    }

    /// How the pool of instances is used.
    #[must_use]
    pub fn instances(&self) -> PoolUse {
        let metrics = self.serving.pooling_allocator_metrics();
        let used = metrics.as_ref().map_or(0, wasmtime::PoolingAllocatorMetrics::component_instances);
        let memories = metrics.as_ref().map_or(0, wasmtime::PoolingAllocatorMetrics::memories);
        let resident_bytes =
            metrics.as_ref().map_or(0, wasmtime::PoolingAllocatorMetrics::unused_memory_bytes_resident);
        PoolUse {
            used: usize::try_from(used).unwrap_or(usize::MAX),
            most: self.room.instances,
            memories,
            resident_bytes,
        }
    }
}

/// The pool of instances, of all plugins together.
#[derive(Clone, Copy, Debug)]
pub struct PoolUse {
    /// Instances that run.
    pub used: usize,
    /// Instances that there is room for.
    pub most: usize,
    /// Linear memories in use.
    pub memories: usize,
    /// Bytes that unused memories keep mapped.
    pub resident_bytes: usize,
}

fn common() -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .epoch_interruption(true)
        .wasm_backtrace_max_frames(std::num::NonZeroUsize::new(16));
    config
}

fn serving(room: Pool) -> Config {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    // Core instances, memories and tables are shared by all: a component rarely has more than one
    // with a memory, so twice the component instances leaves room for those that have several.
    let total = count(room.instances.saturating_mul(2).max(room.core_instances));
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(count(room.instances))
        .total_stacks(count(room.instances))
        .total_core_instances(total)
        .total_memories(total)
        .total_tables(count(room.instances.saturating_mul(2).max(room.tables)))
        .max_core_instances_per_component(count(room.core_instances))
        .max_memories_per_component(count(room.core_instances))
        .max_tables_per_component(count(room.tables))
        .max_tables_per_module(count(room.tables))
        .max_memory_size(room.memory_bytes)
        .table_elements(room.table_elements)
        .max_component_instance_size(4 << 20)
        .max_core_instance_size(4 << 20)
        .linear_memory_keep_resident(KEEP_RESIDENT_BYTES)
        .table_keep_resident(64 << 10)
        .async_stack_keep_resident(64 << 10)
        .pagemap_scan(Enabled::Auto);
    let mut config = common();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}

/// Installing compiles a component once more than it is run: quickly is better than well.
fn installing() -> Config {
    let mut config = common();
    config.cranelift_opt_level(OptLevel::None);
    config
}

fn start_ticker(engine: &Engine) -> wasmtime::Result<()> {
    let engine = engine.weak();
    std::thread::Builder::new().name("ward-epoch".into()).spawn(move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            std::thread::sleep(TICK);
        }
    })?;
    Ok(())
}
