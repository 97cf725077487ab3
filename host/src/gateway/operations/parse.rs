//! From the OpenAPI document to the route table.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use http::HeaderValue;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Accepts, BodyLimits, METHODS, Operation, Operations, Route};
use crate::audit::{Mark, mark};
use crate::gateway::path::{self, PathError};

/// What is wrong with a plugin's document.
#[derive(Debug, thiserror::Error)]
pub enum OperationsError {
    /// It is not JSON.
    #[error("the OpenAPI document is not JSON: {0}")]
    NotJson(#[from] serde_json::Error),
    /// It has no `paths`.
    #[error("the OpenAPI document has no paths")]
    NoPaths,
    /// A path that cannot be a route.
    #[error("the path `{0}` cannot be a route: {1}")]
    Path(String, #[source] PathError),
    /// A path that the route tree does not take.
    #[error("the path `{0}` cannot be a route: {1}")]
    Template(String, #[source] matchit::InsertError),
    /// Two paths that match the same addresses, with the same method.
    #[error("`{method}` is defined twice, for `{first}` and for `{second}`")]
    Conflict {
        /// The method.
        method: &'static str,
        /// The path that came first.
        first: String,
        /// The path that came second.
        second: String,
    },
    /// An operation without a name.
    #[error("`{0} {1}` has no operationId")]
    NoId(&'static str, String),
    /// A name that is not made of letters, digits, `_`, `-` and `.`.
    #[error("the operationId `{0}` has characters other than letters, digits, `_`, `-` and `.`")]
    BadId(String),
    /// Two operations of one name.
    #[error("the operationId `{0}` is used twice")]
    DuplicateId(String),
    /// A method that the host answers itself.
    #[error("`{0} {1}` is answered by the host, it cannot be an operation")]
    HostMethod(String, String),
    /// `x-ward-limits` that cannot be read.
    #[error("x-ward-limits of `{0}`: {1}")]
    Limits(String, #[source] serde_json::Error),
    /// `x-ward-same-as` that names no operation.
    #[error("x-ward-same-as of `{0}` must name an operation that is not itself another's alias")]
    Alias(String),
    /// `x-ward-patient-data` that cannot be read.
    #[error("x-ward-patient-data of `{0}`: {1}")]
    Mark(String, String),
    /// Not a version of OpenAPI that there is.
    #[error("the document says it is of OpenAPI `{0}`; Ward reads 3.0 and 3.1")]
    Version(String),
    /// Clients would be led away from the mount.
    #[error("{0} names `servers` of its own: its operations are where it is mounted")]
    Servers(String),
    /// A reference that leads nowhere.
    #[error("the document refers to `{0}`, which is not there")]
    Dangling(String),
}

/// `x-ward-limits`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Wanted {
    body_bytes: Option<usize>,
    file_bytes: Option<u64>,
    total_bytes: Option<u64>,
    files: Option<usize>,
}

/// Reads the document; see [`Operations::parse`].
pub(super) fn operations(document: &str, limits: BodyLimits) -> Result<Operations, OperationsError> {
    let document: Value = serde_json::from_str(document)?;
    check(&document)?;
    let paths = document.get("paths").and_then(Value::as_object).ok_or(OperationsError::NoPaths)?;
    let mut builder = Builder {
        document: &document,
        limits,
        list: Vec::new(),
        aliases: Vec::new(),
        routes: Vec::new(),
        by_shape: BTreeMap::new(),
    };
    for (template, item) in paths {
        if let Some(item) = item.as_object() {
            builder.path(template, item)?;
        }
    }
    builder.finish()
}

/// What a document must be before it is read: of a known version, about its own mount, and complete.
fn check(document: &Value) -> Result<(), OperationsError> {
    let version = document.get("openapi").and_then(Value::as_str).unwrap_or_default();
    if !["3.0.", "3.1."].iter().any(|known| version.starts_with(known)) {
        return Err(OperationsError::Version(version.chars().take(16).collect()));
    }
    check_servers("the document", document)?;
    for (path, item) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
        check_servers(&format!("`{path}`"), item)?;
        for operation in item.as_object().into_iter().flat_map(Map::values) {
            check_servers(&format!("an operation of `{path}`"), operation)?;
        }
    }
    check_references(document, document)
}

/// The root of the mount is the only server there can be.
fn check_servers(of: &str, value: &Value) -> Result<(), OperationsError> {
    let servers = value.get("servers").and_then(Value::as_array).into_iter().flatten();
    let mut urls = servers.map(|server| server.get("url").and_then(Value::as_str).unwrap_or_default());
    if urls.all(|url| url.is_empty() || url == "/") { Ok(()) } else { Err(OperationsError::Servers(of.to_owned())) }
}

/// Every reference leads to something in the document. Examples may contain what looks like one.
fn check_references(document: &Value, value: &Value) -> Result<(), OperationsError> {
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| check_references(document, item)),
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("$ref") {
                let found = reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
                found.ok_or_else(|| OperationsError::Dangling(reference.clone()))?;
            }
            let literal = |key: &str| matches!(key, "example" | "examples" | "default" | "const" | "enum");
            let mut inner = fields.iter().filter(|(key, _)| !literal(key));
            inner.try_for_each(|(_, field)| check_references(document, field))
        }
        _ => Ok(()),
    }
}

