//! What a plugin is: the value that [`plugin!`](crate::plugin!) builds.

use axum::response::Response;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::failure::{Failure, default_envelope};
use crate::jobs::Handler;
use crate::migrations::Migration;

pub use crate::bindings::exports::ward::plugin::describe::{Capability, RateScope, SchemaBounds};

/// A plugin, complete. All of it is known at compile time but the router, which is built at install.
#[derive(Debug)]
pub struct Plugin {
    /// Lower-case letters, digits and `-`, at most 32 characters, a letter first. Also the domain of
    /// its accounts and records, unless the assembly names another.
    pub name: &'static str,
    /// Semantic version.
    pub version: &'static str,
    /// What it may import.
    pub capabilities: &'static [Capability],
    /// Builds handlers and document; called once, at install.
    pub router: fn() -> OpenApiRouter,
    /// Steps of its database schema, from [`migrations!`](crate::migrations!).
    pub migrations: &'static [Migration],
    /// The states of its schema that its code works with; `None`: the one its own migrations lead to.
    pub works_with: Option<SchemaBounds>,
    /// Cedar schema of its records.
    pub schema: &'static str,
    /// Cedar policies. Without one that permits it, no operation can be called.
    pub policies: &'static str,
    /// Roles of its domain.
    pub roles: &'static [Role],
    /// Rate limits of its operations.
    pub rate_limits: &'static [RateLimit],
    /// Lives of the tokens it issues.
    pub tokens: Tokens,
    /// Gives problems and rejections the API's own shape.
    pub envelope: fn(Failure) -> Response,
    /// Who runs its jobs, by their kinds: [`jobs::handler`](crate::jobs::handler).
    pub jobs: &'static [Handler],
    /// Jobs that are enqueued again and again.
    pub schedules: &'static [Schedule],
    /// Events of plugins that become jobs of this one.
    pub subscriptions: &'static [Subscription],
}

/// A job that is enqueued again and again: once each time, however many nodes there are.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    /// Names it among the plugin's own.
    pub name: &'static str,
    /// Minute, hour, day of the month, month, day of the week, in the assembly's time zone.
    pub cron: &'static str,
    /// Kind of the jobs.
    pub kind: &'static str,
    /// Their payload, JSON.
    pub payload: &'static str,
}

/// Events that become jobs: `Delivered` is what their payload is.
#[derive(Clone, Copy, Debug)]
pub struct Subscription {
    /// The domain whose events they are.
    pub publisher: &'static str,
    /// The topic, and those below it.
    pub topic: &'static str,
    /// Kind of the jobs.
    pub kind: &'static str,
}

/// A role of the plugin's domain.
#[derive(Clone, Copy, Debug)]
pub struct Role {
    /// As in tokens and policies.
    pub name: &'static str,
    /// One sentence for the operator.
    pub description: &'static str,
    /// Whether the platform administrator holds it from the start.
    pub administrator: bool,
}

/// At most `requests` in `seconds`, counted by `scope`.
#[derive(Clone, Copy, Debug)]
pub struct RateLimit {
    /// Under this name the assembly can change it.
    pub name: &'static str,
    /// What it counts by.
    pub scope: RateScope,
    /// Operations it counts together; empty: all of them.
    pub operations: &'static [&'static str],
    /// How many.
    pub requests: u32,
    /// In how many seconds.
    pub seconds: u32,
}

/// Lives of tokens, in seconds.
#[derive(Clone, Copy, Debug)]
pub struct Tokens {
    /// Of an access token.
    pub access_seconds: u32,
    /// Of a refresh token.
    pub refresh_seconds: u32,
}

impl Plugin {
    /// A plugin that does nothing: the defaults for what [`plugin!`](crate::plugin!) is not told. Tokens
    /// live half an hour and seven days.
    #[must_use]
    pub const fn empty() -> Self {
        Self {
            name: "",
            version: "",
            capabilities: &[],
            router: OpenApiRouter::new,
            migrations: &[],
            works_with: None,
            schema: "",
            policies: "",
            roles: &[],
            rate_limits: &[],
            tokens: Tokens { access_seconds: 30 * 60, refresh_seconds: 7 * 24 * 60 * 60 },
            envelope: default_envelope,
            jobs: &[],
            schedules: &[],
            subscriptions: &[],
        }
    }

    /// Its OpenAPI document.
    #[must_use]
    pub fn openapi(&self) -> OpenApi {
        (self.router)().into_openapi()
    }
}

/// Declares the crate's plugin: the static `PLUGIN`, and on WebAssembly the component's exports.
///
/// `name`, `version`, `capabilities` (may be left out) and `router` come first, in this order; then, in
/// any order and each optional, the other fields of [`Plugin`]. Once per crate.
///
/// ```
/// use ward_sdk::prelude::*;
///
/// ward_sdk::plugin! {
///     name: "notes",
///     version: env!("CARGO_PKG_VERSION"),
///     capabilities: [Sql, Log],
///     router: || OpenApiRouter::new(),
///     policies: "permit (principal, action, resource);",
///     roles: &[ward_sdk::Role { name: "writer", description: "May write.", administrator: true }],
/// }
/// ```
#[macro_export]
macro_rules! plugin {
    (
        name: $name:expr,
        version: $version:expr,
        $(capabilities: [$($capability:ident),* $(,)?],)?
        router: $router:expr
        $(, $field:ident: $value:expr)* $(,)?
    ) => {
        /// This crate's plugin.
        #[allow(clippy::needless_update, reason = "a plugin may set every field, or few")]
        pub static PLUGIN: $crate::Plugin = $crate::Plugin {
            name: $name,
            version: $version,
            $(capabilities: &[$($crate::Capability::$capability),*],)?
            router: $router,
            $($field: $value,)*
            ..$crate::Plugin::empty()
        };

        #[cfg(target_family = "wasm")]
        const _: () = {
            struct Exports;
            $crate::__exports!(Exports);
            $crate::bindings::export!(Exports with_types_in $crate::bindings);
        };
    };
}

/// The contract's exports, each answered by the runtime for the crate's `PLUGIN`.
#[doc(hidden)]
#[macro_export]
macro_rules! __exports {
    ($exports:ident) => {
        impl $crate::bindings::Guest for $exports {
            fn initialize() {
                $crate::runtime::initialize(&PLUGIN);
            }
        }

        impl $crate::bindings::exports::ward::plugin::describe::Guest for $exports {
            fn describe() -> $crate::bindings::exports::ward::plugin::describe::Description {
                $crate::runtime::describe(&PLUGIN)
            }
        }

        impl $crate::bindings::exports::ward::plugin::http::Guest for $exports {
            fn handle(
                request: $crate::bindings::exports::ward::plugin::http::Request,
            ) -> $crate::bindings::exports::ward::plugin::http::Response {
                $crate::runtime::handle(&PLUGIN, request)
            }

            fn answer_problem(
                problem: $crate::bindings::exports::ward::plugin::http::Problem,
            ) -> $crate::bindings::exports::ward::plugin::http::Response {
                $crate::runtime::problem(&PLUGIN, problem)
            }
        }

        impl $crate::bindings::exports::ward::plugin::background::Guest for $exports {
            fn run(
                job: $crate::bindings::exports::ward::plugin::background::Job,
            ) -> ::core::result::Result<(), $crate::bindings::exports::ward::plugin::background::Failure> {
                $crate::runtime::run(&PLUGIN, &job)
            }
        }
    };
}
