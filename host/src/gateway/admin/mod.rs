//! `/_ward`: the operations by which administrators of the host install and activate plugins, read the numbers,
//! look after jobs, and see who touched whose data.
//!
//! They go the way of every other operation: the document is the route table, a token opens the domain
//! `host`, and Cedar decides, with the hospital's own policies in `<site_policies>/host`.

mod answers;
mod audit;
mod jobs;
mod plugins;
mod sign_in;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::body::Body;
use http::Response;
use http::request::Parts;
use serde_json::Value;

use super::access::Trail;
use super::audited::{self, Begun};
use super::bearer::{self, Presented};
use super::body::Reader;
use super::failure::Failure;
use super::operations::{Lookup, Operation, Operations};
use super::rate::Rates;
use super::{address, envelope, host, server};
use crate::app::App;
use crate::assembly::{Assembly, Switch};
use crate::audit::Entry;
use crate::examine;
use crate::identity::{AuthError, Domain, Identity, Session};
use crate::life::{ADMINISTRATOR_ROLE, HOST_DOMAIN, LifeError};
use crate::metrics::{Measured, Operations as Measurements};
use crate::policy::{Decision, Policies};
use crate::runtime::{ProblemKind, RateLimit, RateScope};

/// Where they are.
pub const PREFIX: &str = "/_ward";

/// The path below [`PREFIX`], of a canonical one.
pub fn below(path: &str) -> Option<&str> {
    match path.strip_prefix(PREFIX)? {
        "" => Some("/"),
        rest => rest.starts_with('/').then_some(rest),
    }
}

/// The document, and so the route table.
const DOCUMENT: &str = include_str!("openapi.json");
/// Who may do what, beyond the hospital's own policies.
const POLICIES: &str = r#"
    permit (principal in Role::"administrator", action, resource);
    permit (principal, action == Action::"sign_in", resource);
"#;
/// Lives of the tokens that are issued here.
const ACCESS: Duration = Duration::from_mins(30);
const REFRESH: Duration = Duration::from_hours(1);
/// Seconds after which a client may try again when the accounts cannot be read.
const RETRY: u32 = 1;

/// The host's own operations.
pub struct Admin {
    /// The document as the assembled one takes it.
    pub document: Value,
    operations: Operations,
    policies: Policies,
    rates: Rates,
    accounts: Domain,
    /// The numbers of these operations and of the host's other routes.
    pub measured: Measurements,
    /// Those of these operations, by their indices.
    rows: Vec<Arc<Measured>>,
}

/// A request for one of them.
pub struct AdminCall<'a> {
    /// Everything.
    pub app: &'a Arc<App>,
    /// The canonical path below [`PREFIX`].
    pub path: &'a str,
    /// Method, headers and the rest.
    pub parts: &'a Parts,
}

/// Why an operation was not done.
enum Refusal {
    /// The gateway's reasons.
    Gateway(Failure),
    /// A step of a plugin's life failed.
    Life(LifeError),
    /// Something is in another state than it must be.
    Conflict(String),
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::Gateway(failure)
    }
}

impl From<LifeError> for Refusal {
    fn from(error: LifeError) -> Self {
        Self::Life(error)
    }
}

impl Admin {
    /// Reads the document and the hospital's policies about these operations.
    pub fn new(assembly: &Assembly, identity: &Identity) -> anyhow::Result<Self> {
        let operations = Operations::parse(DOCUMENT, &assembly.limits).context("the host's own operations")?;
        let roles = [ADMINISTRATOR_ROLE.to_owned()];
        let site = examine::site_policies(assembly, HOST_DOMAIN)?;
        let policies = Policies::build(HOST_DOMAIN, operations.names(), &roles, "", POLICIES, &site)
            .context("the policies of the host's own operations")?;
        let sign_in = RateLimit {
            name: "sign-in".into(),
            scope: RateScope::Address,
            operations: vec!["sign_in".into()],
            requests: 10,
            seconds: 60,
        };
        let rates = Rates::new(&[sign_in], &BTreeMap::new(), operations.names(), assembly.rate_limit == Switch::On)?;
        let measured = Measurements::default();
        Ok(Self {
            document: serde_json::from_str(DOCUMENT)?,
            rows: measured.of(operations.names()),
            measured,
            operations,
            policies,
            rates,
            accounts: identity.domain(HOST_DOMAIN, &roles, ACCESS, REFRESH),
        })
    }

    /// Forgets addresses that have not been seen for a while.
    pub fn sweep(&self) {
        self.rates.sweep();
    }

