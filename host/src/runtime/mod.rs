//! WebAssembly: engine, installation, pre-initialisation, compiled cache, limits, and one fresh
//! instance for every request.

mod bindings;
mod cache;
mod description;
mod engine;
mod fault;
mod form;
mod imports;
mod install;
mod limiter;
mod meter;
mod plugin;

mod sealed;
mod state;

mod stderr;

pub use bindings::background::exports::ward::plugin::background::{Failure as JobFailure, Job};
pub use bindings::exports::ward::plugin::describe::{
    Capability, Description, Migration, RateLimit, RateScope, Role, Schedule, SchemaBounds, Subscription,
};
pub use bindings::exports::ward::plugin::http::{
    BlobBody, Body, Caller, EventStream, File, Part, PartContent, Problem, ProblemKind, Request, Response, ResponseBody,
};
pub use cache::Cache;
pub use engine::{Pool, PoolUse, Runtime};
pub use fault::Fault;
pub use form::FormError;
pub use install::{InstallError, Installed};
pub use plugin::{Plugin, Resources};
