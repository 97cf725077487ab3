//! `ward:plugin/services`: operations of other mounted plugins.

use std::sync::Arc;

use wasmtime::component::{HasData, Linker};

use crate::gateway::{CallError, Outgoing, Services};

use bindings::ward::plugin::services::{self as wit, Error, Request, Response};

/// Generated from `wit/services.wit`.
#[allow(missing_docs, clippy::pedantic, reason = "generated")]
pub mod bindings {
    wasmtime::component::bindgen!({
        path: "../wit",
        inline: "package ward:services-host; world host { import ward:plugin/services@0.1.0; }",
        imports: { default: async | trappable },
    });
}

/// Calls that one request may make.
const MOST: usize = 1_000;

/// The mounts that a plugin may call.
#[derive(Clone)]
pub struct Granted {
    /// Leads to all mounts.
    pub services: Services,
    /// The domains of those that the assembly names.
    pub mounts: Arc<[String]>,
}

/// What one request may use.
pub struct ServicesCtx {
    /// `None` if `services` is not granted.
    granted: Option<Granted>,
    /// Bytes of an answer.
    most: usize,
    calls: usize,
}

impl ServicesCtx {
    /// For a request of a plugin that may call these.
    #[must_use]
    pub fn new(granted: Option<Granted>, most: usize) -> Self {
        Self { granted, most, calls: 0 }
    }

    /// The way to the mount, if it may be called.
    fn way(&mut self, mount: &str) -> Result<Services, Error> {
        let Some(granted) = &self.granted else { return Err(Error::Denied("`services` is not granted".into())) };
        if !granted.mounts.iter().any(|granted| granted == mount) {
            return Err(Error::Denied("the mount is not among those that the assembly lets this one call".into()));
        }
        if self.calls >= MOST {
            return Err(Error::TooLarge(format!("more than {MOST} calls in one request")));
        }
        self.calls += 1;
        Ok(granted.services.clone())
    }
}

/// The context, borrowed for one call.
pub struct View<'a> {
    /// Of this request.
    pub ctx: &'a mut ServicesCtx,
    /// Whether it has a transaction open.
    pub in_transaction: bool,
}

struct HasServices;

impl HasData for HasServices {
    type Data<'a> = View<'a>;
}

/// Gives a linker the interface.
pub fn add_to_linker<T: Send + 'static>(linker: &mut Linker<T>, view: fn(&mut T) -> View<'_>) -> wasmtime::Result<()> {
    wit::add_to_linker::<T, HasServices>(linker, view)
}

impl wit::Host for View<'_> {
    async fn call(&mut self, mount: String, request: Request) -> wasmtime::Result<Result<Response, Error>> {
        let services = match self.ctx.way(&mount) {
            Ok(_) if self.in_transaction => return Ok(Err(Error::InTransaction)),
            Ok(services) => services,
            Err(error) => return Ok(Err(error)),
        };
        let Request { method, path, headers, body } = request;
        let answer = services.call(&mount, Outgoing { method, path, headers, body }, self.ctx.most).await;
        Ok(answer.map(response).map_err(Error::from))
    }
}

fn response(answer: http::Response<Vec<u8>>) -> Response {
    let (parts, body) = answer.into_parts();
    let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    };
    Response { status: parts.status.as_u16(), headers: parts.headers.iter().filter_map(header).collect(), body }
}

impl From<CallError> for Error {
    fn from(error: CallError) -> Self {
        match error {
            CallError::NoClient | CallError::Invalid(_) => Self::Invalid(error.to_string()),
            CallError::Cycle => Self::Cycle,
            CallError::TooDeep => Self::TooDeep,
            CallError::TooLarge(_) => Self::TooLarge(error.to_string()),
            CallError::Unavailable => Self::Unavailable,
        }
    }
}
