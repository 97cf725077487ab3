//! Guests that say what the SDK would not let them say.

use serde_json::{Value, json};
use ward_sdk::bindings;

pub use bindings::exports::ward::plugin::background::{Failure, Job};
pub use bindings::exports::ward::plugin::describe::{Capability, Description, SchemaBounds};
pub use bindings::exports::ward::plugin::http::{BlobBody, Problem, Request, Response, ResponseBody};

/// A guest straight on the contract. What it does not say is well-behaved.
pub trait Raw {
    /// `initialize`.
    fn initialize() {}

    /// `describe`.
    fn describe() -> Description;

    /// `handle`.
    fn handle(_: Request) -> Response {
        text(200, "fine")
    }

    /// `answer-problem`.
    fn answer_problem(problem: Problem) -> Response {
        text(problem.status, "the guest's own words")
    }

    /// `run`.
    ///
    /// # Errors
    /// Where the guest wants one.
    fn run(_: Job) -> Result<(), Failure> {
        Ok(())
    }
}

/// Exports a [`Raw`] guest.
#[macro_export]
macro_rules! raw {
    ($guest:ident) => {
        const _: () = {
            use ward_sdk::bindings::exports::ward::plugin::{background, describe, http};
            use $crate::raw::{Description, Failure, Job, Problem, Raw, Request, Response};

            struct Exports;

            impl ward_sdk::bindings::Guest for Exports {
                fn initialize() {
                    <$guest as Raw>::initialize();
                }
            }

            impl describe::Guest for Exports {
                fn describe() -> Description {
                    <$guest as Raw>::describe()
                }
            }

            impl http::Guest for Exports {
                fn handle(request: Request) -> Response {
                    <$guest as Raw>::handle(request)
                }

                fn answer_problem(problem: Problem) -> Response {
                    <$guest as Raw>::answer_problem(problem)
                }
            }

            impl background::Guest for Exports {
                fn run(job: Job) -> Result<(), Failure> {
                    <$guest as Raw>::run(job)
                }
            }

    ward_sdk::bindings::export!(Exports with_types_in ward_sdk::bindings);
        };
    };
}

/// A plain answer.
#[must_use]
pub fn text(status: u16, text: &str) -> Response {
    Response {
        status,
        headers: vec![("content-type".to_owned(), "text/plain".to_owned())],
        body: ResponseBody::Bytes(text.as_bytes().to_vec()),
    }
}

/// A document with the one operation `run` (`GET /run`).
#[must_use]
pub fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {"title": "A guest of the tests", "version": "1.0.0"},
        "paths": {"/run": {"get": {"operationId": "run", "responses": {"200": {"description": "fine"}}}}},
    })
}

/// A description with nothing wrong in it, to be spoilt.
#[must_use]
pub fn description(name: &str) -> Description {
    Description {
        name: name.to_owned(),
        version: "1.0.0".to_owned(),
        capabilities: Vec::new(),
        openapi: document().to_string(),
        migrations: Vec::new(),
        works_with: SchemaBounds { minimum: 0, maximum: 0 },
        cedar_schema: String::new(),
        cedar_policies: crate::OPEN.to_owned(),
        roles: Vec::new(),
        rate_limits: Vec::new(),
        access_token_seconds: 60,
        refresh_token_seconds: 120,
        schedules: Vec::new(),
        subscriptions: Vec::new(),
    }
}

/// The number that stands for `name` in a query such as `how=3`; 0 if there is none.
#[must_use]
pub fn number(query: &str, name: &str) -> u64 {
    let values = query.split('&').filter_map(|pair| pair.split_once('='));
    let mut values = values.filter(|(key, _)| *key == name).map(|(_, value)| value);
    values.next().and_then(|value| value.parse().ok()).unwrap_or(0)
}
