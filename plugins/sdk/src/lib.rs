//! Write a Ward plugin as an ordinary axum application.
//!
//! A plugin is a set of axum handlers with `utoipa` descriptions, put together by [`plugin!`]:
//!
//! ```
//! use ward_sdk::prelude::*;
//!
//! #[utoipa::path(get, path = "/hello/{name}", operation_id = "say_hello",
//!     params(("name" = String, Path)), responses((status = 200, body = String)))]
//! async fn say_hello(Path(name): Path<String>) -> Json<String> {
//!     Json(format!("Hello, {name}!"))
//! }
//!
//! ward_sdk::plugin! {
//!     name: "hello",
//!     version: "1.0.0",
//!     router: || OpenApiRouter::new().routes(routes!(say_hello)),
//!     policies: "permit (principal, action, resource);",
//! }
//!
//! assert!(PLUGIN.openapi().paths.paths.contains_key("/hello/{name}"));
//! ```
//!
//! Built for `wasm32-wasip2` as a `cdylib` this is a component that the host mounts. It imports exactly
//! the capabilities that its code calls; they must be among `capabilities`, and the assembly must grant
//! them.
//!
//! Every request runs in a fresh instance: a `static` that one request changes is unchanged in the next.
//! The router is built once, at install, and is part of the image those instances start from; building
//! it may touch no clock, no random number and no capability.
//!
//! Host calls return when they are done, so handlers are `async` only in form: there is nothing to wait
//! for, and a future that waits for something else ends the request with a panic.
//!
//! The crate also compiles natively, so that a plugin's own logic can have ordinary unit tests;
//! [`Plugin::respond`] even runs whole requests. Only the capabilities answer nowhere but in the host.

pub mod audit;
#[doc(hidden)]
pub mod bindings;
pub mod blobs;
pub mod clock;
pub mod config;
mod convert;
pub mod detail;
pub mod docs;
pub mod events;
pub mod extract;
mod failure;
pub mod identity;
pub mod input;
pub mod jobs;
pub mod log;
mod migrations;
mod plugin;
pub mod policy;
mod queued;
mod response;
#[doc(hidden)]
pub mod runtime;
pub mod services;
pub mod sql;
pub mod testing;
mod timestamp;
mod vocabulary;

pub use axum;
pub use chrono;
pub use http;
pub use serde_json;
pub use utoipa;
pub use utoipa_axum;

pub use extract::{Caller, File, Form, Json, Multipart, Part, PartContent, Path, Query, RequestInfo};
pub use failure::{Failure, Location, Problem, ProblemKind, Rejection, RejectionKind, Segment, default_envelope};
pub use migrations::Migration;
pub use plugin::{Capability, Plugin, RateLimit, RateScope, Role, Schedule, SchemaBounds, Subscription, Tokens};
pub use response::{Blob, EventStream, refusal};
pub use timestamp::Timestamp;
pub use vocabulary::Word;

/// What nearly every plugin uses.
pub mod prelude {
    pub use crate::extract::{Caller, Form, Json, Multipart, Path, Query, RequestInfo};
    pub use crate::{Blob, EventStream, Failure, Problem, ProblemKind, Rejection};
    pub use axum::response::{IntoResponse, Response};
    pub use http::{StatusCode, header};
    pub use utoipa::{IntoParams, OpenApi, ToSchema};
    pub use utoipa_axum::{router::OpenApiRouter, routes};
    pub use {axum, http, utoipa};
}
