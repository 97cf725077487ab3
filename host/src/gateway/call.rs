//! A request for a mount, from the route to the answer.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response};

use super::access::Trail;
use super::audited::{self, Begun};
use super::bearer::{self, Presented};
use super::body::{self, Reader};
use super::failure::Failure;
use super::mounted::Mounted;
use super::operations::{Lookup, Operation};
use super::pages::Interface;
use super::response::{self, Asked, Unanswerable};
use super::services::Origin;
use super::stream::{self, Streams};
use super::{address, envelope, server};
use crate::app::App;
use crate::audit::{Entry, Touched};
use crate::identity::{AuthError, Session};
use crate::metrics::Incident;
use crate::policy::Decision;
use crate::runtime::{Body as PluginBody, Caller, ProblemKind, Request, ResponseBody};
use crate::telemetry;

/// Seconds after which a client that found no room may try again.
const RETRY: u32 = 1;

/// Where a mount's document is, below it.
const DOCUMENT: &str = "/openapi.json";

/// A request that has found its mount.
pub struct Call<'a> {
    /// Everything.
    pub app: &'a App,
    /// The mount.
    pub mounted: &'a Mounted,
    /// The prefix it was reached by.
    pub base: &'a str,
    /// The canonical path below the mount.
    pub path: &'a str,
    /// Whether the client wrote a trailing slash.
    pub trailing_slash: bool,
    /// Method, headers and the rest.
    pub parts: &'a Parts,
    /// The request's identifier.
    pub request_id: &'a str,
    /// The event streams of all mounts.
    pub streams: &'a Arc<Streams>,
    /// The request that made a plugin send this one.
    pub origin: Option<&'a Origin>,
}

impl<'a> Call<'a> {
    /// Answers. Failures come in the plugin's envelope. What touches patient data has been recorded then.
    pub async fn answer(&self, mut reader: Reader, trail: &mut Trail<'a>) -> Response<Body> {
        let mut entry = None;
        let response = match self.attempt(&mut reader, trail, &mut entry).await {
            Ok(response) => response,
            Err(failure) => {
                trail.happened(&failure);
                reader.linger();
                envelope::of_plugin(self.mounted, trail.operation, self.request_id, &failure).await
            }
        };
        match audited::settle(entry, response, self.request_id).await {
            Ok(response) => response,
            Err(failure) => envelope::of_plugin(self.mounted, trail.operation, self.request_id, &failure).await,
        }
    }

    async fn attempt(
        &self,
        reader: &mut Reader,
        trail: &mut Trail<'a>,
        entry: &mut Option<Entry>,
    ) -> Result<Response<Body>, Failure> {
        let operation = match self.mounted.operations.find(&self.parts.method, self.path) {
            // A page of the document comes before an operation whose parameter could be its name.
            Lookup::Found(_) if self.is_page() && !self.mounted.operations.is_literal(self.path) => return self.page(),
            Lookup::Found(operation) => operation,
            Lookup::OtherMethods(allow) => return Err(Failure::method_not_allowed(allow)),
            Lookup::Nothing => return self.page(),
        };
        trail.of(&operation.id, &self.mounted.measured[operation.index]);
        let address = self.address();
        self.mounted.rates.check_address(operation.index, address).map_err(Failure::too_many_requests)?;
        *entry = audited::begin(&self.app.audit, &self.begun(operation, address));
        let caller = self.authenticate().await?;
        trail.account = caller.as_ref().map(|session| session.account);
        if let Some(entry) = entry {
            // A plugin that calls another has no reasons of its own.
            let headers = if self.origin.is_none() { &self.parts.headers } else { &HeaderMap::new() };
            audited::introduce(entry, caller.as_deref(), &self.mounted.policies, headers)?;
        }
        self.authorise(caller.as_deref(), operation)?;
        if let Some(session) = &caller {
            let counted = self.mounted.rates.check_account(operation.index, session.account);
            counted.map_err(Failure::too_many_requests)?;
        }
        let touched = entry.as_ref().map(|entry| entry.touched().clone()).unwrap_or_default();
        if !self.mounted.plugin.may_call() {
            return self.run(operation, caller, address, touched, reader).await;
        }
        let origin = self.onward(caller.as_deref(), address);
        Box::pin(origin.scope(self.run(operation, caller, address, touched, reader))).await
    }

