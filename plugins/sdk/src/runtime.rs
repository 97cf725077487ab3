//! From the contract's exports to the plugin's router and back.

use std::panic;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Wake, Waker};

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::Request;
use tower_service::Service;

use crate::bindings::exports::ward::plugin::{background, describe as contract, http as wit};
use crate::convert;
use crate::failure::{Failure, Problem, ProblemKind};
use crate::plugin::Plugin;

/// The router, part of the image that every request's instance starts from.
static ROUTER: OnceLock<Router> = OnceLock::new();

/// `initialize`: builds the router and takes panics' words away from the log.
pub fn initialize(plugin: &'static Plugin) {
    ROUTER.get_or_init(|| prepare(plugin));
}

/// `describe`.
#[must_use]
pub fn describe(plugin: &'static Plugin) -> contract::Description {
    convert::description(plugin)
}

/// `handle`.
#[must_use]
pub fn handle(plugin: &'static Plugin, request: wit::Request) -> wit::Response {
    let router = ROUTER.get_or_init(|| prepare(plugin));
    let asked = Asked { operation: request.operation.clone(), id: request.request_id.clone() };
    let response = match convert::request(request) {
        Ok(request) => answer(router.clone(), request),
        Err(problem) => problem.into_response(),
    };
    block_on(convert::response(shape(plugin, response, &asked)))
}

/// `problem`.
#[must_use]
pub fn problem(plugin: &'static Plugin, problem: Problem) -> wit::Response {
    block_on(convert::response((plugin.envelope)(Failure::Problem(problem))))
}

/// `run`.
///
/// # Errors
/// Why the attempt failed.
pub fn run(plugin: &'static Plugin, job: &background::Job) -> Result<(), background::Failure> {
    // What `initialize` built is a router; the words of panics are taken away here too.
    ROUTER.get_or_init(|| prepare(plugin));
    crate::jobs::run(plugin, job)
}

impl Plugin {
    /// Answers one request as the host would have it answered, with a router of its own: for native
    /// tests of handlers that use no capability. Host-side checks (token, policy, limits) are the
    /// host's and do not happen here; a [`Caller`](crate::Caller) or
    /// [`RequestInfo`](crate::RequestInfo) is taken from the request's extensions.
    #[must_use]
    pub fn respond(&self, request: Request<Body>) -> Response {
        let asked = Asked { operation: String::new(), id: String::new() };
        shape(self, answer(build(self), request), &asked)
    }
}

struct Asked {
    operation: String,
    id: String,
}

fn prepare(plugin: &'static Plugin) -> Router {
    // A native test's panics are the test's to report.
    if cfg!(target_family = "wasm") {
        panic::set_hook(Box::new(report_panic));
    }
    build(plugin)
}

/// The host routes by the document that comes with this router, so its fallbacks are for hosts that don't.
fn build(plugin: &Plugin) -> Router {
    let (router, _) = (plugin.router)().split_for_parts();
    router
        .fallback(async || Problem::new(ProblemKind::NotFound, "There is no such operation."))
        .method_not_allowed_fallback(async || {
            Problem::new(ProblemKind::MethodNotAllowed, "This method is not allowed here.")
        })
}

/// Names the place only: a panic's message may carry what the request carried.
fn report_panic(info: &panic::PanicHookInfo<'_>) {
    match info.location() {
        Some(at) => eprintln!("panic at {}:{}:{}", at.file(), at.line(), at.column()),
        None => eprintln!("panic"),
    }
}

fn answer(mut router: Router, request: Request<Body>) -> Response {
    match block_on(router.call(request)) {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// Gives a failure the plugin's own envelope; other answers stay as they are.
fn shape(plugin: &Plugin, mut response: Response, asked: &Asked) -> Response {
    let Some(mut failure) = response.extensions_mut().remove::<Failure>() else {
        return response;
    };
    if let Failure::Problem(problem) = &mut failure {
        if problem.request_id.is_empty() {
            problem.request_id.clone_from(&asked.id);
        }
        if problem.operation.is_none() && !asked.operation.is_empty() {
            problem.operation = Some(asked.operation.clone());
        }
    }
    (plugin.envelope)(failure)
}

/// Whether the future asked to be polled again.
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Runs a future that waits for nothing outside itself.
///
/// # Panics
///
/// If it does wait: no one would ever wake it.
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        return output;
    }
    let woken = Arc::new(Woken(AtomicBool::new(false)));
    let waker = Waker::from(woken.clone());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        assert!(woken.0.swap(false, Ordering::Relaxed), "a handler waits for something that cannot happen in a plugin");
    }
}

#[cfg(test)]
mod tests {
    use super::block_on;
    use std::future::{pending, poll_fn};
    use std::task::Poll;

    #[test]
    fn a_future_that_wakes_itself_is_polled_again() {
        let mut left = 3;
        let counted = poll_fn(|context| {
            if left == 0 {
                return Poll::Ready(7);
            }
            left -= 1;
            context.waker().wake_by_ref();
            Poll::Pending
        });
        assert_eq!(block_on(counted), 7);
    }

    #[test]
    #[should_panic(expected = "cannot happen in a plugin")]
    fn a_future_that_waits_for_ever_panics() {
        block_on(pending::<()>());
    }
}