struct Builder<'a> {
    document: &'a Value,
    limits: BodyLimits,
    list: Vec<Operation>,
    aliases: Vec<Alias>,
    routes: Vec<Route>,
    /// Routes by their template with the parameters' names taken out.
    by_shape: BTreeMap<String, usize>,
}

/// Another place of an operation: the document has it under a name of its own, but it is decided, limited,
/// counted and handed to the plugin as the operation that `x-ward-same-as` names.
struct Alias {
    id: String,
    of: String,
    route: usize,
    slot: usize,
}

impl Builder<'_> {
    fn path(&mut self, template: &str, item: &Map<String, Value>) -> Result<(), OperationsError> {
        for refused in ["options", "head", "trace"] {
            if item.contains_key(refused) {
                return Err(OperationsError::HostMethod(refused.into(), template.into()));
            }
        }
        let route = self.route(template)?;
        for (slot, (method, verb)) in METHODS.iter().enumerate() {
            let Some(operation) = item.get(*method) else { continue };
            if self.routes[route].methods[slot].is_some() {
                let first = self.routes[route].template.clone();
                return Err(OperationsError::Conflict { method, first, second: template.into() });
            }
            let id = self.id(method, template, operation)?;
            let index = if let Some(of) = operation.get("x-ward-same-as") {
                self.alias(id, of, route, slot)
            } else {
                let mark = Mark::read(operation.get(mark::EXTENSION), verb, template);
                let mark = mark.map_err(|why| OperationsError::Mark(id.clone(), why))?;
                self.operation(id, operation, mark)?
            };
            self.routes[route].methods[slot] = Some(index);
        }
        Ok(())
    }

    /// The route of a template: paths that differ only in a trailing slash or in the names of their
    /// parameters share one.
    fn route(&mut self, template: &str) -> Result<usize, OperationsError> {
        let canonical = path::normalise(template).map_err(|error| OperationsError::Path(template.into(), error))?;
        let shape = shape(&canonical);
        let next = self.routes.len();
        let route = *self.by_shape.entry(shape).or_insert(next);
        if route == next {
            let allow = HeaderValue::from_static("");
            self.routes.push(Route { template: canonical.into_owned(), methods: [None; METHODS.len()], allow });
        }
        Ok(route)
    }

    fn id(&self, method: &'static str, template: &str, operation: &Value) -> Result<String, OperationsError> {
        let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default();
        if id.is_empty() {
            return Err(OperationsError::NoId(method, template.into()));
        }
        if !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')) {
            return Err(OperationsError::BadId(id.into()));
        }
        let mut taken = self.list.iter().map(|other| &other.id).chain(self.aliases.iter().map(|other| &other.id));
        if taken.any(|other| other == id) {
            return Err(OperationsError::DuplicateId(id.into()));
        }
        Ok(id.into())
    }

    fn operation(&mut self, id: String, operation: &Value, mark: Option<Mark>) -> Result<usize, OperationsError> {
        let index = self.list.len();
        let limits = self.limits_of(&id, operation)?;
        let accepts = self.accepts(operation)?;
        self.list.push(Operation { id, index, limits, accepts, mark });
        Ok(index)
    }

    /// Holds the place of an alias. Which operation it is, is known when all have been read.
    fn alias(&mut self, id: String, of: &Value, route: usize, slot: usize) -> usize {
        self.aliases.push(Alias { id, of: of.as_str().unwrap_or_default().into(), route, slot });
        usize::MAX
    }

    fn resolve_aliases(&mut self) -> Result<(), OperationsError> {
        for alias in std::mem::take(&mut self.aliases) {
            let operation = self.list.iter().find(|operation| operation.id == alias.of);
            let operation = operation.ok_or(OperationsError::Alias(alias.id))?;
            self.routes[alias.route].methods[alias.slot] = Some(operation.index);
        }
        Ok(())
    }

    fn limits_of(&self, id: &str, operation: &Value) -> Result<BodyLimits, OperationsError> {
        let wanted = match operation.get("x-ward-limits") {
            Some(value) => Wanted::deserialize(value).map_err(|error| OperationsError::Limits(id.into(), error))?,
            None => Wanted::default(),
        };
        let most = self.limits;
        Ok(BodyLimits {
            body_bytes: wanted.body_bytes.map_or(most.body_bytes, |bytes| bytes.min(most.body_bytes)),
            file_bytes: wanted.file_bytes.map_or(most.file_bytes, |bytes| bytes.min(most.file_bytes)),
            total_bytes: wanted.total_bytes.map_or(most.total_bytes, |bytes| bytes.min(most.total_bytes)),
            files: wanted.files.map_or(most.files, |files| files.min(most.files)),
        })
    }

    fn accepts(&self, operation: &Value) -> Result<Option<Accepts>, OperationsError> {
        let Some(body) = operation.get("requestBody") else { return Ok(None) };
        let body = match body.get("$ref").and_then(Value::as_str) {
            Some(reference) => reference
                .strip_prefix('#')
                .and_then(|pointer| self.document.pointer(pointer))
                .ok_or_else(|| OperationsError::Dangling(reference.into()))?,
            None => body,
        };
        let mut accepts = Accepts::default();
        for media_type in body.get("content").and_then(Value::as_object).into_iter().flat_map(Map::keys) {
            let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            match essence.as_str() {
                "application/json" => accepts.json = true,
                "multipart/form-data" => accepts.multipart = true,
                "*/*" => accepts.any = true,
                _ => accepts.others.push(essence),
            }
        }
        Ok(Some(accepts))
    }

    fn finish(mut self) -> Result<Operations, OperationsError> {
        self.resolve_aliases()?;
        let mut tree = matchit::Router::new();
        for (shape, route) in self.by_shape {
            let template = &self.routes[route].template;
            tree.insert(shape, route).map_err(|error| OperationsError::Template(template.clone(), error))?;
        }
        for route in &mut self.routes {
            route.allow = allow(route);
        }
        let names = self.list.iter().map(|operation| operation.id.clone()).collect();
        Ok(Operations { list: self.list, names, tree, routes: self.routes })
    }
}

/// The template with its parameters numbered instead of named.
fn shape(template: &str) -> String {
    let mut shape = String::with_capacity(template.len());
    let mut rest = template;
    let mut count = 0;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        let star = if name.starts_with('*') { "*" } else { "" };
        // Writing to a string cannot fail.
        let _ = write!(shape, "{before}{{{star}p{count}}}");
        count += 1;
        rest = after;
    }
    shape.push_str(rest);
    shape
}

/// The value of `Allow`: what the document defines, `HEAD` where `GET` is, and `OPTIONS`.
fn allow(route: &Route) -> HeaderValue {
    let mut names: Vec<&str> = Vec::with_capacity(METHODS.len() + 2);
    for ((_, method), index) in METHODS.iter().zip(route.methods) {
        if index.is_some() {
            names.push(method.as_str());
        }
    }
    if names.first() == Some(&"GET") {
        names.insert(1, "HEAD");
    }
    names.push("OPTIONS");
    HeaderValue::from_str(&names.join(", ")).unwrap_or_else(|_| HeaderValue::from_static("OPTIONS"))
}