    /// What the plugin's own calls take over.
    fn onward(&self, caller: Option<&Session>, address: IpAddr) -> Origin {
        let mut way = self.origin.map(|origin| origin.way.clone()).unwrap_or_default();
        way.push(self.mounted.domain.clone());
        let account = caller.map(|session| session.account);
        Origin { account, address, request_id: self.request_id.to_owned(), way }
    }

    fn is_page(&self) -> bool {
        Interface::at(self.path).is_some() || self.path == DOCUMENT
    }

    fn begun(&self, operation: &'a Operation, address: IpAddr) -> Begun<'a> {
        let (operations, path) = (&self.mounted.operations, self.path);
        let (request_id, domain) = (self.request_id, self.mounted.domain.as_str());
        Begun { request_id, domain, operations, operation, path, parts: self.parts, address }
    }

    /// The document and its interfaces, where the plugin has no operation of that path.
    fn page(&self) -> Result<Response<Body>, Failure> {
        const ALLOW: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");
        let interface = Interface::at(self.path);
        if interface.is_none() && self.path != DOCUMENT {
            return Err(Failure::not_found());
        }
        if !matches!(self.parts.method, Method::GET | Method::HEAD) {
            return Err(Failure::method_not_allowed(&ALLOW));
        }
        Ok(match interface {
            Some(interface) => interface.page(self.trailing_slash).answer(&self.parts.headers),
            None => self.mounted.page(self.base).answer(&self.parts.headers),
        })
    }

    fn address(&self) -> IpAddr {
        if let Some(origin) = self.origin {
            return origin.address;
        }
        let peer = server::peer(&self.parts.extensions);
        address::client_address(peer, &self.parts.headers, &self.app.assembly.trusted_proxies)
    }

    /// The caller's session; none for an anonymous one. A token that opens nothing is an error, even
    /// where no token is needed: the client believes it is signed in.
    async fn authenticate(&self) -> Result<Option<Arc<Session>>, Failure> {
        let (identity, domain) = (&self.app.identity, &self.mounted.accounts);
        let session = match (self.origin, self.presented()) {
            (Some(Origin { account: Some(account), .. }), _) => identity.session(*account, domain).await,
            (Some(_), _) | (None, Presented::Nothing) => return Ok(None),
            (None, Presented::Token(token)) => identity.authenticate(token, domain).await,
            (None, Presented::Malformed) => {
                return Err(Failure::unauthenticated("what is presented is no bearer token"));
            }
        };
        match session {
            Ok(session) => Ok(Some(session)),
            Err(AuthError::Unavailable) => Err(Failure::unavailable("accounts cannot be read now", RETRY)),
            Err(_) => Err(Failure::unauthenticated("the token is invalid, expired or revoked")),
        }
    }

    /// The client's token. A browser cannot give a stream a header: there it may be in the query.
    fn presented(&self) -> Presented<'a> {
        match bearer::presented(&self.parts.headers) {
            Presented::Nothing if stream::is_wanted(self.parts) => {
                bearer::in_query(self.parts.uri.query().unwrap_or_default())
            }
            presented => presented,
        }
    }

    fn authorise(&self, caller: Option<&Session>, operation: &Operation) -> Result<(), Failure> {
        match (self.mounted.policies.gateway(caller.map(Session::subject), operation.index), caller) {
            (Decision::Allow, _) => Ok(()),
            (Decision::Deny(_), None) => Err(Failure::unauthenticated("a token is needed")),
            (Decision::Deny(forbids), Some(_)) => {
                tracing::debug!(operation = operation.id, ?forbids, "denied");
                Err(Failure::new(ProblemKind::Forbidden, "the caller may not do this"))
            }
        }
    }

