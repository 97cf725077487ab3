//! The operations of a plugin: its OpenAPI document, read into a route table.
//!
//! An operation that is not in the document does not exist. Routes are kept in one radix tree; a
//! route has at most one operation per method.

mod parse;

use http::{HeaderValue, Method};

use crate::assembly::Limits;
use crate::audit::Mark;

pub use parse::OperationsError;

/// Methods that an operation may have, in the order of a route's slots.
const METHODS: [(&str, Method); 5] = [
    ("get", Method::GET),
    ("put", Method::PUT),
    ("post", Method::POST),
    ("delete", Method::DELETE),
    ("patch", Method::PATCH),
];

/// All operations of one plugin.
#[derive(Debug)]
pub struct Operations {
    list: Vec<Operation>,
    names: Vec<String>,
    tree: matchit::Router<usize>,
    routes: Vec<Route>,
}

/// One operation.
#[derive(Debug)]
pub struct Operation {
    /// Its `operationId`.
    pub id: String,
    /// Its place in [`Operations::names`].
    pub index: usize,
    /// Limits of its body.
    pub limits: BodyLimits,
    /// The bodies it takes; absent if it takes none.
    pub accepts: Option<Accepts>,
    /// Set if it touches patient data: then it is recorded.
    pub mark: Option<Mark>,
}

/// How much one request may bring along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyLimits {
    /// Bytes of a body that is no multipart form, and of all text fields of one that is.
    pub body_bytes: usize,
    /// Bytes of one file.
    pub file_bytes: u64,
    /// Bytes of a whole multipart body.
    pub total_bytes: u64,
    /// Files of a multipart body.
    pub files: usize,
}

/// Media types of the bodies that an operation takes.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Accepts {
    /// `application/json` and whatever ends in `+json`.
    pub json: bool,
    /// `multipart/form-data`.
    pub multipart: bool,
    /// Whatever it is.
    pub any: bool,
    /// Everything else that is listed, in lower case; `text/*` is a listed type too.
    pub others: Vec<String>,
}

/// What a method and a path lead to.
#[derive(Debug)]
pub enum Lookup<'a> {
    /// An operation.
    Found(&'a Operation),
    /// A path with other methods: the value of `Allow`.
    OtherMethods(&'a HeaderValue),
    /// Nothing.
    Nothing,
}

#[derive(Debug)]
struct Route {
    template: String,
    methods: [Option<usize>; METHODS.len()],
    allow: HeaderValue,
}

impl Operations {
    /// Reads the document. `limits` are the mount's: what an operation asks for with `x-ward-limits`
    /// can lower them, not raise them.
    pub fn parse(document: &str, limits: &Limits) -> Result<Self, OperationsError> {
        parse::operations(document, BodyLimits::from(limits))
    }

    /// Finds the operation for a method and a canonical path (see `path::normalise`).
    /// `HEAD` is `GET`.
    pub fn find(&self, method: &Method, path: &str) -> Lookup<'_> {
        let Ok(found) = self.tree.at(path) else { return Lookup::Nothing };
        let route = &self.routes[*found.value];
        let wanted = if method == Method::HEAD { &Method::GET } else { method };
        let slot = METHODS.iter().position(|(_, method)| method == wanted);
        match slot.and_then(|slot| route.methods[slot]) {
            Some(index) => Lookup::Found(&self.list[index]),
            None => Lookup::OtherMethods(&route.allow),
        }
    }

    /// Whether a canonical path is written out in the document, without a parameter.
    pub fn is_literal(&self, path: &str) -> bool {
        self.tree.at(path).is_ok_and(|found| found.params.is_empty())
    }

    /// The values of the parameters of a canonical path, decoded, in their order.
    pub fn parameters(&self, path: &str) -> Vec<String> {
        let Ok(found) = self.tree.at(path) else { return Vec::new() };
        let decode = |value| percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned();
        found.params.iter().map(|(_, value)| decode(value)).collect()
    }

    /// The `operationId` of every operation, in the order of their indices.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

impl Accepts {
    /// Whether a body of this media type (lower case, without parameters) is taken as bytes.
    pub fn takes_bytes(&self, essence: &str) -> bool {
        let listed = |other: &String| match other.strip_suffix('*') {
            Some(family) => essence.starts_with(family),
            None => other == essence,
        };
        self.any || (self.json && is_json(essence)) || self.others.iter().any(listed)
    }
}

impl From<&Limits> for BodyLimits {
    fn from(limits: &Limits) -> Self {
        Self {
            body_bytes: limits.body_bytes,
            file_bytes: limits.file_bytes,
            total_bytes: limits.total_bytes,
            files: limits.files,
        }
    }
}

fn is_json(essence: &str) -> bool {
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

#[cfg(test)]
mod tests;
