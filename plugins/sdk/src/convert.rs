//! Between the contract's types and those of `http`, axum and this crate.

use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::response::Response;
use http::{HeaderName, HeaderValue, Request, header};
use http_body_util::BodyExt;

use crate::bindings::exports::ward::plugin::{describe as contract, http as wit};
use crate::extract::{Caller, FormParts, RequestInfo};
use crate::failure::{Problem, ProblemKind};
use crate::plugin::Plugin;
use crate::response::{Blob, EventStream};

/// A request as axum takes it. What HTTP has no place for travels in extensions.
pub(crate) fn request(request: wit::Request) -> Result<Request<Body>, Problem> {
    let target = match request.query.as_str() {
        "" => request.path,
        query => format!("{}?{query}", request.path),
    };
    let mut builder = Request::builder().method(request.method.as_str()).uri(target);
    for (name, value) in &request.headers {
        let name = HeaderName::from_bytes(name.as_bytes());
        let value = HeaderValue::from_bytes(value.as_bytes());
        if let (Ok(name), Ok(value)) = (name, value) {
            builder = builder.header(name, value);
        }
    }
    let (body, parts) = match request.body {
        wit::Body::Empty => (Body::empty(), None),
        wit::Body::Bytes(bytes) => (Body::from(bytes), None),
        wit::Body::Form(parts) => (Body::empty(), Some(FormParts::from(parts))),
    };
    let malformed = |_| Problem::new(ProblemKind::Malformed, "The request line is malformed.");
    let mut converted = builder.body(body).map_err(malformed)?;
    // The host has held the body to the operation's limit; axum's own default would be a second one.
    DefaultBodyLimit::disable().apply(&mut converted);
    let extensions = converted.extensions_mut();
    extensions.insert(RequestInfo {
        operation: request.operation,
        request_id: request.request_id,
        client_address: request.client_address,
        base: request.base,
    });
    if let Some(parts) = parts {
        extensions.insert(parts);
    }
    if let Some(caller) = request.caller {
        extensions.insert(Caller::from(caller));
    }
    Ok(converted)
}

/// A response as the contract has it. Length and framing are the host's to say.
pub(crate) async fn response(response: Response) -> wit::Response {
    let (mut parts, body) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::TRANSFER_ENCODING);
    let headers = parts
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    wit::Response {
        status: parts.status.as_u16(),
        headers: headers.collect(),
        body: match (parts.extensions.remove::<Blob>(), parts.extensions.remove::<EventStream>()) {
            (Some(Blob { id, filename, .. }), _) => wit::ResponseBody::Blob(wit::BlobBody { blob: id, filename }),
            (None, Some(stream)) => wit::ResponseBody::Events(stream.into_contract()),
            (None, None) => collect(body).await,
        },
    }
}

/// # Panics
///
/// If the body is a stream that fails: the client must not take half an answer for a whole one.
async fn collect(body: Body) -> wit::ResponseBody {
    let Ok(collected) = body.collect().await else {
        panic!("the body of the answer failed while it was read");
    };
    match collected.to_bytes() {
        bytes if bytes.is_empty() => wit::ResponseBody::Empty,
        bytes => wit::ResponseBody::Bytes(bytes.into()),
    }
}

/// The description of a plugin, with its document.
///
/// # Panics
///
/// If the document cannot be written as JSON.
pub(crate) fn description(plugin: &Plugin) -> contract::Description {
    let Ok(openapi) = plugin.openapi().to_json() else {
        panic!("the OpenAPI document cannot be written as JSON");
    };
    contract::Description {
        name: plugin.name.to_owned(),
        version: plugin.version.to_owned(),
        capabilities: plugin.capabilities.to_vec(),
        openapi,
        migrations: plugin.migrations.iter().map(migration).collect(),
        works_with: plugin.works_with.unwrap_or_else(|| {
            let own = plugin.migrations.last().map_or(0, |last| last.version);
            contract::SchemaBounds { minimum: own, maximum: own }
        }),
        cedar_schema: plugin.schema.to_owned(),
        cedar_policies: plugin.policies.to_owned(),
        roles: plugin.roles.iter().map(role).collect(),
        rate_limits: plugin.rate_limits.iter().map(rate_limit).collect(),
        access_token_seconds: plugin.tokens.access_seconds,
        refresh_token_seconds: plugin.tokens.refresh_seconds,
        schedules: plugin.schedules.iter().map(schedule).collect(),
        subscriptions: plugin.subscriptions.iter().map(subscription).collect(),
    }
}

fn schedule(schedule: &crate::Schedule) -> contract::Schedule {
    contract::Schedule {
        name: schedule.name.to_owned(),
        cron: schedule.cron.to_owned(),
        kind: schedule.kind.to_owned(),
        payload: schedule.payload.to_owned(),
    }
}

fn subscription(subscription: &crate::Subscription) -> contract::Subscription {
    contract::Subscription {
        publisher: subscription.publisher.to_owned(),
        topic: subscription.topic.to_owned(),
        kind: subscription.kind.to_owned(),
    }
}

fn migration(migration: &crate::Migration) -> contract::Migration {
    contract::Migration {
        version: migration.version,
        name: migration.name.replace('_', " "),
        sqlite: migration.sqlite.to_owned(),
        postgres: migration.postgres.to_owned(),
    }
}

fn role(role: &crate::Role) -> contract::Role {
    contract::Role {
        name: role.name.to_owned(),
        description: role.description.to_owned(),
        administrator: role.administrator,
    }
}

fn rate_limit(limit: &crate::RateLimit) -> contract::RateLimit {
    contract::RateLimit {
        name: limit.name.to_owned(),
        scope: limit.scope,
        operations: limit.operations.iter().map(|&name| name.to_owned()).collect(),
        requests: limit.requests,
        seconds: limit.seconds,
    }
}