    /// Receives the body and lets the plugin handle the request.
    async fn run(
        &self,
        operation: &Operation,
        caller: Option<Arc<Session>>,
        address: IpAddr,
        touched: Touched,
        reader: &mut Reader,
    ) -> Result<Response<Body>, Failure> {
        let full = |_| Failure::full(RETRY);
        let place = self.mounted.room.gate.enter().map_err(full)?;
        let received = body::receive(operation, &self.parts.headers, reader, &self.app.blobs).await?;
        let request = self.request(operation, received.body, caller.as_deref(), address);
        let running = place.run().await.map_err(full)?;
        // Before the plugin looks at how things stand: what is published from now on is news.
        let after = match &self.mounted.events {
            Some(hub) => hub.latest().await.unwrap_or_default(),
            None => 0,
        };
        let account = caller.as_ref().map(|session| session.account);
        let handled = self.mounted.plugin.handle(request, received.uploads, caller, touched).await;
        drop(running);
        let answer = handled.map_err(|fault| Failure::from(&fault))?;
        if matches!(answer.body, ResponseBody::Events(_)) {
            if self.origin.is_some() {
                return Err(Failure::malformed("events are streamed to clients, not to other plugins"));
            }
            let who = account.map_or(stream::Who::Address(address), stream::Who::Account);
            let token = if let Presented::Token(token) = self.presented() { Some(token) } else { None };
            let asked = stream::Asked { call: self, operation, who, token, after };
            return stream::answer(&asked, answer).await;
        }
        let asked = Asked { method: &self.parts.method, headers: &self.parts.headers };
        let (container, most) = (self.mounted.container.as_ref(), self.mounted.limits.response_bytes);
        response::answer(&asked, answer, container, most).await.map_err(|error| self.unanswerable(operation, &error))
    }

    fn request(&self, operation: &Operation, body: PluginBody, caller: Option<&Session>, address: IpAddr) -> Request {
        let method = if self.parts.method == Method::HEAD { Method::GET.as_str() } else { self.parts.method.as_str() };
        Request {
            operation: operation.id.clone(),
            method: method.to_owned(),
            path: self.path.to_owned(),
            query: self.query(),
            headers: self.headers(),
            body,
            caller: caller.map(|session| Caller {
                account: session.account,
                login: session.login.clone(),
                roles: session.roles.clone(),
                attributes: session.attributes.clone(),
            }),
            request_id: self.request_id.to_owned(),
            client_address: address.to_string(),
            base: self.base.to_owned(),
        }
    }

    /// The headers as the plugin sees them: in the trace that this request belongs to, where traces are made.
    fn headers(&self) -> Vec<(String, String)> {
        let mut headers = response::for_plugin(&self.parts.headers);
        telemetry::pass_on(&mut headers);
        headers
    }

    /// The query as the plugin sees it: no credentials.
    fn query(&self) -> String {
        let query = self.parts.uri.query().unwrap_or_default();
        if stream::is_wanted(self.parts) { bearer::without_token(query) } else { query.to_owned() }
    }

    /// Says in the log what is wrong with an answer, and to the client that something is.
    pub(super) fn unanswerable(&self, operation: &Operation, error: &Unanswerable) -> Failure {
        let (plugin, operation) = (&self.mounted.name, &operation.id);
        match error {
            Unanswerable::Invalid(reason) => {
                tracing::warn!(plugin, operation, reason, "the plugin's answer is invalid");
                Failure { incident: Some(Incident::Invalid), ..Failure::internal() }
            }
            Unanswerable::Blob(error) => {
                tracing::warn!(plugin, operation, %error, "the blob of an answer cannot be read");
                Failure::from(error)
            }
        }
    }
}
