//! The record of a request that touches patient data: begun when its operation is known, committed
//! before its answer leaves. Whoever lets an operation run, for a client or for another plugin, does it so.

use std::net::IpAddr;

use axum::body::Body;
use http::request::Parts;
use http::{HeaderMap, Response};

use super::failure::Failure;
use super::operations::{Operation, Operations};
use crate::audit::{self, Asked, Entry, Journal, glass, purpose};
use crate::identity::Session;
use crate::policy::Policies;
use crate::runtime::ProblemKind;

/// Seconds after which a client may try again when nothing can be recorded.
const RETRY: u32 = 1;

/// A request whose operation has been found.
pub struct Begun<'a> {
    /// The request's identifier.
    pub request_id: &'a str,
    /// The domain of the operation.
    pub domain: &'a str,
    /// The operations that it is one of.
    pub operations: &'a Operations,
    /// The operation.
    pub operation: &'a Operation,
    /// The canonical path below the mount.
    pub path: &'a str,
    /// Method, headers and the rest.
    pub parts: &'a Parts,
    /// The client's address.
    pub address: IpAddr,
}

/// The record that the request will have; none if its operation is not marked.
pub fn begin(journal: &Journal, begun: &Begun<'_>) -> Option<Entry> {
    let mark = begun.operation.mark.as_ref()?;
    let query = begun.parts.uri.query().unwrap_or_default();
    let asked = Asked {
        request: begun.request_id,
        domain: begun.domain,
        operation: &begun.operation.id,
        mark,
        parameters: begun.operations.parameters(begun.path),
        query: url::form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name.into_owned()).collect(),
        address: begun.address.to_string(),
    };
    Some(Entry::new(journal, asked))
}

/// Says in the record who asks and why, and lets those break the glass who may.
pub fn introduce(
    entry: &mut Entry,
    caller: Option<&Session>,
    policies: &Policies,
    headers: &HeaderMap,
) -> Result<(), Failure> {
    if let Some(session) = caller {
        entry.caller(session.account, &session.roles);
    }
    if let Some(value) = headers.get(purpose::HEADER) {
        let code = value.to_str().ok().and_then(purpose::code);
        let wrong = "the header x-ward-purpose is a code of HL7's PurposeOfUse, such as TREAT";
        entry.purpose(code.ok_or_else(|| Failure::malformed(wrong))?);
    }
    let Some(value) = headers.get(glass::HEADER) else { return Ok(()) };
    entry.break_glass(glass::reason(value.as_bytes()).ok_or_else(|| Failure::malformed(glass::EXPECTED))?);
    match caller {
        Some(session) if policies.may_break_glass(session.subject()) => entry.touched().let_break(),
        Some(_) => return Err(Failure::new(ProblemKind::Forbidden, "the caller may not break the glass")),
        // Who needs a token is told so.
        None => {}
    }
    Ok(())
}

/// The answer, when its record has reached the disk.
pub async fn settle(
    entry: Option<Entry>,
    response: Response<Body>,
    request_id: &str,
) -> Result<Response<Body>, Failure> {
    let Some(entry) = entry else { return Ok(response) };
    match entry.commit(response.status().as_u16()).await {
        Ok(()) => Ok(response),
        Err(error) => Err(unrecorded(request_id, &error)),
    }
}

fn unrecorded(request_id: &str, error: &audit::AuditError) -> Failure {
    tracing::error!(request_id, %error, "what cannot be recorded is not answered");
    Failure::unavailable("the request cannot be recorded now", RETRY)
}