    /// Answers. What fails is said in the host's own envelope, with the step where one failed.
    pub async fn answer<'a>(
        &'a self,
        call: &AdminCall<'a>,
        mut reader: Reader,
        trail: &mut Trail<'a>,
    ) -> Response<Body> {
        trail.mount = Some(PREFIX);
        trail.measured = Some(self.measured.none());
        let mut entry = None;
        let response = match self.attempt(call, &mut reader, trail, &mut entry).await {
            Ok(response) => response,
            Err(refusal) => {
                reader.linger();
                match refusal {
                    Refusal::Gateway(failure) => {
                        trail.happened(&failure);
                        envelope::of_host(trail.request_id, &failure)
                    }
                    Refusal::Life(error) => answers::failed(trail.request_id, &error),
                    Refusal::Conflict(detail) => answers::conflict(trail.request_id, &detail),
                }
            }
        };
        let settled = audited::settle(entry, response, trail.request_id).await;
        settled.unwrap_or_else(|failure| envelope::of_host(trail.request_id, &failure))
    }

    async fn attempt<'a>(
        &'a self,
        call: &AdminCall<'a>,
        reader: &mut Reader,
        trail: &mut Trail<'a>,
        entry: &mut Option<Entry>,
    ) -> Result<Response<Body>, Refusal> {
        let operation = match self.operations.find(&call.parts.method, call.path) {
            Lookup::Found(operation) => operation,
            Lookup::OtherMethods(allow) => return Err(Failure::method_not_allowed(allow).into()),
            Lookup::Nothing => return Err(Failure::not_found().into()),
        };
        trail.of(&operation.id, &self.rows[operation.index]);
        let peer = server::peer(&call.parts.extensions);
        let address = address::client_address(peer, &call.parts.headers, &call.app.assembly.trusted_proxies);
        self.rates.check_address(operation.index, address).map_err(Failure::too_many_requests)?;
        let (request_id, path, parts) = (trail.request_id, call.path, call.parts);
        let (domain, operations) = (HOST_DOMAIN, &self.operations);
        *entry =
            audited::begin(&call.app.audit, &Begun { request_id, domain, operations, operation, path, parts, address });
        let caller = authenticate(call).await?;
        trail.account = caller.as_ref().map(|session| session.account);
        if let Some(entry) = entry {
            audited::introduce(entry, caller.as_deref(), &self.policies, &parts.headers)?;
        }
        self.authorise(caller.as_deref(), operation)?;
        self.run(operation, call, reader, entry.as_ref()).await
    }

    fn authorise(&self, caller: Option<&Session>, operation: &Operation) -> Result<(), Failure> {
        match (self.policies.gateway(caller.map(Session::subject), operation.index), caller) {
            (Decision::Allow, _) => Ok(()),
            (Decision::Deny(_), None) => Err(Failure::unauthenticated("a token is needed")),
            (Decision::Deny(_), Some(_)) => Err(Failure::new(ProblemKind::Forbidden, "the caller may not do this")),
        }
    }

    async fn run(
        &self,
        operation: &Operation,
        call: &AdminCall<'_>,
        reader: &mut Reader,
        entry: Option<&Entry>,
    ) -> Result<Response<Body>, Refusal> {
        let (life, path) = (&call.app.life, call.path);
        match operation.id.as_str() {
            "sign_in" => Ok(sign_in::answer(&self.accounts, operation, call, reader).await?),
            "read_metrics" => Ok(host::metrics(call.app).await),
            "count_jobs" => jobs::count(call).await,
            "list_jobs" => jobs::list(call).await,
            "inspect_job" => jobs::inspect(call).await,
            "retry_job" => jobs::retry(call).await,
            "discard_job" => jobs::discard(call).await,
            "list_plugins" => plugins::list(life).await,
            "install_plugin" => plugins::install(call, reader).await,
            "inspect_plugin" => plugins::inspect(life, path).await,
            "plugin_differences" => plugins::differences(life, path, call.parts.uri.query()).await,
            "activate_plugin" => plugins::activate(life, path, call.parts.uri.query()).await,
            "rollback_plugin" => plugins::rollback(life, path, call.parts.uri.query()).await,
            "remove_version" => plugins::remove_version(life, path).await,
            "remove_plugin" => plugins::remove(life, path).await,
            "list_audit" => audit::list(call, entry).await,
            "export_audit" => audit::bundle(call, entry).await,
            _ => Err(Failure::not_found().into()),
        }
    }
}

/// The caller's session in the domain `host`; none for an anonymous one.
async fn authenticate(call: &AdminCall<'_>) -> Result<Option<Arc<Session>>, Failure> {
    let token = match bearer::presented(&call.parts.headers) {
        Presented::Nothing => return Ok(None),
        Presented::Malformed => return Err(Failure::unauthenticated("the Authorization header is no bearer token")),
        Presented::Token(token) => token,
    };
    match call.app.identity.authenticate(token, HOST_DOMAIN).await {
        Ok(session) => Ok(Some(session)),
        Err(AuthError::Unavailable) => Err(Failure::unavailable("accounts cannot be read now", RETRY)),
        Err(AuthError::NotActive) => {
            Err(Failure::new(ProblemKind::Forbidden, "the caller is no administrator of the host"))
        }
        Err(_) => Err(Failure::unauthenticated("the token is invalid, expired or revoked")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assembly::Limits;

    #[test]
    fn every_operation_of_the_document_is_known_to_the_code() {
        let operations = Operations::parse(DOCUMENT, &Limits::default()).unwrap();
        let code = include_str!("mod.rs");
        for name in operations.names() {
            assert!(code.contains(&format!("\"{name}\" =>")), "{name}");
        }
    }
}
